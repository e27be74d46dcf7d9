import json
from pathlib import Path

import pytest

from evaluation.errors import RunFolderError
from evaluation.evidence import gather, read_evidence
from tests.fakes.run_folder import write_run_folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run_folder(tmp_path, inputs=1, targets=("host",), scored=True)


def test_that_a_line_cut_short_by_a_crash_is_counted_and_left_out(run: Path):
    count = len(read_evidence(run).rows)
    with (run / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"schema": "quad-studio/row/1", "key": "ab')
    evidence = read_evidence(run)
    assert (len(evidence.rows), evidence.torn_lines) == (count, 1)


def test_that_of_a_repeated_key_the_later_row_counts(run: Path):
    lines = (run / "results.jsonl").read_text(encoding="utf-8").splitlines()
    again = {**json.loads(lines[0]), "prompt": "again"}
    with (run / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(again) + "\n")
    rows = read_evidence(run).rows
    assert len(rows) == len(lines)
    assert rows[-1]["prompt"] == "again"  # where it was repeated


@pytest.mark.parametrize("name", ["manifest.json", "results.jsonl", "scores.jsonl", "summary.json"])
def test_that_a_newer_schema_is_refused_with_its_file(run: Path, name: str):
    text = (run / name).read_text(encoding="utf-8")
    (run / name).write_text(text.replace('/1"', '/2"'), encoding="utf-8")
    with pytest.raises(RunFolderError, match=rf"{name}: was written by a newer QUAD Studio"):
        read_evidence(run)


def test_that_what_is_no_run_folder_is_refused(tmp_path: Path):
    with pytest.raises(RunFolderError, match=r"it has no manifest\.json"):
        read_evidence(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(RunFolderError, match="not a JSON object"):
        read_evidence(tmp_path)
    (tmp_path / "manifest.json").write_text('{"schema": "other/1"}')
    with pytest.raises(RunFolderError, match='schema is "other/1"'):
        read_evidence(tmp_path)


def test_that_scores_may_come_as_a_list_or_by_key(run: Path):
    evidence = read_evidence(run)
    listed = gather(evidence.manifest, evidence.rows, list(evidence.scores.values()))
    mapped = gather(evidence.manifest, evidence.rows, evidence.scores)
    assert listed.scores == mapped.scores == evidence.scores
