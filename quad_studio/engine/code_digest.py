"""One hash of the sources that a bundle follows from, so that a changed stage is run again."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from quad_studio.storage import digest_of, sha256_of_file

ENTRY = "quad_studio.engine.build_files"
PACKAGES = ("quad_studio", "device", "evaluation")
# Nothing in a bundle follows from these: words, signals, checks and locks on the way, and how a
# target is reached (the runner that OLSS tables are solved with computes what its graph says).
LEFT_OUT = frozenset(
    {
        "quad_studio.cancel",
        "quad_studio.errors",
        "quad_studio.events",
        "quad_studio.project_checks",
        "quad_studio.runs",
        "quad_studio.schemas",
        "quad_studio.wording",
        "device.errors",
        "device.file_lock",
        "device.open_target",
        "device.runner_process",
        "device.scratch",
        "evaluation.record_shapes",
    }
)


@functools.cache
def code_digest() -> str:
    """Return a hash of all modules that the build imports, in functions too."""
    modules = modules_behind(ENTRY, Path(__file__).parents[2])
    return digest_of([[name, sha256_of_file(path)] for name, path in sorted(modules.items())])


def modules_behind(entry: str, root: Path) -> dict[str, Path]:
    """Return `entry` and the modules of ours that it reaches by imports, with their files.

    Only the sources are read: asking for the digest must not load the libraries of a build.
    Imports for type checkers count for nothing, as they do when the build runs.
    """
    found: dict[str, Path] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is None or name in found or name in LEFT_OUT:
            continue
        found[name] = path
        # Importing a.b.c runs a and a.b first.
        packages = [name.rsplit(".", n)[0] for n in range(1, name.count(".") + 1)]
        waiting += [*packages, *_imported(ast.parse(path.read_bytes()))]
    return found


def _file_of(name: str, root: Path) -> Path | None:
    """Return the source of a module of ours; None for other libraries and for other names."""
    parts = name.split(".")
    if parts[0] not in PACKAGES:
        return None
    base = root.joinpath(*parts)
    candidates = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def _imported(node: ast.AST) -> Iterator[str]:
    """Return what a source imports: `from a import b` may name a module b or a name in a."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif isinstance(child, ast.If) and _is_for_type_checkers(child.test):
            for other in child.orelse:
                yield from _imported(other)
        else:
            yield from _imported(child)


def _is_for_type_checkers(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
