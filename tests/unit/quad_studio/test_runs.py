"""Run folders: rows survive crashes, one writer at a time."""

import json

import pytest

from quad_studio import runs
from quad_studio.errors import InputFileProblem, UsageProblem

MANIFEST = {"run_id": "r1", "name": "n", "created_at": "2026-01-01T00:00:00+00:00", "targets": []}


def row(key, **values):
    return {"schema": "quad-studio/row/1", "key": key, "status": "ok", **values}


def test_that_rows_come_back_in_order_and_a_repeated_key_counts_once(tmp_path):
    with runs.RunWriter(tmp_path / "run", MANIFEST) as writer:
        writer.append(row("a", n=1))
        writer.append(row("b", n=2))
        writer.append(row("a", n=3))
    run = runs.load_run(tmp_path / "run")
    assert [(r["key"], r["n"]) for r in run.rows] == [("b", 2), ("a", 3)]
    assert run.run_id == "r1"


def test_that_a_row_cut_short_by_a_crash_is_stepped_over_and_the_next_is_whole(tmp_path):
    folder = tmp_path / "run"
    with runs.RunWriter(folder, MANIFEST) as writer:
        writer.append(row("a"))
    with (folder / runs.RESULTS).open("ab") as stream:
        stream.write(b'{"schema": "quad-studio/row/1", "ke')
    with runs.RunWriter(folder, MANIFEST) as writer:
        writer.append(row("b"))
    run = runs.load_run(folder)
    assert [r["key"] for r in run.rows] == ["a", "b"]
    assert run.torn_lines == 1


def test_that_a_second_writer_is_refused_and_told_who_writes(tmp_path):
    with (
        runs.RunWriter(tmp_path, MANIFEST),
        pytest.raises(UsageProblem, match="in use by process"),
        runs.RunWriter(tmp_path, MANIFEST),
    ):
        pass
    with runs.RunWriter(tmp_path, MANIFEST) as writer:
        writer.append(row("a"))
    assert not (tmp_path / runs.LOCK).exists()


def test_that_half_pictures_of_a_writer_that_was_killed_go_with_the_next_writer(tmp_path):
    for name in ("images/candidate/.a.png.x1", "images/candidate/a.png", "latents/.b.npz.x2"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with runs.RunWriter(tmp_path, MANIFEST):
        assert (tmp_path / "latents/.b.npz.x2").exists()  # nobody was killed here
    (tmp_path / runs.LOCK).touch()
    with runs.RunWriter(tmp_path, MANIFEST):
        left = [path.name for path in tmp_path.rglob("*.*") if path.parent != tmp_path]
    assert left == ["a.png"]


def test_that_a_newer_row_schema_is_refused(tmp_path):
    with runs.RunWriter(tmp_path, MANIFEST) as writer:
        writer.append({"schema": "quad-studio/row/2", "key": "a"})
    with pytest.raises(InputFileProblem, match="newer than this version reads"):
        runs.load_run(tmp_path)


def test_that_a_corrupt_results_file_is_said_so(tmp_path):
    with runs.RunWriter(tmp_path, MANIFEST):
        pass
    (tmp_path / runs.RESULTS).write_text("garbage\n" * 9)
    with pytest.raises(InputFileProblem, match="is corrupt: 9 lines"):
        runs.load_run(tmp_path)


def test_that_a_folder_without_a_manifest_is_no_run(tmp_path):
    with pytest.raises(InputFileProblem, match="is not a run folder"):
        runs.load_run(tmp_path)


def test_that_runs_are_listed_newest_first_and_broken_ones_left_out(tmp_path):
    for name, moment in (("old", "2026-01-01"), ("new", "2026-02-01")):
        with runs.RunWriter(tmp_path / name, {**MANIFEST, "run_id": name, "created_at": moment}):
            pass
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / runs.MANIFEST).write_text("{")
    assert [run.run_id for run in runs.list_runs(tmp_path)] == ["new", "old"]


def test_that_scores_are_replaced_as_a_whole(tmp_path):
    with runs.RunWriter(tmp_path, MANIFEST) as writer:
        writer.append(row("a"))
        score = {"schema": "quad-studio/score/1", "unavailable": {}, "metric_context": {}}
        writer.write_scores([{**score, "key": "a", "metrics": {"x": 1}}])
        writer.write_scores([{**score, "key": "a", "metrics": {"x": 2}}])
    assert runs.load_run(tmp_path).scores["a"]["metrics"] == {"x": 2}
    assert len((tmp_path / runs.SCORES).read_text().splitlines()) == 1


def test_that_the_manifest_can_be_tagged(tmp_path):
    with runs.RunWriter(tmp_path, MANIFEST):
        pass
    with runs.updated_manifest(tmp_path) as manifest:
        manifest["tags"] = ["good"]
    assert json.loads((tmp_path / runs.MANIFEST).read_text())["tags"] == ["good"]
