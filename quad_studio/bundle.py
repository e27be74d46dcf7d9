"""The bundle: the directory that is deployed (DESIGN section 6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.schemas import problems_of
from quad_studio.storage import read_json, sha256_of_file, write_json

MANIFEST = "bundle.json"
NEWEST_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle on disk.

    Attributes:
        path: Its directory.
        manifest: bundle.json.
    """

    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the project's name."""
        return str(self.manifest["name"])

    @property
    def fingerprint(self) -> str:
        """Return what adapters must be fitted to, 64 hex digits."""
        return str(self.manifest["fingerprint"])

    @property
    def geometry(self) -> Mapping[str, Any]:
        """Return sizes of images, latents and text (contracts in docs/file_formats.md)."""
        geometry: Mapping[str, Any] = self.manifest["geometry"]
        return geometry

    @property
    def graph_sha256(self) -> str:
        """Return the hash of the U-Net graph file."""
        return self.file_sha256(self.manifest["components"]["unet"]["graph"])

    @property
    def adapters(self) -> Sequence[Mapping[str, Any]]:
        """Return the adapters' entries."""
        entries: Sequence[Mapping[str, Any]] = self.manifest["adapters"]
        return entries

    def adapter(self, name: str) -> Mapping[str, Any]:
        """Return the entry of adapter `name`.

        Raises:
            InputFileProblem: There is none; those there are get listed.
        """
        for entry in self.adapters:
            if entry["name"] == name:
                return entry
        known = ", ".join(entry["name"] for entry in self.adapters) or "none"
        raise InputFileProblem(self.path, f"has no adapter {name!r}; it has: {known}")

    def file_sha256(self, name: str) -> str:
        """Return the recorded hash of file `name`, relative to the bundle."""
        return str(self.manifest["files"][name]["sha256"])

    def bytes_of(self, *prefixes: str) -> int:
        """Return the total size of the files below any of `prefixes`, in bytes."""
        return sum(
            int(entry["bytes"])
            for name, entry in self.manifest["files"].items()
            if name.startswith(prefixes)
        )


def open_bundle(path: Path, *, verify: bool = False) -> Bundle:
    """Return the bundle in `path`; with `verify`, hash every file.

    Raises:
        InputFileProblem: It is no bundle, of a newer schema, or files are missing or changed.
    """
    if not path.is_dir():
        raise InputFileProblem(path, "is not a bundle directory; build one: quad-studio build")
    try:
        manifest = read_json(path / MANIFEST, "bundle", NEWEST_SCHEMA)
    except InputFileProblem as exc:
        if "corrupt" not in exc.problem:
            raise
        raise InputFileProblem(path / MANIFEST, f"{exc.problem}; build the bundle again") from exc
    problems = problems_of(manifest, "bundle")
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        text = f"is damaged ({'; '.join(problems[:3])}{more}); build the bundle again"
        raise InputFileProblem(path / MANIFEST, text)
    bundle = Bundle(path=path.resolve(), manifest=manifest)
    wrong = changed_files(bundle, hashes=verify)
    if wrong:
        listed = ", ".join(wrong[:5]) + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        raise InputFileProblem(path, f"is damaged ({listed}); build it again")
    return bundle


def changed_files(bundle: Bundle, *, hashes: bool) -> list[str]:
    """Return the files that are missing or not as recorded, each with what is wrong."""
    wrong = []
    for name, entry in bundle.manifest["files"].items():
        file = bundle.path / name
        if not file.is_file():
            wrong.append(f"{name} is missing")
        elif file.stat().st_size != entry["bytes"]:
            wrong.append(f"{name} has another size")
        elif hashes and sha256_of_file(file) != entry["sha256"]:
            wrong.append(f"{name} has another hash")
    return wrong


def write_manifest(
    path: Path, manifest: Mapping[str, Any], *, check: Callable[[], None] | None = None
) -> Bundle:
    """Hash every file in `path`, write bundle.json last, and return the bundle."""
    files = {}
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and name != MANIFEST and not file.name.startswith("."):
            files[name] = {"sha256": sha256_of_file(file, check), "bytes": file.stat().st_size}
    complete = {"schema": f"quad-studio/bundle/{NEWEST_SCHEMA}", **manifest, "files": files}
    write_json(path / MANIFEST, complete)
    return Bundle(path=path.resolve(), manifest=complete)
