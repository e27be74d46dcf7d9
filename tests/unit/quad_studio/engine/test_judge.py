"""Old evidence is judged again from all of its rows."""

import json

import pytest

from quad_studio.engine.baselines import (
    find_baseline,
    list_baselines,
    remove_baseline,
    set_baseline,
)
from quad_studio.engine.closing import closing_text
from quad_studio.engine.judge import judge_run, report_run
from quad_studio.errors import SettingsProblem, UsageProblem
from quad_studio.runs import load_run, updated_manifest
from tests.fakes.run_folder import write_run_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_run_folder(tmp_path_factory.mktemp("made") / "run", scored=True)


@pytest.fixture
def run(made, tmp_path):
    import shutil

    return shutil.copytree(made, tmp_path / "run")


def gates(path, level):
    path.write_text(
        f'schema = "quad-studio/gates/1"\n[[gates]]\nmetric = "psnr_db"\nerror = {level}\n'
    )
    return path


def test_that_a_run_passes_and_fails_by_the_gates_it_is_held_against(run, tmp_path):
    low, high = gates(tmp_path / "low.toml", 1.0), gates(tmp_path / "high.toml", 99.0)
    assert judge_run(run, gates=low)["gate_status"] == "pass"
    failed = judge_run(run, gates=high)
    assert failed["exit_code"] in (1, 4)
    assert any(gate["status"] == "fail" for gate in failed["gates"])
    assert load_run(run).summary["gates"] == json.loads(json.dumps(failed["gates"]))


def test_that_missing_rows_make_a_run_no_evidence(run):
    with updated_manifest(run) as manifest:
        manifest["expected_rows"] = 10_000
    summary = judge_run(run, write=False)
    assert summary["validity"]["status"] == "INVALID"
    assert summary["exit_code"] == 4
    assert "--resume goes on" in " ".join(summary["reasons"])


def change_rows(run, change):
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    rows = change(rows)
    (run / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return rows


def test_that_an_unsuitable_input_makes_the_status_2_and_is_named_once(run):
    def spoil(rows):
        for row in rows[:2]:
            row["status"] = "error"
            row["error"] = {"code": "bad_input", "message": "input x: the mask is 8x8"}
        return rows

    first = change_rows(run, spoil)[0]
    summary = judge_run(run, write=False)
    assert summary["exit_code"] == 2
    assert summary["validity"]["status"] == "INVALID"
    assert summary["reasons"].count(f"{first['use_case']}: input x: the mask is 8x8") == 1


def test_that_repeated_requests_are_compared_bit_for_bit(run):
    def repeat(rows):
        for row in rows:
            row["output_sha256"] = f"{row['use_case']} {row['input_id']}"
        return [*rows, {**rows[0], "key": "0" * 32, "repeat": 7}]

    target = change_rows(run, repeat)[0]["target"]
    summary = judge_run(run)
    assert summary["determinism"][target]["equal"] > 0
    assert f"repeats   {target}: {summary['determinism'][target]['text']}" in closing_text(
        run, summary, []
    )
    context = json.loads(report_run(run, ["json"])[0].read_text())["context"]
    assert "all equal" in context["Run"][f"same request again, {target}"]


def test_that_a_lost_device_outranks_a_failed_gate(run, tmp_path):
    high = gates(tmp_path / "high.toml", 99.0)
    summary = judge_run(run, gates=high, codes=(3,), reasons=("adb:X: lost",), write=False)
    assert summary["exit_code"] == 3
    assert summary["reasons"][0] == "adb:X: lost"


def test_that_a_gates_file_with_mistakes_names_each(run, tmp_path):
    path = tmp_path / "gates.toml"
    path.write_text('schema = "quad-studio/gates/1"\n[[gates]]\nmetrik = "x"\nerror = "high"\n')
    with pytest.raises(SettingsProblem) as caught:
        judge_run(run, gates=path)
    assert len(caught.value.problems) == 3


def test_that_a_baseline_is_found_by_name_and_by_folder(run, tmp_path):
    file = tmp_path / "baselines.json"
    judge_run(run)
    set_baseline(file, "release", run)
    assert find_baseline("release", file) == run
    assert find_baseline(str(run), file) == run
    remove_baseline(file, "release")
    assert list_baselines(file) == {}
    with pytest.raises(UsageProblem, match="neither a run folder nor a name"):
        find_baseline("release", file)


def test_that_the_last_words_hold_the_tables_and_the_files(run):
    summary = judge_run(run)
    files = report_run(run, ["md", "json"])
    text = closing_text(run, summary, files)
    assert "KPIs on the device" in text
    assert "not a phone" in text
    assert all(str(file) in text for file in files)
    assert max(len(line) for line in text.splitlines()) < 400
