"""A bundle is built again when the code behind it changes, and for no other code."""

import shutil
from pathlib import Path

import pytest

from quad_studio.engine.code_digest import ENTRY, LEFT_OUT, PACKAGES, modules_behind
from quad_studio.storage import sha256_of_file

ROOT = Path(__file__).parents[4]


def digest(root):
    return {name: sha256_of_file(path) for name, path in modules_behind(ENTRY, root).items()}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A copy of our sources that a test may edit."""
    root = tmp_path_factory.mktemp("sources")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            root / package,
            ignore=lambda folder, names: (
                [
                    name
                    for name in names
                    if not name.endswith(".py") and not (Path(folder) / name).is_dir()
                ]
                + [name for name in names if name in ("build", "third_party", "__pycache__")]
            ),
        )
    return root


@pytest.mark.parametrize("name", ["quad_studio.engine.closing", "evaluation.gates"])
def test_that_an_edit_of_what_no_build_imports_leaves_the_digest(sources, name):
    file = sources.joinpath(*name.split(".")).with_suffix(".py")
    before = digest(sources)
    file.write_text(file.read_text() + "\nMORE = 1\n")
    assert digest(sources) == before


@pytest.mark.parametrize("name", ["quad_studio.quad.profile", "device.cpu_variants"])
def test_that_an_edit_of_what_the_build_imports_changes_the_digest(sources, name):
    file = sources.joinpath(*name.split(".")).with_suffix(".py")
    before = digest(sources)
    file.write_text(file.read_text() + "\nMORE = 1\n")
    assert {n for n, d in digest(sources).items() if before.get(n) != d} == {name}


def test_that_an_import_in_a_function_counts_and_one_for_type_checkers_does_not(tmp_path):
    package = tmp_path / "quad_studio"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "entry.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from quad_studio.types import T\n"
        "def f():\n    from quad_studio import lazy\n    import numpy\n"
    )
    for name in ("types", "lazy", "other"):
        (package / f"{name}.py").write_text("T = 1\n")
    found = modules_behind("quad_studio.entry", tmp_path)
    assert set(found) == {"quad_studio", "quad_studio.entry", "quad_studio.lazy"}


def test_that_every_module_that_is_left_out_exists():
    for name in LEFT_OUT:
        assert ROOT.joinpath(*name.split(".")).with_suffix(".py").is_file(), name
