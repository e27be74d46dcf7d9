"""Stages are skipped when nothing that went into them changed."""

import os

from quad_studio.engine.stage_cache import FileHashes, StageCache
from quad_studio.events import StageFinished


def test_that_a_stage_runs_once_and_is_then_skipped(tmp_path):
    events, calls = [], []

    def produce():
        calls.append(1)
        return {"n": 7}

    for _ in range(2):
        cache = StageCache(tmp_path, events.append)
        path = cache.path("stage", "k" * 40, ".json")
        assert cache.get_json("stage", "A stage", path, produce)["n"] == 7
    assert len(calls) == 1
    assert [e.skipped for e in events if isinstance(e, StageFinished)] == [False, True]


def test_that_force_runs_a_stage_again_but_only_once_a_build(tmp_path):
    calls = []

    def produce():
        calls.append(1)
        return {"n": len(calls)}

    for force in (False, True):
        cache = StageCache(tmp_path, lambda event: None, force=force)
        path = cache.path("stage", "k", ".json")
        cache.get_json("stage", "", path, produce)
        cache.get_json("stage", "", path, produce)
    assert len(calls) == 2


def test_that_a_result_a_crash_cut_short_is_produced_again(tmp_path):
    cache = StageCache(tmp_path, lambda event: None)
    path = cache.path("stage", "k", ".json")
    path.write_text('{"schema": "quad-st')
    assert cache.get_json("stage", "", path, lambda: {"n": 1})["n"] == 1


def test_that_a_changed_file_changes_the_hash_of_its_folder(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"one")
    hashes = FileHashes(tmp_path / "files.json")
    first = hashes.of(folder)
    hashes.save()
    assert FileHashes(tmp_path / "files.json").of(folder) == first
    (folder / "a.bin").write_bytes(b"two")
    os.utime(folder / "a.bin", ns=(1, 1))
    assert FileHashes(tmp_path / "files.json").of(folder) != first
