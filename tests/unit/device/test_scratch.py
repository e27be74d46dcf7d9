"""Scratch folders: gone with their work, gone later where it was killed, never while in use."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from device import scratch
from device.scratch import UNLOCKED_S, ScratchFolder, sweep_scratch

HOLD = """
import sys
from device.scratch import ScratchFolder
folders = [ScratchFolder("test") for _ in range(int(sys.argv[1]))]
for folder in folders:
    (folder.path / "token").write_text("secret")
    print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temp(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(temp):
    """Return a function that starts a process with so many folders; it gives both."""
    started = []

    def start(count=1):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(count)], stdin=subprocess.PIPE, text=True,
            stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temp)},
        )  # fmt: skip
        started.append(process)
        return process, [Path(process.stdout.readline().strip()) for _ in range(count)]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_that_a_folder_goes_with_its_block_and_only_its_owner_may_read_it(temp):
    with ScratchFolder("test") as folder:
        assert folder.parent == temp
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "inner").mkdir()
    assert list(temp.iterdir()) == []


def test_that_a_killed_process_leaves_folders_that_the_next_one_removes(holder, temp):
    killed, left = holder(2)
    working, used = holder()
    assert all((folder / "token").is_file() for folder in left)  # the second start kept them
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert all((folder / "token").is_file() for folder in left)
    third, own = holder()  # the first folder of a process sweeps
    assert sorted(temp.iterdir()) == sorted([*used, *own])
    assert (used[0] / "token").read_text() == "secret"
    assert working.poll() is third.poll() is None


def test_that_a_sweep_leaves_what_this_process_uses(temp):
    with ScratchFolder("test") as folder:
        assert sweep_scratch() == []
        assert folder.is_dir()


def test_that_a_folder_without_a_lock_is_left_until_no_one_can_be_making_it(temp):
    fresh, old = temp / "quad-studio-scratch-a", temp / "quad-studio-scratch-b"
    for folder in (fresh, old):
        folder.mkdir()
    then = time.time() - UNLOCKED_S - 5
    os.utime(old, (then, then))
    assert sweep_scratch() == [old]
    assert list(temp.iterdir()) == [fresh]


def test_that_a_sweep_touches_nothing_of_others_and_follows_no_link(temp, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".in-use").touch()
    (temp / "quad-studio-scratch-link").symlink_to(elsewhere)
    (temp / "quad-studio-scratch-file").touch()
    (temp / "another-folder").mkdir()
    assert sweep_scratch() == []
    assert len(list(temp.iterdir())) == 3
    assert elsewhere.is_dir()


def test_that_a_folder_that_a_sweep_took_while_it_was_made_is_made_again(temp, monkeypatch):
    """The sweep comes between the making of the lock's file and the lock."""
    lock, swept = scratch.lock_file, []

    def late(stream):
        if not swept:
            swept.append(Path(stream.name).parent)
            monkeypatch.setattr(scratch, "lock_file", lock)
            assert sweep_scratch() == swept
        lock(stream)

    monkeypatch.setattr(scratch, "lock_file", late)
    with ScratchFolder("test") as folder:
        assert folder.is_dir()
        assert folder not in swept
    assert list(temp.iterdir()) == []
