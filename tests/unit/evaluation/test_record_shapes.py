"""Damaged files of a run are refused by file, line and key."""

import json

import pytest

from evaluation.errors import RunFolderError
from evaluation.evidence import read_evidence
from quad_studio.errors import InputFileProblem
from quad_studio.runs import load_run
from tests.fakes.run_folder import write_run_folder


@pytest.fixture
def run(tmp_path):
    return write_run_folder(tmp_path / "run", scored=True, inputs=1, repeats=1)


def change(path, **values):
    """Change keys of a JSON file, or of the first line of a JSONL file; None removes one."""
    first, newline, rest = path.read_text().partition("\n")
    whole = path.suffix == ".json"
    data = {**json.loads(path.read_text() if whole else first), **values}
    data = {key: value for key, value in data.items() if value is not None}
    path.write_text(json.dumps(data) if whole else f"{json.dumps(data)}{newline}{rest}")


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("manifest.json", {"run_id": None}, "manifest.json: is damaged: run_id is missing"),
        ("manifest.json", {"plan": 5}, "plan is a whole number, not an object"),
        ("manifest.json", {"name": {}}, "name is an object, not text"),
        ("results.jsonl", {"timing_ms": "x"}, "line 1: timing_ms is text, not an object"),
        ("results.jsonl", {"warmup": 1}, "line 1: warmup is a whole number, not true or false"),
        ("scores.jsonl", {"metrics": [1]}, "line 1: metrics is a list, not an object"),
        ("scores.jsonl", {"metric_context": {"ssim": 1}}, "line 1: metric_context holds"),
        ("scores.jsonl", {"unavailable": None}, "line 1: unavailable is missing"),
        ("summary.json", {"validity": {}}, "validity.status is missing"),
        ("summary.json", {"tables": 3}, "tables is a whole number, not an object"),
    ],
)
def test_that_a_value_of_the_wrong_type_is_named(run, name, values, words):
    change(run / name, **values)
    with pytest.raises(RunFolderError, match=words):
        read_evidence(run)
    with pytest.raises(InputFileProblem, match=words) as caught:
        load_run(run)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["results.jsonl", "scores.jsonl"])
def test_that_a_folder_in_a_files_place_is_refused(run, name):
    (run / name).unlink()
    (run / name).mkdir()
    with pytest.raises(RunFolderError, match="cannot be read"):
        read_evidence(run)
    with pytest.raises(InputFileProblem, match="cannot be read"):
        load_run(run)
