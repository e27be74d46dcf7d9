"""A plan on a real Ray cluster gives what one machine gives, also when a node is killed."""

import json
from importlib.util import find_spec

import numpy as np
import pytest

from device.errors import RunnerMissingError
from device.runner_process import find_runner
from quad_studio.batch import run_plan
from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.errors import DeviceProblem
from quad_studio.events import DeviceChanged, RowFinished, ignore
from quad_studio.runs import load_run
from tests.integration.cluster.conftest import PHONES

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        find_spec("ray") is None, reason="Ray is not installed: pip install 'quad-studio[cluster]'"
    ),
]
ROWS = 15  # three use cases, four inputs in turns, then each first input once more
QUALITY = ("psnr_db", "ssim")
STEADY = ("target", "target_kind", "use_case", "adapter", "adapter_sha256", "status", "index")


@pytest.fixture(scope="module")
def one_machine(plan_path, home, tmp_path_factory):
    """Return the run of the plan on this machine alone, with a reference cache of its own."""
    folder = tmp_path_factory.mktemp("one") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUAD_CACHE", str(home / "one-cache"))
        result = run_plan(
            PlanRequest(plan=load_plan(plan_path), run_dir=folder),
            emit=ignore,
            cancel=CancelToken(),
        )
    assert result.exit_code == 0, result.summary["reasons"]
    return load_run(folder)


def on_cluster(plan_path, folder, nodes, *, emit=ignore, **more):
    request = PlanRequest(plan=load_plan(plan_path), run_dir=folder, cluster=nodes.address, **more)
    return run_plan(request, emit=emit, cancel=CancelToken())


def raw_rows(folder):
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def evidence(summary):
    """Return what of a summary must not depend on the machines: all but times and memory."""
    measured = {
        (entry["target"], entry["use_case"], entry["kpi"]): entry["value"]
        for entry in summary["measurements"]
        if entry["kpi"] in QUALITY or entry["kpi"].endswith("_rom_mb")
    }
    return {
        "validity": summary["validity"]["status"],
        "counts": summary["counts"],
        "gates": sorted((gate["status"], gate["message"]) for gate in summary["gates"]),
        "exit_code": summary["exit_code"],
        "columns": summary["tables"]["quality"]["columns"],
    }, measured


def check_equal(folder, expected):
    """Hold a run folder against the one machine's: rows, bits, references, scores, summary."""
    lines = raw_rows(folder)
    keys = [row["key"] for row in lines]
    assert len(keys) == len(set(keys)) == ROWS * len(PHONES)
    rows = {row["key"]: row for row in lines}
    assert set(rows) == {row["key"] for row in expected.rows}
    for row in expected.rows:
        found = rows[row["key"]]
        assert {k: found[k] for k in STEADY} == {k: row[k] for k in STEADY}
        assert found["output_sha256"] == row["output_sha256"]
        assert found["reference_key"] == row["reference_key"]
        for name in filter(None, row["images"].values()):
            assert (folder / name).read_bytes() == (expected.path / name).read_bytes()
        with (
            np.load(folder / found["latents"]) as ours,
            np.load(expected.path / row["latents"]) as theirs,
        ):
            for name in ("z", "z_reference", "z_initial"):
                np.testing.assert_array_equal(ours[name], theirs[name])
    run = load_run(folder)
    for key, score in expected.scores.items():
        for name in QUALITY:
            found = run.scores[key]["metrics"].get(name)
            assert found == pytest.approx(score["metrics"].get(name), rel=1e-9)
    facts, measured = evidence(run.summary)
    expected_facts, expected_measured = evidence(expected.summary)
    assert facts == expected_facts
    assert measured.keys() == expected_measured.keys()
    for name, value in expected_measured.items():
        assert measured[name] == pytest.approx(value, rel=1e-9), name


def test_that_four_phones_on_two_nodes_give_the_summary_of_one_machine(
    plan_path, two_nodes, one_machine, folder
):
    result = on_cluster(plan_path, folder / "run", two_nodes)
    assert result.exit_code == 0, result.summary["reasons"]
    check_equal(folder / "run", one_machine)
    manifest = json.loads((folder / "run/manifest.json").read_text())
    worked = manifest["cluster"]["rows"]
    assert len(worked) == 4
    assert sum(worked.values()) == ROWS * len(PHONES)
    assert [target["name"] for target in manifest["targets"]] == list(PHONES)


def test_that_a_node_killed_in_the_middle_costs_no_row_and_doubles_none(
    plan_path, two_nodes, one_machine, folder
):
    events = []

    def watch(event):
        events.append(event)
        if isinstance(event, RowFinished) and event.done == 8:
            two_nodes.kill_second()

    try:
        result = on_cluster(plan_path, folder / "run", two_nodes, emit=watch)
    finally:
        if two_nodes.second is None:
            two_nodes.add_second()
    assert result.exit_code == 0, result.summary["reasons"]
    check_equal(folder / "run", one_machine)
    lost = {e.target for e in events if isinstance(e, DeviceChanged) and e.state == "lost"}
    assert len(lost) == 2  # both phones of the node


def test_that_a_target_that_no_host_lends_is_refused_before_anything_is_recorded(
    plan_path, two_nodes, folder, monkeypatch
):
    monkeypatch.setattr("quad_studio.cluster.run.ClusterRun.patience_s", 5.0)
    with pytest.raises(DeviceProblem, match=r"adb:R58: no host of the cluster.*2 x virtual:s25"):
        on_cluster(plan_path, folder / "run", two_nodes, targets=("adb:R58",))
    assert not (folder / "run/results.jsonl").exists()
