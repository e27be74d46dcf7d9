"""A session over use cases on the real runner with a bundle of a few nodes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from device.errors import RunnerMissingError
from device.open_target import open_target
from device.runner_process import find_runner
from device.targets import SessionRequest
from quad_studio.inputs import load_input_set
from quad_studio.samplers.execute import Conditions, run_plan
from quad_studio.sessions.order import PlannedTask, plan_rows
from quad_studio.sessions.proof import check_determinism, find_adapter_problems
from quad_studio.sessions.rows import execute_task
from quad_studio.sessions.session import Session
from tests.fakes.tiny_plan import make_plan_bundle
from tests.fakes.use_case_inputs import write_input_set

ROOT = Path(__file__).parents[2]

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


@pytest.fixture
def bundle(tmp_path):
    return make_plan_bundle(tmp_path / "bundle")


@pytest.fixture
def session(bundle):
    target = open_target("host")
    runner = target.open_session(SessionRequest(bundle=bundle.path, threads=1))
    yield Session(runner, bundle, target.describe())
    runner.close()
    target.close()


@pytest.fixture
def items(tmp_path):
    return load_input_set(write_input_set(tmp_path)).items


def test_that_every_sampler_runs_on_the_device_as_its_table_says(session, items):
    for sampler in ("euler", "ddim", "dpm++2m", "lcm"):
        settings = session.settle(
            "object_removal", sampler=sampler, steps=3, guidance=2.0, strength=0.5
        )
        ready = session.prepare(settings, items[0])
        found = session.ask(ready).result.latents
        runner = session.runner

        def encode(image, runner=runner):
            return runner.run_graph("vae_encoder", {"image": image})["latents"]

        def model(x, t, unconditional, ready=ready, runner=runner):
            ids = ready.uncond_input_ids if unconditional else ready.input_ids
            hidden = runner.run_graph("text_encoder", {"input_ids": ids})
            feeds = {
                "sample": x,
                "timestep": np.array([t], np.float32),
                "encoder_hidden_states": hidden["encoder_hidden_states"],
            }
            alpha = np.full(4, 0.5, np.float32)
            return runner.run_graph("unet", feeds, adapter="object_removal", alpha=alpha)[
                "model_output"
            ]

        conditions = Conditions(mask=ready.mask, masked_latents=encode(ready.masked_image))
        expected = run_plan(ready.plan, model, ready.noise, conditions, dtype=np.float32)
        np.testing.assert_allclose(found, expected, atol=2e-4)


def test_that_switching_back_gives_the_same_bits(session, items):
    tasks = [
        PlannedTask(session.settle("object_removal", steps=2), items[:2]),
        PlannedTask(session.settle("transform", adapter="none", steps=2), items[:1]),
        PlannedTask(session.settle("sketch_to_image", steps=2), items[:1]),
    ]
    rows = [execute_task(session, p).row for p in plan_rows(tasks, order="aba")]
    assert [row["status"] for row in rows] == ["ok"] * 7
    assert find_adapter_problems(rows) == []
    found = check_determinism(rows)
    assert (found.requests, found.equal, found.across_switches) == (3, 3, 3)
    assert rows[0]["switch"]["kind"] == "cold"
    assert rows[3]["switch"]["kind"] == "warm"


def test_that_two_adapters_share_the_slots(session, items):
    settings = session.settle("object_removal", extra_adapters=["sketch:0.5"], steps=2)
    planned = plan_rows([PlannedTask(settings, items[:1])])[0]
    row = execute_task(session, planned).row
    assert row["status"] == "ok"
    assert [entry["name"] for entry in row["adapters"]] == ["object_removal", "sketch"]


def test_that_the_command_answers_json_lines(bundle, items, tmp_path):
    line = {"use_case": "object_removal", "image": str(items[0].image), "steps": 1}
    line["mask"] = str(items[0].mask)
    done = subprocess.run(
        [sys.executable, "-m", "quad_studio.cli.main", "session", str(bundle.path), "--json"],
        input=json.dumps(line) + "\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert row["status"] == "ok"
    assert (tmp_path / row["file"]).is_file()
