from pathlib import Path
from typing import Any

import pytest

from evaluation.errors import GatesError
from evaluation.evidence import Evidence, read_evidence
from evaluation.gates import Gate, check_evidence, load_gates
from tests.fakes.run_folder import write_run_folder


def evidence(folder: Path, **settings: Any) -> Evidence:
    settings = {
        "inputs": 12,
        "targets": ("host",),
        "repeats": 1,
        "size": 32,
        "latents": False,
        **settings,
    }
    return read_evidence(write_run_folder(folder, scored=True, **settings))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return evidence(tmp_path_factory.mktemp("run"))


def statuses(report: Any) -> set[str]:
    return {result.status for result in report.results}


def test_that_absolute_limits_pass_warn_and_fail_by_the_metrics_own_direction(run: Evidence):
    assert statuses(check_evidence([Gate("psnr_db", error=30)], run)) == {"pass"}
    assert statuses(check_evidence([Gate("psnr_db", warn=50, error=30)], run)) == {"warn"}
    assert statuses(check_evidence([Gate("psnr_db", warn=60, error=50)], run)) == {"fail"}
    assert statuses(check_evidence([Gate("unet_step_ms", error=1000)], run)) == {"pass"}
    assert statuses(check_evidence([Gate("unet_step_ms", error=1)], run)) == {"fail"}


def test_that_exit_codes_follow_the_worst_result(run: Evidence):
    assert check_evidence([Gate("psnr_db", warn=50)], run).exit_code == 0
    assert check_evidence([Gate("psnr_db", error=50)], run).exit_code == 1
    both = [Gate("psnr_db", error=50), Gate("psnr_db", error=1, min_samples=99)]
    assert check_evidence(both, run).exit_code == 4


def test_that_too_few_samples_are_not_a_pass(run: Evidence):
    (result, _) = check_evidence([Gate("psnr_db", error=1, min_samples=13)], run).results
    assert result.status == "invalid"
    assert "12 samples, the gate wants 13" in result.message


def test_that_a_gate_that_matches_nothing_is_not_a_pass(run: Evidence):
    report = check_evidence([Gate("psnr_db", error=1, target="adb:*")], run)
    assert report.exit_code == 4
    assert "no rows of target adb:*" in report.results[0].message


def test_that_patterns_choose_use_case_and_target(run: Evidence):
    report = check_evidence([Gate("psnr_db", error=1, use_case="obj*", target="h*")], run)
    assert [(result.target, result.use_case) for result in report.results] == [
        ("host", "object_removal")
    ]


def test_that_an_unmeasured_kpi_is_invalid(run: Evidence):
    report = check_evidence([Gate("nodes_off_npu", error=0)], run)
    assert statuses(report) == {"invalid"}


def test_that_interval_ends_can_be_gated(run: Evidence):
    (lower, *_) = check_evidence([Gate("psnr_db", stat="ci_lower", error=1)], run).results
    (mean, *_) = check_evidence([Gate("psnr_db", error=1)], run).results
    assert lower.value < mean.value


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_a_planted_slowdown_and_a_worse_adapter_are_caught(run: Evidence, tmp_path: Path):
    gates = [
        Gate("unet_step_ms", max_regression_percent=10),
        Gate("psnr_db", max_regression_percent=2),
    ]
    slow = check_evidence(gates, evidence(tmp_path / "slow", slow=1.2, seed=8), run)
    assert {r.metric for r in slow.results if r.status == "fail"} == {"unet_step_ms"}
    worse = check_evidence(gates, evidence(tmp_path / "worse", noise=0.02), run)
    assert {r.metric for r in worse.results if r.status == "fail"} == {"psnr_db"}
    assert "p = " in worse.results[0].message


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_that_an_unchanged_rebuild_is_not_flagged_in_twenty_repeats(run: Evidence, tmp_path: Path):
    gates = [
        Gate("unet_step_ms", max_regression_percent=2),
        Gate("end_to_end_ms", max_regression_percent=2),
        Gate("psnr_db", max_regression_percent=1),
        Gate("ssim", max_regression_percent=1),
    ]
    again = evidence(tmp_path, name="rebuild")
    for at in range(20):
        rows = [dict(row) for row in again.rows]
        for row in rows:  # other timings, as on a machine that did other things before
            factor = 1 + 0.01 * ((int(row["key"][:6], 16) * (at + 3)) % 201 - 100) / 100
            timing = dict(row["timing_ms"])
            timing["unet_step_ms"] = [value * factor for value in timing["unet_step_ms"]]
            timing["end_to_end_ms"] *= factor
            row["timing_ms"] = timing
        noisy = Evidence(again.manifest, rows, again.scores)
        assert check_evidence(gates, noisy, run).exit_code == 0


def test_that_without_a_baseline_a_regression_gate_is_skipped(run: Evidence):
    report = check_evidence([Gate("psnr_db", max_regression_percent=1)], run)
    assert statuses(report) == {"skipped"}
    assert report.exit_code == 0


def test_that_a_latency_of_another_provider_is_not_compared(run: Evidence):
    rows = [{**row, "provider": "qnn"} for row in run.rows]
    other = Evidence(run.manifest, rows, run.scores)
    report = check_evidence([Gate("unet_step_ms", max_regression_percent=10)], other, run)
    assert statuses(report) == {"invalid"}
    assert "provider is qnn, the baseline's is cpu" in report.results[0].message


def fid_scores(count: int) -> list[dict[str, Any]]:
    return [
        {
            "key": f"set:{use_case}",
            "set": {"target": "host", "use_case": use_case, "graph_sha256": None},
            "metrics": {"fid": 20.0},
            "unavailable": {},
            "n": count,
            "metric_context": {"fid": {"convention": "c"}},
        }
        for use_case in ("object_removal", "transform")
    ]


def test_that_fid_is_never_gated_below_2048_images_nor_across_different_n(run: Evidence):
    rows = [{**row, "graph_sha256": None} for row in run.rows]
    gate = [Gate("fid", error=1, max_regression_percent=1)]
    few = Evidence(run.manifest, rows, {}, fid_scores(2047))
    assert statuses(check_evidence(gate, few)) == {"skipped"}
    enough = Evidence(run.manifest, rows, {}, fid_scores(2048))
    assert "fail" in statuses(check_evidence(gate, enough))
    more = Evidence(run.manifest, rows, {}, fid_scores(4096))
    relative = [r for r in check_evidence(gate, more, enough).results if r.kind == "regression"]
    assert {result.status for result in relative} == {"invalid"}
    assert "n is 4096, the baseline's is 2048" in relative[0].message


def test_that_every_mistake_of_a_file_is_reported_at_once(tmp_path: Path):
    path = tmp_path / "gates.toml"
    path.write_text(
        """
        [[gates]]
        metric = "psnrr"
        error = 1
        [[gates]]
        metric = "ssim"
        stat = "average"
        warn = "high"
        [[gates]]
        metric = "ssim"
        limit = 3
        min_samples = 0
        """,
        encoding="utf-8",
    )
    with pytest.raises(GatesError) as caught:
        load_gates(path)
    text = str(caught.value)
    for part in ("gates[0].metric", "gates[1].stat", "gates[1].warn", "unknown key limit"):
        assert part in text
    assert "gates[2].min_samples" in text
    assert "gates[2]: want at least one of" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "want at least one"),
        ("x = [", "not valid TOML"),
        ('schema = "quad-studio/gates/2"', "this program reads quad-studio/gates/1"),
    ],
)
def test_that_a_foreign_file_is_refused(tmp_path: Path, content: str, message: str):
    path = tmp_path / "gates.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GatesError, match=message):
        load_gates(path)
    with pytest.raises(GatesError, match="cannot be read"):
        load_gates(tmp_path / "none.toml")


def test_that_aliases_of_metrics_are_understood(tmp_path: Path):
    path = tmp_path / "gates.toml"
    path.write_text('[[gates]]\nmetric = "lpips"\nerror = 0.1\n', encoding="utf-8")
    assert load_gates(path)[0].metric == "lpips_alex"
