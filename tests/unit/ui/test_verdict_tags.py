"""Tags of notes: words with a #, offered as filters of the list of pairs."""

import json

from PySide6.QtCore import Qt

from tests.fakes.run_folder import write_run_folder
from tests.unit.ui.test_compare_panel import panel  # noqa: F401 -- a fixture


def tag(judging, place, note):
    judging.controller.walk("first")
    for _ in range(place):
        judging.controller.walk("next")
    bar = judging.view.verdict_bar
    bar.note.setText(note)
    bar.note.editingFinished.emit()


def test_that_tags_of_notes_limit_the_list(panel, tmp_path):  # noqa: F811
    panel.open(write_run_folder(tmp_path / "run", inputs=4, repeats=1))
    box, total = panel.view.pair_list.verdict_box, panel.pairs.total
    tag(panel, 0, "halo #seam")
    tag(panel, 2, "#Seam again, #too-dark")
    assert box.findText("#seam (2)") > 0
    tagged = [panel.pairs.shown[at].key for at in (0, 2)]
    box.setCurrentIndex(box.findData("#seam"))
    assert [pair.key for pair in panel.pairs.shown] == tagged
    box.setCurrentIndex(0)
    assert len(panel.pairs.shown) == total
    panel.view.pair_list.search.setText("#too")
    assert [pair.key for pair in panel.pairs.shown] == tagged[1:]
    text = panel.pairs.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "#seam #too-dark" in text
    panel.view.pair_list.search.clear()


def test_that_a_tag_nobody_gives_any_more_lets_every_pair_be_listed(panel, tmp_path):  # noqa: F811
    panel.open(write_run_folder(tmp_path / "run", inputs=3, repeats=1))
    box, total = panel.view.pair_list.verdict_box, panel.pairs.total
    tag(panel, 1, "#seam")
    box.setCurrentIndex(box.findData("#seam"))
    assert len(panel.pairs.shown) == 1
    panel.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.currentIndex() == 0
    assert len(panel.pairs.shown) == total


def test_that_a_filter_of_one_run_is_shown_or_gone_in_the_next(panel, tmp_path):  # noqa: F811
    first = write_run_folder(tmp_path / "first", inputs=2, repeats=1)
    panel.open(first)
    box = panel.view.pair_list.use_case_box
    box.setCurrentIndex(1)
    wanted = box.currentData()
    panel.open(write_run_folder(tmp_path / "second", inputs=2, repeats=1))
    assert box.currentData() == wanted == panel.pairs.filter.use_case
    assert {pair.text("use_case") for pair in panel.pairs.shown} == {wanted}


def test_that_a_run_offers_the_tags_it_was_left_with(panel, tmp_path):  # noqa: F811
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    panel.open(folder)
    tag(panel, 1, "#seam")
    panel.open(write_run_folder(tmp_path / "other", inputs=1, repeats=1))
    assert panel.view.pair_list.verdict_box.findData("#seam") < 0
    panel.open(folder)
    assert panel.view.pair_list.verdict_box.findData("#seam") > 0
    assert json.loads((folder / "verdicts.jsonl").read_text())["note"] == "#seam"


def test_that_undo_and_redo_can_be_given_when_there_is_something(panel, tmp_path):  # noqa: F811
    undo, redo = (panel.view.actions_by_name[f"verdict.{name}"] for name in ("undo", "redo"))
    panel.open(write_run_folder(tmp_path / "run", inputs=2, repeats=1))
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
    assert undo.property("why_not")
    panel.press(Qt.Key.Key_A)
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
    panel.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (undo.isEnabled(), redo.isEnabled()) == (False, True)
    redo.trigger()
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
    panel.open(write_run_folder(tmp_path / "other", inputs=1, repeats=1))
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
