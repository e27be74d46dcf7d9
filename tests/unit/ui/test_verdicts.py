"""Verdicts on disk: nothing that was given is lost, nothing is taken for given that is not."""

import pytest

from evaluation.verdicts import FILE, Verdict
from ui.models.verdicts import VerdictStore


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
