from pathlib import Path
from typing import Any

import pytest

from evaluation.comparability import compare_runs
from evaluation.evidence import Evidence, read_evidence
from evaluation.summary import summarize_evidence
from evaluation.validity import Rules, judge
from tests.fakes.run_folder import write_run_folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return read_evidence(write_run_folder(tmp_path_factory.mktemp("run"), inputs=2, scored=True))


def changed(run: Evidence, **fields: Any) -> Evidence:
    rows = [{**row, **fields} for row in run.rows]
    return Evidence(run.manifest, rows, run.scores, root=run.root)


def test_that_a_complete_run_is_valid_and_warns_of_emulation(run: Evidence):
    verdict = judge(run)
    assert (verdict.status, verdict.reasons) == ("VALID", ())
    assert verdict.warnings == (
        "virtual:s25-qualcomm is emulated: its latencies are not a phone's",
    )


def test_that_no_rows_are_invalid(run: Evidence):
    assert judge(Evidence(run.manifest, [], {})).reasons == ("no row was measured",)


def test_that_a_missing_combination_is_named(run: Evidence):
    rows = [row for row in run.rows if row["use_case"] != "transform" or row["target"] != "host"]
    verdict = judge(Evidence(run.manifest, rows, {}))
    assert verdict.reasons == ("host, transform: 0 measured rows, want at least 1",)


def test_that_an_unfinished_run_is_invalid(run: Evidence):
    manifest = {**run.manifest, "expected_rows": len(run.rows) + 3}
    (reason,) = judge(Evidence(manifest, run.rows, {})).reasons
    assert reason == "20 of 23 planned rows are there; --resume goes on"


def test_that_failed_rows_make_a_run_invalid_and_name_the_remedy(tmp_path: Path):
    run = read_evidence(write_run_folder(tmp_path, failed_rows=2))
    (reason,) = judge(run).reasons
    assert reason == "2 of 32 rows failed (out_of_memory); --resume repeats them"
    assert judge(run, Rules(max_failed_share=0.1)).status == "VALID"


def test_that_a_hot_phone_and_a_low_battery_are_invalid_and_a_hot_host_is_not(tmp_path: Path):
    hot = read_evidence(write_run_folder(tmp_path, inputs=1, hot=True))
    (reason,) = judge(hot).reasons
    assert reason == "virtual:s25-qualcomm: thermal status reached 3, the limit is 2"
    telemetry = {"battery_percent": 12, "charging": False}
    low = changed(hot, telemetry=telemetry, target_kind="phone")
    assert any("battery fell to 12 %" in text for text in judge(low).reasons)
    charging = changed(hot, telemetry={**telemetry, "charging": True}, target_kind="phone")
    assert judge(charging).status == "VALID"


def test_that_rows_of_another_graph_or_adapter_are_invalid(run: Evidence):
    rows = [dict(row) for row in run.rows]
    rows[3]["graph_sha256"] = "f" * 64
    (reason,) = judge(Evidence(run.manifest, rows, {})).reasons
    assert "several graphs" in reason
    rows = [dict(row) for row in run.rows]
    rows[3]["adapters"] = [{"name": "object_removal", "sha256": "e" * 64}]
    (reason,) = judge(Evidence(run.manifest, rows, {})).reasons
    assert reason == "adapter object_removal: rows come from 2 files with different hashes"


def test_that_an_ablation_of_declared_graphs_is_valid(run: Evidence):
    graphs = {str(run.rows[0]["graph_sha256"]): {}, "f" * 64: {}}
    rows = [dict(row) for row in run.rows]
    for row in rows[::2]:
        row["graph_sha256"] = "f" * 64
    assert judge(Evidence({**run.manifest, "bundles": graphs}, rows, {})).status == "VALID"


def test_that_a_clock_set_back_is_invalid(run: Evidence):
    back = changed(
        run, started_at="2026-01-02T03:04:05+00:00", finished_at="2026-01-02T03:04:04+00:00"
    )
    assert "clock was set back" in judge(back).reasons[0]
    rows = [dict(row) for row in run.rows]
    rows[-1]["finished_at"] = "2026-01-09T03:04:05+00:00"
    assert "lasted 168.0 h" in judge(Evidence(run.manifest, rows, {})).reasons[0]


def test_that_repeats_with_other_bytes_are_reported(run: Evidence, tmp_path: Path):
    folder = write_run_folder(tmp_path, inputs=1, targets=("host",), use_cases=("transform",))
    evidence = read_evidence(folder)
    assert judge(evidence).warnings == ()
    rows = [dict(row) for row in evidence.rows]
    rows[-1]["images"] = {**rows[-1]["images"], "candidate": rows[-1]["images"]["reference"]}
    other = Evidence(evidence.manifest, rows, {}, root=folder)
    assert judge(other).warnings == (
        "host: not deterministic, 1 of 1 repeated requests gave different images",
    )


def test_that_runs_of_other_steps_or_weights_are_not_comparable(run: Evidence):
    assert compare_runs(run, run).comparable
    assert compare_runs(changed(run, steps=4), run).reasons == ("steps: 4 against 8",)
    scores = {
        key: {**score, "metric_context": {"ssim": {"convention": "x"}}}
        for key, score in run.scores.items()
    }
    other = Evidence(run.manifest, run.rows, scores)
    assert compare_runs(other, run).reasons[0].startswith("ssim: convention is x")
    strangers = changed(run, input_id="new")
    assert "inputs: none in common" in compare_runs(strangers, run).reasons
    bundle = {**run.manifest, "bundle": {"fingerprint": "0" * 64, "graph_sha256": "0" * 64}}
    remarked = compare_runs(Evidence(bundle, run.rows, run.scores), run)
    assert remarked.comparable
    assert len(remarked.remarks) == 2


def test_that_the_summary_has_one_exit_code_and_all_reasons(run: Evidence, tmp_path: Path):
    fine = summarize_evidence(run)
    assert (fine["exit_code"], fine["reasons"]) == (0, [])
    assert fine["counts"]["measured"] == 16
    incomparable = summarize_evidence(run, baseline=changed(run, steps=4))
    assert incomparable["exit_code"] == 4
    assert incomparable["reasons"] == ["not comparable with the baseline: steps: 8 against 4"]
    failed = summarize_evidence(
        read_evidence(write_run_folder(tmp_path, inputs=1, failed_rows=1)), []
    )
    assert failed["exit_code"] == 4
    assert failed["validity"]["status"] == "INVALID"


def test_that_a_clock_set_back_between_rows_is_a_warning(run: Evidence):
    rows = [dict(row) for row in run.rows]
    for row in rows[-2:]:
        row["started_at"] = row["finished_at"] = "2026-01-02T01:04:05+00:00"
    verdict = judge(Evidence(run.manifest, rows, {}))
    assert verdict.status == "VALID"
    assert any("clock was set back between rows" in text for text in verdict.warnings)
    assert not any("clock" in text for text in judge(run).warnings)
