import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.components import ComponentInput, export_component
from quad_studio.quad.load import LoadInput, load_model
from tests.fakes.tiny_diffusers import IMAGE, LATENT, make_tiny_diffusers
from tests.unit.quad_studio.quad.conftest import sqnr_db

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_diffusers(tmp_path_factory.mktemp("model"))


def example(kind, loaded):
    """Return (inputs, what diffusers computes for the graph's interface)."""
    import torch

    generator = torch.Generator().manual_seed(0)
    scale = loaded.vae.config.scaling_factor
    if kind == "text_encoder":
        ids = torch.randint(0, loaded.geometry.vocab_size, (1, 77), generator=generator)
        return {"input_ids": ids}, loaded.text_encoder(ids).last_hidden_state
    if kind == "vae_encoder":
        image = torch.rand(1, 3, IMAGE, IMAGE, generator=generator) * 2 - 1
        return {"image": image}, loaded.vae.encode(image).latent_dist.mean * scale
    latents = torch.randn(1, 4, LATENT, LATENT, generator=generator)
    return {"latents": latents}, loaded.vae.decode(latents / scale).sample


@pytest.mark.parametrize("kind", ["text_encoder", "vae_encoder", "vae_decoder"])
@pytest.mark.parametrize(("precision", "least_db"), [("float32", 90), ("w8", 25), ("w8a16", 25)])
def test_that_a_component_computes_what_diffusers_computes(
    model, tmp_path, kind, precision, least_db
):
    import onnxruntime as ort

    loaded = load_model(LoadInput(model))
    inputs, expected = example(kind, loaded)
    out = export_component(
        ComponentInput(kind, loaded, tmp_path / f"{kind}.onnx", precision, [Feed(inputs)])
    )
    session = ort.InferenceSession(str(out.export.path), providers=["CPUExecutionProvider"])
    arrays = {name: np.asarray(value) for name, value in inputs.items()}
    seen = session.run(None, arrays)[0]
    assert seen.shape == tuple(expected.shape)
    assert sqnr_db(seen, expected.numpy()) > least_db
    assert [i["name"] for i in out.export.inputs] == list(inputs)


def test_that_w8a16_without_inputs_is_refused(model, tmp_path):
    loaded = load_model(LoadInput(model))
    with pytest.raises(StageError, match="needs calibration inputs"):
        export_component(ComponentInput("vae_decoder", loaded, tmp_path / "x.onnx", "w8a16"))


def test_that_an_unknown_precision_is_refused(model, tmp_path):
    loaded = load_model(LoadInput(model))
    with pytest.raises(StageError, match="w4"):
        export_component(ComponentInput("vae_decoder", loaded, tmp_path / "x.onnx", "w4"))
