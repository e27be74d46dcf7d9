"""Holds every import, those under TYPE_CHECKING and in functions too, to the layer table."""

import ast
import importlib.util
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QT = {"PySide6", "pyqtgraph", "superqt", "shiboken6"}
TORCH = {"torch", "torchvision", "torchmetrics", "lpips", "diffusers", "transformers", "peft"}
ONNX = {"onnx", "onnxscript", "onnxruntime", "onnxruntime_qnn", "onnx_ir"}
MAY_IMPORT = {
    "evaluation": {"numpy", "PIL", "jinja2", "xlsxwriter", "reportlab", "resources", "safetensors"}
    | {"skimage", "scipy", "flip_evaluator", "platformdirs", "jsonschema"}
    | (TORCH - {"diffusers", "peft"}),
    "device": {"numpy", "adbutils", "cryptography", "resources", "onnxruntime", "onnx"}
    | {"onnxruntime_qnn", "platformdirs", "segno", "psutil"},
    "quad_studio": {"evaluation", "device", "resources", "numpy", "PIL", "tomlkit", "jsonschema"}
    | {"safetensors", "platformdirs", "psutil", "rich", "scipy", "skimage", "resvg_py", "segno"}
    | {"accelerate", "cryptography", "ray", "adbutils", "tokenizers", "flatbuffers", "google"}
    | TORCH
    | ONNX,
    "ui": {"quad_studio", "evaluation", "device", "resources", "numpy", "PIL", "platformdirs"}
    | {"segno"}
    | QT,
    "resources": set(),
}
STDLIB = {package: set(sys.stdlib_module_names) for package in MAY_IMPORT}
STDLIB["ui"] -= {"subprocess", "multiprocessing"}
FILES = sorted(
    path
    for package in MAY_IMPORT
    for path in (ROOT / package).rglob("*.py")
    if "third_party" not in path.parts and "build" not in path.parts
)


@cache
def imported(path):
    """Return every name that the file imports; each file is parsed once."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def test_that_there_are_files_to_check():
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_that_imports_go_down_the_layers_only(path):
    relative = path.relative_to(ROOT)
    package = relative.parts[0]
    seen = {name.partition(".")[0] for name in imported(path)}
    allowed = MAY_IMPORT[package] | STDLIB[package] | {package}
    if relative.as_posix() == "quad_studio/cli/main.py":
        allowed = allowed | {"ui"}
    assert seen <= allowed


CORE = ("config", "project_checks", "schemas", "events", "errors", "cancel", "storage")


@pytest.mark.parametrize("name", CORE)
def test_that_the_core_of_the_core_imports_nothing_above_it(name):
    path = ROOT / "quad_studio" / f"{name}.py"
    inner = {n for n in imported(path) if n.startswith("quad_studio.")}
    assert all(n.split(".")[1] in CORE for n in inner)


def test_that_stages_do_not_import_the_engine_or_the_command_line():
    for path in (ROOT / "quad_studio").rglob("*.py"):
        if path.relative_to(ROOT / "quad_studio").parts[0] in ("quad", "adapters", "samplers"):
            names = set(imported(path))
            banned = ("quad_studio.engine", "quad_studio.cli", "quad_studio.batch")
            assert not [n for n in names if n.startswith(banned)], path


def import_graph():
    """Return the modules that each module imports, wherever in the file it does so."""
    inside = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in [*FILES, *inside]
    }
    graph = {}
    for name, path in names.items():
        wanted = set()
        for other in imported(path):
            module = other if other in names else other.rpartition(".")[0]
            if module in names and module != name:
                wanted.add(module)
        graph[name] = wanted
    return graph


def without_dead_ends(graph):
    """Return the modules from which imports go on for ever: nothing where there is no circle."""
    left = graph
    while True:
        kept = {name: wanted & left.keys() for name, wanted in left.items() if wanted & left.keys()}
        if len(kept) == len(left):
            return kept
        left = kept


def circles(graph):
    """Return a shortest way from each module back to itself, each circle once."""
    graph = without_dead_ends(graph)
    found = {}
    for start in graph:
        ways, reached = [[start]], set()
        while ways:
            way = ways.pop(0)
            if start in graph[way[-1]]:
                found.setdefault(frozenset(way), " -> ".join([*way, start]))
                break
            for step in sorted(graph[way[-1]] - reached):
                reached.add(step)
                ways.append([*way, step])
    return sorted(found.values())


def test_that_a_circle_is_found_and_named():
    graph = {"top": {"a"}, "a": {"b", "c"}, "b": {"a"}, "c": {"d"}, "d": {"e"}, "e": {"c"}}
    assert circles(graph) == ["a -> b -> a", "c -> d -> e -> c"]


def test_that_no_modules_import_each_other_in_a_circle():
    graph = import_graph()
    assert "quad_studio.sessions.session" in graph["quad_studio.sessions.rows"]
    found = circles(graph)
    assert not found, "these modules import each other:\n" + "\n".join(found)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_that_no_installed_distribution_shadows_our_package(package):
    assert Path(importlib.util.find_spec(package).origin).is_relative_to(ROOT)
