"""Verdicts on disk: nothing that was given is lost, nothing is taken for given that is not."""

import pytest
from PySide6.QtCore import Qt

from evaluation.verdicts import FILE, Verdict
from tests.fakes.run_folder import write_run_folder
from tests.unit.ui.test_compare_panel import panel  # noqa: F401 -- a fixture
from ui.models.verdicts import NewerVerdictError, VerdictStore

NEWER = b'{"schema": "quad-studio/verdict/2", "key": "a", "score": 0.5}\n'


def test_that_an_undo_that_cannot_be_written_can_be_tried_again(tmp_path):
    store = VerdictStore(tmp_path)
    store.give(Verdict("a", "accept"))
    written = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()  # no verdict can be written now
    with pytest.raises(OSError, match="directory"):
        store.undo()
    assert store.choice_of("a") == "accept"
    (tmp_path / FILE).rmdir()
    (tmp_path / FILE).write_bytes(written)
    assert store.undo() == "a"
    assert VerdictStore(tmp_path).choice_of("a") == ""


def test_that_two_stores_of_one_run_take_over_each_others_verdicts(tmp_path):
    mine, theirs = VerdictStore(tmp_path), VerdictStore(tmp_path)
    mine.give(Verdict("a", "accept"))
    assert theirs.refresh() == ["a"]
    theirs.give(Verdict("b", "reject"))
    assert theirs.refresh() == []  # one's own are known
    assert mine.refresh() == ["b"]
    assert (mine.choice_of("a"), mine.choice_of("b")) == ("accept", "reject")


def test_that_verdicts_that_cannot_be_read_raise(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(OSError, match="directory"):
        VerdictStore(tmp_path)


def test_that_no_line_is_written_over_what_a_newer_version_decided(tmp_path):
    (tmp_path / FILE).write_bytes(NEWER)
    store = VerdictStore(tmp_path)
    assert (store.newer_count, store.choice_of("a"), store.counts()["accept"]) == (1, "", 0)
    with pytest.raises(NewerVerdictError):
        store.give(Verdict("a", "accept"))
    assert (tmp_path / FILE).read_bytes() == NEWER
    store.give(Verdict("b", "accept"))
    assert (tmp_path / FILE).read_bytes().startswith(NEWER)
    assert '"newer"' not in (tmp_path / FILE).read_text()
    assert VerdictStore(tmp_path).choice_of("b") == "accept"


def test_that_an_undo_leaves_what_a_newer_version_decided_since(tmp_path):
    store = VerdictStore(tmp_path)
    store.give(Verdict("b", "accept"))
    store.give(Verdict("a", "accept"))
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(NEWER)
    written = (tmp_path / FILE).read_bytes()
    assert store.refresh() == ["a"]
    with pytest.raises(NewerVerdictError):
        store.undo()
    assert (tmp_path / FILE).read_bytes() == written
    assert store.undo() == "b"  # the one before can still be taken back


def test_that_the_window_says_that_a_newer_version_judged_and_keeps_it(panel, tmp_path):  # noqa: F811
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    panel.open(folder)
    first = panel.selection.pair
    written = NEWER.replace(b'"a"', f'"{first.key}"'.encode())
    (folder / FILE).write_bytes(written)
    panel.open(folder)
    said = panel.view.banner.text.text
    panel.qtbot.waitUntil(lambda: "newer QUAD Studio that cannot be read here: 1." in said())
    panel.press(Qt.Key.Key_A)
    assert "that verdict is kept" in said()
    assert panel.selection.pair.key == first.key
    assert (folder / FILE).read_bytes() == written
