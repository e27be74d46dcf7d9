"""Rules that cost a crash to learn: gui.md sections 0.2, 0.4 and 0.5."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "ui"
FILES = sorted(ROOT.rglob("*.py"))


@pytest.fixture(autouse=True)
def no_leaks():
    """Leave out the look for leaked widgets after each file: no test here makes one."""


def calls(path, name):
    text = path.read_text(encoding="utf-8")
    if name not in text:  # hundreds of files are not parsed for nothing
        return
    for node in ast.walk(ast.parse(text)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == name:
            yield node


def test_that_there_are_files_to_hold_to_the_rules():
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_that_signals_are_connected_to_bound_methods_only(path):
    for call in calls(path, "connect"):
        for receiver in call.args[:1]:
            assert isinstance(receiver, ast.Attribute), (
                f"{path.name}:{call.lineno}: a lambda, partial or plain function runs in the"
                " thread of the sender"
            )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_that_no_dialog_blocks_and_no_axes_are_linked(path):
    for name in ("setXLink", "setYLink", "disconnect"):
        assert not list(calls(path, name)), f"{path.name} calls {name}"
    for call in calls(path, "exec"):
        owner = call.func.value
        assert isinstance(owner, ast.Name), f"{path.name}:{call.lineno}"
        assert owner.id in ("app", "loop"), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_that_a_file_stays_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_that_nobody_waits_in_a_way_that_stops_other_threads():
    # QTest.qWait keeps Python's lock while it waits: a worker gets a hundredth of its time.
    roots = (ROOT, ROOT.parent / "tests", ROOT.parent / "benchmarks")
    files = [path for root in roots for path in root.rglob("*.py")]
    assert [path.name for path in files if list(calls(path, "qWait"))] == []


def test_that_widgets_know_nothing_of_the_application():
    for path in (ROOT / "widgets").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "ui.controllers" not in text, path.name
        assert "ui.views" not in text, path.name
        assert "ui.app" not in text, path.name


def test_that_views_decide_nothing_and_start_no_work():
    for path in (ROOT / "views").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "ui.controllers" not in text, path.name
        assert "ui.worker" not in text, path.name
