"""An ablation by the real command: built, run on the real runner, resumed, tabled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

ROOT = Path(__file__).parents[2]

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

PLAN = """schema = "quad-studio/plan/1"
[plan]
name = "tiny"
project = "project.toml"
[[tasks]]
use_case = "transform"
inputs = "inputs/inputs.jsonl"
[run]
warmup = 0
threads = 1
[score]
metrics = ["psnr_db", "ssim"]
[report]
formats = ["json", "latex"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ablation")
    write_tiny_project(folder)
    (folder / "plan.toml").write_text(PLAN)
    return folder


@pytest.fixture(scope="module")
def ablate(folder):
    def run(*arguments):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        env["XDG_CACHE_HOME"] = str(folder / "cache")
        return subprocess.run(
            [sys.executable, "-m", "quad_studio.cli.main", "ablate", "plan.toml", *arguments],
            capture_output=True,
            text=True,
            cwd=folder,
            env=env,
            timeout=1100,
            check=False,
        )

    return run


def rows_of(run):
    return [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]


@pytest.mark.skipif(
    "QUAD_LONG_TESTS" not in os.environ, reason="long: asked for by QUAD_LONG_TESTS=1"
)
def test_that_mixes_and_widths_are_built_run_and_tabled_and_resume_adds_nothing(folder, ablate):
    run = folder / "run"
    arguments = ("--int8", "0,100", "--lora", "int16,int8", "--run-dir", "run")
    done = ablate(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["validity"]["status"] == "VALID"
    rows = rows_of(run)
    graphs = {row["graph_sha256"] for row in rows}
    assert set(json.loads((run / "manifest.json").read_text())["bundles"]) == graphs
    table = summary["tables"]["ablation"]
    labels = [tuple(row["heading"]["labels"]) for row in table["rows"]]
    assert ("0:100", "LoRA INT16") in labels
    assert ("0:100", "LoRA INT8") in labels
    assert len(labels) == len(graphs) >= 3
    cells = {tuple(row["heading"]["labels"]): row["cells"] for row in table["rows"]}
    measured = {width: cells["0:100", width] for width in ("LoRA INT16", "LoRA INT8")}
    names = [column["labels"][0] for column in table["columns"]]
    rom = names.index("LoRA ROM")
    assert measured["LoRA INT8"][rom]["value"] < measured["LoRA INT16"][rom]["value"]

    again = ablate(*arguments, "--resume")
    assert again.returncode == 0, again.stderr
    assert rows_of(run) == rows
    assert "Variant" not in again.stderr
    other = ablate("--int8", "0", "--lora", "int16", "--run-dir", "run", "--resume")
    assert other.returncode == 4
    assert "--fresh" in other.stderr


def test_that_the_lost_rows_of_an_ablation_are_run_again_and_no_others(folder, ablate):
    run = folder / "mixes"
    arguments = ("--int8", "0,50", "--run-dir", "mixes", "--limit", "1")
    done = ablate(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    tables = json.loads(done.stdout)["tables"]
    assert [row["heading"]["labels"][0] for row in tables["table4"]["rows"]][0] == "0:100"
    assert len(tables["table5"]["rows"]) == 2
    first, second = rows_of(run)
    (run / "results.jsonl").write_text(json.dumps(first) + "\n")  # as a kill would leave it
    again = ablate(*arguments, "--resume")
    assert again.returncode == 0, again.stderr
    kept, repeated = rows_of(run)
    assert kept == first
    assert repeated["key"] == second["key"]
    assert repeated["output_sha256"] == second["output_sha256"]
    assert repeated["started_at"] > second["started_at"]
