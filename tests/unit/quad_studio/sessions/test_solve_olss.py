"""OLSS for a use case: the bundle's graph as the student, here the FP32 model behind run_graph."""

import numpy as np
import pytest
import torch

from evaluation.torchvision_schemas import register

register()

from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel  # noqa: E402, F401

from quad_studio.errors import UsageProblem  # noqa: E402
from quad_studio.inputs import load_input_set  # noqa: E402
from quad_studio.reference.components import Components, ReferenceModel  # noqa: E402
from quad_studio.sessions.session import Session  # noqa: E402
from quad_studio.sessions.solve_olss import add_to_bundle, solve_for  # noqa: E402
from quad_studio.use_cases.base import Frame  # noqa: E402
from quad_studio.use_cases.settle import plan_for, settle  # noqa: E402
from tests.fakes.fake_runner import HOST, FakeRunner, make_bundle  # noqa: E402
from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora  # noqa: E402
from tests.fakes.use_case_inputs import make_frame, write_input_set  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class GraphRunner:
    """Answers run_graph with the FP32 model, rounding the U-Net's output to `grid`."""

    def __init__(self, model, strength, grid=0.0):
        self.parts, self.strength, self.grid = Components(model), strength, grid
        self.calls = []

    def run_graph(self, component, feeds, *, adapter=None, alpha=None):
        self.calls.append(component)
        given = {name: torch.from_numpy(np.array(value)) for name, value in feeds.items()}
        with torch.inference_mode():
            if component == "text_encoder":
                found = self.parts.text_encoder(given["input_ids"])[0]
                return {"encoder_hidden_states": found.numpy()}
            if component == "vae_encoder":
                mean = self.parts.vae.encode(given["image"]).latent_dist.mode()
                return {"latents": (mean * self.parts.vae.config.scaling_factor).numpy()}
            assert adapter == "transform"
            assert set(alpha.tolist()) == {self.strength, 1.0}
            self.parts.activate([(adapter, self.strength)])
            out = self.parts.unet(*given.values())[0].numpy()
        return {"model_output": np.round(out / self.grid) * self.grid if self.grid else out}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("olss")


@pytest.fixture(scope="module")
def model(folder):
    path = make_tiny_diffusers(folder / "model")
    return ReferenceModel(path=path, adapters={"transform": make_tiny_lora(path, folder / "lora")})


def test_that_the_graph_and_the_fp32_model_are_asked_alike(folder, model, tmp_path):
    bundle = make_bundle(folder / "bundle")
    frame = Frame.of_bundle(bundle)
    items = load_input_set(write_input_set(folder)).items[:2]
    settings = settle("transform", frame, steps=2, guidance=2.0, strength=0.5, sampler="olss")
    given = {"teacher_steps": 6, "cache": tmp_path}
    fp32 = solve_for(settings, items, frame, model, **given)
    runner = GraphRunner(model, 0.5)
    graph = solve_for(settings, items, frame, model, runner=runner, **given)
    assert (fp32.student, graph.student) == ("fp32", "graph")
    np.testing.assert_allclose(graph.errors, fp32.errors, rtol=1e-3)
    for left, right in zip(graph.plan.steps, fp32.plan.steps, strict=True):
        np.testing.assert_allclose(left.m, right.m, atol=1e-3)
    each_path = 2 * 2 * 2  # steps, inputs, calls with guidance
    assert runner.calls.count("unet") in (each_path, 2 * each_path)  # two paths may be one
    rough = solve_for(
        settings, items, frame, model, runner=GraphRunner(model, 0.5, grid=0.1), **given
    )
    assert rough.plan.steps != graph.plan.steps


def test_that_a_solved_plan_in_the_bundle_is_what_a_session_uses(folder, model, tmp_path):
    bundle = make_bundle(tmp_path / "bundle")
    (bundle.path / "graphs").mkdir()
    (bundle.path / "graphs" / "unet.onnx").write_bytes(b"graph")
    frame = Frame.of_bundle(bundle)
    items = load_input_set(write_input_set(folder)).items[:1]
    settings = settle("transform", frame, steps=2, sampler="olss")
    solved = solve_for(settings, items, frame, model, teacher_steps=4, cache=tmp_path)
    renewed = add_to_bundle(solved, bundle)
    assert "plans/olss/transform-2.json" in renewed.manifest["files"]
    session = Session(FakeRunner(renewed), renewed, HOST)
    answer = session.ask(session.prepare(settings, items[0]))
    assert answer.prepared.plan == solved.plan == plan_for(settings, session.frame)


def test_that_a_start_from_an_image_is_refused(folder, model, tmp_path):
    frame = make_frame(folder, unet_in_channels=4)
    items = load_input_set(write_input_set(folder)).items[:1]
    for sampler in ("ddim", "olss"):
        settings = settle("transform", frame, steps=2, sampler=sampler)
        with pytest.raises(UsageProblem, match="a start from pure noise"):
            solve_for(settings, items, frame, model, cache=tmp_path)
