"""Models that load in several threads at once, as a window with two devices makes them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from evaluation.torchvision_schemas import register

register()

from quad_studio.quad.load import LoadInput, load_model  # noqa: E402
from quad_studio.reference.components import Components, ReferenceModel  # noqa: E402
from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_that_models_loaded_at_the_same_time_all_have_their_weights(tmp_path):
    model = make_tiny_diffusers(tmp_path / "model")
    lora = make_tiny_lora(model, tmp_path / "lora", layout="peft")
    known = ReferenceModel(path=model, adapters={"transform": lora})
    original = torch.nn.Module.register_parameter

    def read(number):
        if number % 3 == 2:
            return load_model(LoadInput(path=model)).unet
        components = Components(known)
        components.activate([("transform", 1.0)])
        return components.unet

    with ThreadPoolExecutor(4) as pool:
        networks = list(pool.map(read, range(12)))
    for network in networks:
        assert not [name for name, value in network.state_dict().items() if value.is_meta]
    assert torch.nn.Module.register_parameter is original
