"""An ablation by the command: built, run on the real runner, resumed, tabled."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

from quad_studio.cli.main import main
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

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


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ablation")
    project = write_tiny_project(folder)
    text = project.read_text().replace('anchor = "transform"', 'anchor = "auto"')
    project.write_text(text.replace('["unet"]', '["unet", "vae_decoder"]'))
    (folder / "plan.toml").write_text(PLAN)
    return folder


@pytest.fixture(scope="module")
def ablate(folder):
    """Return a function that runs the command in this process, which has loaded torch by now."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["ablate", "plan.toml", *arguments])
        return Done(code, out.getvalue(), err.getvalue())

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield run


def rows_of(run):
    return [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]


WIDTHS = ("--int8", "0", "--lora", "int16,int8", "--run-dir", "run")


@pytest.fixture(scope="module")
def widths(ablate):
    """Both LoRA widths without 8-bit activations, built and run."""
    done = ablate(*WIDTHS, "--json")
    assert done.returncode == 0, done.stderr
    return done


def test_that_widths_are_built_run_and_tabled_and_resume_adds_nothing(folder, ablate, widths):
    run = folder / "run"
    summary = json.loads(widths.stdout)
    assert summary["validity"]["status"] == "VALID"
    rows = rows_of(run)
    graphs = {row["graph_sha256"] for row in rows}
    assert set(json.loads((run / "manifest.json").read_text())["bundles"]) == graphs
    table = summary["tables"]["ablation"]
    cells = {tuple(row["heading"]["labels"]): row["cells"] for row in table["rows"]}
    assert list(cells) == [("0:100", "LoRA INT16"), ("0:100", "LoRA INT8")]
    assert len(graphs) == 2
    names = [column["labels"][0] for column in table["columns"]]
    rom = names.index("LoRA ROM")
    wide, narrow = (row[rom]["value"] for row in cells.values())
    assert narrow < wide

    again = ablate(*WIDTHS, "--resume")
    assert again.returncode == 0, again.stderr
    assert rows_of(run) == rows
    assert "Variant" not in again.stderr
    other = ablate("--int8", "0", "--lora", "int16", "--run-dir", "run", "--resume")
    assert other.returncode == 4
    assert "--fresh" in other.stderr


def test_that_what_no_width_and_no_mix_changes_is_made_once(widths):
    for title in ("Observe the ranges", "Export text encoder", "Export vae decoder"):
        assert widths.stderr.count(title) == 1, title


def test_that_mixes_share_stages_and_lost_rows_and_no_others_are_run_again(folder, ablate, widths):
    run = folder / "mixes"
    arguments = ("--int8", "0,50", "--run-dir", "mixes", "--limit", "1")
    done = ablate(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Export the quantized U-Net") == 1, "the other one was built before"
    for shared in ("Export text encoder", "Export vae decoder", "Score the adapters"):
        assert shared not in done.stderr
    tables = json.loads(done.stdout)["tables"]
    mixes = [row["heading"]["labels"][0] for row in tables["table4"]["rows"]]
    assert mixes[0] == "0:100"
    assert len(set(mixes)) == len(tables["table5"]["rows"]) == 2
    first, second = rows_of(run)
    (run / "results.jsonl").write_text(json.dumps(first) + "\n")  # as a kill would leave it
    again = ablate(*arguments, "--resume")
    assert again.returncode == 0, again.stderr
    kept, repeated = rows_of(run)
    assert kept == first
    assert repeated["key"] == second["key"]
    assert repeated["output_sha256"] == second["output_sha256"]
    assert repeated["started_at"] > second["started_at"]
