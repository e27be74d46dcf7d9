import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.restructure import RestructureInput, restructure
from tests.unit.quad_studio.quad.conftest import make_adapter, make_unet, unet_inputs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def merged(unet, adapter):
    """Return `unet` with the adapter added to its weights, as PEFT merges."""
    import torch

    for path, (down, up) in adapter.modules.items():
        layer = unet.get_submodule(path)
        delta = torch.from_numpy(up).double().T @ torch.from_numpy(down).double().T
        layer.weight.data += delta.reshape(layer.weight.shape)
    return unet


def in_float64(network):
    return network.double()


@pytest.mark.parametrize("attention", ["unsplit", "split"])
@pytest.mark.parametrize("linear_to_conv", [True, False])
@pytest.mark.parametrize("which", [0, 1])
def test_that_lora_as_input_equals_the_merged_network(adapters, attention, linear_to_conv, which):
    import torch

    inputs = unet_inputs(dtype=torch.float64)
    expected = merged(in_float64(make_unet()), adapters[which])(**inputs).sample
    made = restructure(
        RestructureInput(
            in_float64(make_unet()), adapters, None, attention, linear_to_conv=linear_to_conv
        )
    )
    from quad_studio.quad.trajectory import slot_arguments

    slots, alpha = slot_arguments(made.network, adapters[which])
    slots = tuple(slot.double() for slot in slots)
    seen = made.network.double()(tuple(inputs.values()), slots, alpha.double())
    assert made.rank == 3
    assert (seen - expected).abs().max() < 1e-9


def test_that_no_adapter_is_exactly_the_base_model(adapters):
    import torch

    inputs = unet_inputs(dtype=torch.float64)
    expected = in_float64(make_unet())(**inputs).sample
    made = restructure(RestructureInput(in_float64(make_unet()), adapters))
    assert (made.network.double()(tuple(inputs.values())) - expected).abs().max() < 1e-9


def test_that_strength_scales_the_adapter(adapters):
    from dataclasses import replace

    import torch

    from quad_studio.quad.trajectory import slot_arguments

    first = adapters[0]
    half = replace(
        first, modules={k: (a, b * np.float32(0.5)) for k, (a, b) in first.modules.items()}
    )
    inputs = unet_inputs(dtype=torch.float64)
    network = restructure(RestructureInput(in_float64(make_unet()), adapters)).network.double()
    slots, alpha = slot_arguments(network, first)
    halved, _ = slot_arguments(network, half)
    a = network(tuple(inputs.values()), tuple(s.double() for s in slots), alpha.double() * 0.5)
    b = network(tuple(inputs.values()), tuple(s.double() for s in halved), alpha.double())
    assert (a - b).abs().max() < 1e-9


def test_that_a_rank_below_an_adapters_is_refused_by_name(adapters):
    with pytest.raises(StageError, match=r"second \(3\)"):
        restructure(RestructureInput(make_unet(), adapters, rank=2))


def test_that_an_adapter_for_another_network_is_refused_with_its_layers():
    other = make_adapter(make_unet(), "other", 2, ("to_q",))
    wrong = {"blocks.0.to_q": next(iter(other.modules.values()))}
    from dataclasses import replace

    with pytest.raises(StageError, match="blocks.0.to_q: no such layer"):
        restructure(RestructureInput(make_unet(), [replace(other, modules=wrong)]))


def test_that_misshaped_matrices_are_refused():
    from dataclasses import replace

    good = make_adapter(make_unet(), "bad", 2, ("attn1.to_q",))
    path, (down, up) = next(iter(good.modules.items()))
    bad = replace(good, modules={path: (down[:-1], up)})
    with pytest.raises(StageError, match="but the layer maps 16 to 16"):
        restructure(RestructureInput(make_unet(), [bad]))
