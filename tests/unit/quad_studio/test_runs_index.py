"""The index follows the folders and can be thrown away."""

import pytest

from quad_studio import runs, runs_index


@pytest.fixture
def root(tmp_path):
    for name, moment in (("first", "2026-01-01"), ("second", "2026-02-01")):
        manifest = {"run_id": name, "name": name, "created_at": moment, "targets": []}
        with runs.RunWriter(tmp_path / "runs" / name, manifest) as writer:
            writer.append({"schema": "quad-studio/row/1", "key": "a", "status": "ok"})
    return tmp_path


def names(root, **options):
    found = runs_index.find_runs(root / "runs", root / "index.sqlite", **options)
    return [entry["name"] for entry in found]


def test_that_runs_are_found_newest_first_by_text_and_by_tag(root):
    with runs.updated_manifest(root / "runs/first") as manifest:
        manifest["tags"] = ["release"]
    assert names(root) == ["second", "first"]
    assert names(root, text="FIRST") == ["first"]
    assert names(root, tag="release") == ["first"]


def test_that_a_changed_run_is_read_again_and_a_removed_one_forgotten(root):
    assert names(root) == ["second", "first"]
    run = root / "runs/first"
    with runs.RunWriter(run, {}) as writer:
        writer.append({"schema": "quad-studio/row/1", "key": "b", "status": "error"})
    found = runs_index.find_runs(root / "runs", root / "index.sqlite")
    assert [(e["rows"], e["failed"]) for e in found if e["name"] == "first"] == [(2, 1)]
    for file in run.iterdir():
        file.unlink()
    assert names(root) == ["second"]


def test_that_a_corrupt_index_is_built_again(root):
    (root / "index.sqlite").write_bytes(b"not a database" * 100)
    assert names(root) == ["second", "first"]
