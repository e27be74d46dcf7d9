"""The main job by the real command: build, run, judge, report; stopped, resumed, misused."""

import json
import signal

import pytest

from tests.end_to_end.conftest import interrupt_when, quad_studio, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def rows_of(run):
    text = (run / "results.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_that_a_plan_runs_to_a_report_and_every_image_meets_the_papers_levels(plan, tmp_path):
    run = tmp_path / "run"
    done = quad_studio("--batch", plan(), "--run-dir", run, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["validity"]["status"] == "VALID"
    assert {gate["status"] for gate in summary["gates"]} == {"pass"}
    rows = rows_of(run)
    assert [row["status"] for row in rows] == ["ok"] * 4
    assert {row["adapter"] for row in rows} == {"object_removal", "transform"}
    for name in ("manifest.json", "summary.json", "report.html", "report.md", "report.json"):
        assert (run / name).stat().st_size > 100
    for name in ("log.txt", "repro.txt", "scores.jsonl"):
        assert (run / name).is_file()
    html = (run / "report.html").read_text()
    assert "not a phone" in html
    assert 'src="http' not in html
    listed = json.loads(quad_studio("runs", tmp_path, "--json").stdout)
    assert [entry["rows"] for entry in listed] == [4]


def test_that_switching_there_and_back_gives_the_first_image_again_bit_for_bit(plan, tmp_path):
    from quad_studio.sessions.proof import find_adapter_problems

    run = tmp_path / "run"
    done = quad_studio("--batch", plan(limit=1, order="aba"), "--run-dir", run)
    assert done.returncode == 0, done.stderr
    rows = rows_of(run)
    removal = [row for row in rows if row["use_case"] == "object_removal"]
    assert len(removal) == 2
    assert removal[0]["output_sha256"] == removal[-1]["output_sha256"]
    assert removal[0]["adapter_sha256"] != rows[1]["adapter_sha256"]
    assert find_adapter_problems(rows) == []


def test_that_ctrl_c_keeps_finished_rows_and_resume_completes_the_run(plan, tmp_path):
    path = plan(limit=3)
    run = tmp_path / "run"
    results = run / "results.jsonl"
    code, errors = interrupt_when(
        start("--batch", path, "--run-dir", run),
        lambda: results.is_file() and results.read_text().count("\n") >= 2,
    )
    assert code == 130, errors
    kept = rows_of(run)
    assert 2 <= len(kept) < 6
    again = quad_studio("--batch", path, "--run-dir", run, "--resume", "--json")
    assert again.returncode == 0, again.stderr
    rows = rows_of(run)
    assert rows[: len(kept)] == kept
    assert len({row["key"] for row in rows}) == len(rows) == 6
    undisturbed = tmp_path / "undisturbed"
    assert quad_studio("--batch", path, "--run-dir", undisturbed).returncode == 0
    assert {row["key"]: row["output_sha256"] for row in rows} == {
        row["key"]: row["output_sha256"] for row in rows_of(undisturbed)
    }


def test_that_sigterm_ends_with_143_and_a_kill_leaves_readable_evidence(plan, tmp_path):
    path = plan(limit=3)
    results = tmp_path / "run" / "results.jsonl"

    def some_rows():
        return results.is_file() and results.read_text().count("\n") >= 1

    code, _ = interrupt_when(
        start("--batch", path, "--run-dir", tmp_path / "run"), some_rows, signal.SIGTERM
    )
    assert code == 143
    count = len(rows_of(tmp_path / "run"))
    code, _ = interrupt_when(
        start("--batch", path, "--run-dir", tmp_path / "run", "--resume"),
        lambda: len(rows_of(tmp_path / "run")) > count,
        signal.SIGKILL,
    )
    assert code == -signal.SIGKILL
    done = quad_studio("--batch", path, "--run-dir", tmp_path / "run", "--resume", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["validity"]["status"] == "VALID"


def test_that_a_failed_gate_ends_with_1_and_old_evidence_can_be_judged_again(plan, tmp_path):
    run = tmp_path / "run"
    strict = tmp_path / "strict.toml"
    strict.write_text(
        'schema = "quad-studio/gates/1"\n[[gates]]\nmetric = "psnr_db"\nerror = 200.0\n'
    )
    path = plan(tasks=("transform",), limit=1)
    done = quad_studio("--batch", path, "--run-dir", run, "--gates", strict)
    assert done.returncode == 1, done.stderr
    assert quad_studio("check", run, "--gates", strict).returncode == 1
    assert quad_studio("check", run).returncode == 0
    rewritten = quad_studio("report", run, "--format", "csv,xlsx,pdf,latex,junit")
    assert rewritten.returncode == 0, rewritten.stderr
    written = [line.rsplit("/run/")[-1] for line in rewritten.stdout.split()]
    assert len(written) == 6
    assert written[-1] == "galleries/transform.png"


def test_that_a_run_in_the_way_is_never_overwritten_by_accident(plan, tmp_path):
    run = tmp_path / "run"
    path = plan(tasks=("transform",), limit=1)
    assert quad_studio("--batch", path, "--run-dir", run).returncode == 0
    before = (run / "results.jsonl").read_text()
    refused = quad_studio("--batch", path, "--run-dir", run)
    assert refused.returncode == 2
    assert "--resume goes on with it, --fresh starts again" in refused.stderr
    assert (run / "results.jsonl").read_text() == before


def test_that_a_run_folder_that_cannot_be_written_is_said_so(plan, tmp_path):
    (tmp_path / "file").write_text("")
    done = quad_studio("--batch", plan(limit=1), "--run-dir", tmp_path / "file" / "run")
    assert done.returncode == 5
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_an_unknown_target_is_refused_with_the_names_there_are(plan, tmp_path):
    done = quad_studio("--batch", plan(), "--run-dir", tmp_path / "run", "--target", "toaster")
    assert done.returncode in (2, 3)
    assert "host, adb:SERIAL or virtual:PRESET" in done.stderr
