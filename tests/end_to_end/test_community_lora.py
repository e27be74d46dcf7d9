"""LoRAs made outside the project go from their files to a session by commands alone."""

import json
import subprocess
import sys

import pytest

from device.errors import RunnerMissingError
from device.runner_process import find_runner
from tests.end_to_end.conftest import ROOT, quad_studio
from tests.fakes.community_lora import train_kohya, train_with_diffusers, train_with_peft

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
DEMO = ROOT / "resources/demo"
PLAN = """
schema = "quad-studio/plan/1"
[plan]
name = "community"
project = "project.toml"
bundle = "bundle"
"""
RUN = """
[run]
order = "aba"
[score]
metrics = ["psnr_db"]
[report]
formats = ["json"]
"""
TASK = """
[[tasks]]
use_case = "transform"
inputs = "{inputs}"
limit = 1
adapter = "{adapter}"
steps = 3
"""


def done(process):
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two LoRAs, imported into a project with one of the demo's, and the bundle built from it.

    The kohya file adapts convolutions too, at a rank of their own.
    """
    folder = tmp_path_factory.mktemp("community")
    model, inputs = DEMO / "model", DEMO / "inputs/transform/inputs.jsonl"
    project = folder / "project.toml"
    project.write_text(
        'schema = "quad-studio/project/1"\n[project]\nname = "community"\n'
        f'[model]\npath = "{model}"\n'
        f'[[adapters]]\nname = "transform"\npath = "{DEMO / "adapters/transform"}"\n'
        'use_cases = ["transform"]\n'
        '[[use_cases]]\nname = "transform"\nadapter = "transform"\nsteps = 3\n'
        f'inputs = "{inputs}"\n'
        '[quantization]\nanchor = "unified"\nrank = 8\ncomponents = ["unet"]\n'
        "[calibration]\nsamples_per_adapter = 1\nsteps = 3\n[export]\nunet_fp32 = false\n"
    )
    peft = train_with_peft(model, folder / "from_peft", seed=1)
    kohya = train_kohya(model, folder / "from_kohya.safetensors", seed=2)
    for lora in (peft, kohya):
        command = ("import", lora, "--model", model, "--project", project)
        done(quad_studio(*command, "--use-case", "transform"))
    done(quad_studio("build", project, "-o", folder / "bundle", timeout_s=1200))
    return folder


def test_that_both_give_what_diffusers_gives_with_the_same_files(folder):
    inputs = DEMO / "inputs/transform/inputs.jsonl"
    tasks = [TASK.format(inputs=inputs, adapter=a) for a in ("from_peft", "from_kohya", "none")]
    (folder / "plan.toml").write_text(PLAN + "".join(tasks) + RUN)
    run = folder / "run"
    done(quad_studio("--batch", folder / "plan.toml", "--run-dir", run, timeout_s=900))
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    scores = [json.loads(line) for line in (run / "scores.jsonl").read_text().splitlines()]
    assert {row["adapter"] for row in rows} == {"from_peft", "from_kohya", "none"}
    assert all(score["metrics"]["psnr_db"] > 30 for score in scores if "set" not in score)
    assert len({row["output_sha256"] for row in rows}) == 3, "each adapter changes the picture"
    slots = json.loads((folder / "bundle/bundle.json").read_text())["slots"]
    adapted = {slot["module"].rpartition(".")[2] for slot in slots}
    assert adapted >= {"to_q", "conv1", "conv2", "conv_shortcut"}
    summary = json.loads((run / "summary.json").read_text())
    assert summary["determinism"]["host"]["equal"] == summary["determinism"]["host"]["requests"] > 0


def test_that_a_session_switches_between_them_and_takes_one_more_without_a_build(folder):
    third = train_with_diffusers(DEMO / "model", folder / "latecomer", seed=3, rank=2)
    command = ("import", third, "--name", "latecomer", "--bundle", folder / "bundle")
    done(quad_studio(*command, "--use-case", "transform"))
    done(quad_studio("deploy", folder / "bundle", "--target", "host"))
    first = json.loads((DEMO / "inputs/transform/inputs.jsonl").read_text().splitlines()[0])
    request = {"use_case": "transform", "image": str(DEMO / "inputs/transform" / first["image"])}
    request |= {"prompt": first["prompt"], "seed": 5, "steps": 2}
    names = ("from_peft", "from_kohya", "latecomer", "from_peft")
    lines = [json.dumps({**request, "adapter": name}) for name in names]
    both = {
        **request,
        "adapter": "from_peft",
        "extra_adapters": ["from_kohya:0.5"],
        "strength": 0.5,
    }
    answered = subprocess.run(
        [sys.executable, "-m", "quad_studio.cli.main", "session", folder / "bundle", "--json"],
        input="\n".join([*lines, json.dumps(both)]) + "\n",
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )
    rows = [json.loads(line) for line in done(answered).splitlines()]
    assert [row["status"] for row in rows] == ["ok"] * 5
    outputs = [row["output_sha256"] for row in rows]
    assert outputs[0] == outputs[3]
    assert len(set(outputs)) == 4
    assert [entry["name"] for entry in rows[4]["adapters"]] == ["from_peft", "from_kohya"]
