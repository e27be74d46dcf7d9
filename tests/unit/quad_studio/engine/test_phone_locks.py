"""Two plans never measure on one phone at once."""

import os

import pytest

from quad_studio.engine.phone_locks import lock_phone
from quad_studio.errors import DeviceProblem


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("QUAD_STUDIO_STATE", str(tmp_path / "state"))


def test_that_a_second_plan_is_told_who_has_the_phone_and_what_to_do():
    with lock_phone("adb:R58:5555"), pytest.raises(DeviceProblem) as caught:
        lock_phone("adb:R58:5555")
    text = str(caught.value)
    assert text.startswith(f"adb:R58:5555: in use by process {os.getpid()}")
    assert "--target" in text
    assert caught.value.exit_code == 3


def test_that_the_phone_is_free_again_after_the_plan_and_others_always_are():
    with lock_phone("adb:R58"), lock_phone("adb:R59"):
        pass
    lock_phone("adb:R58").close()


def test_that_locks_that_cannot_be_written_are_an_error_of_the_host(tmp_path):
    (tmp_path / "state").write_text("a file in the folder's place")
    with pytest.raises(Exception, match="cannot be written") as caught:
        lock_phone("adb:R58")
    assert caught.value.exit_code == 5
