"""Adapters that are trained through the plain network."""

import copy
from typing import Any

import pytest
import torch

from quad_studio.demo.folded_adapter import FoldedAdapter

torch.set_num_threads(1)


class Layers(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.to_q, self.to_out = torch.nn.Linear(6, 8), torch.nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.to_out(torch.tanh(self.to_q(x)))


@pytest.fixture
def networks() -> tuple[Layers, Any]:
    from evaluation.torchvision_schemas import register

    register()
    from peft import LoraConfig, inject_adapter_in_model

    torch.manual_seed(0)
    plain = Layers().double()
    config = LoraConfig(
        r=3, lora_alpha=6, target_modules=["to_q", "to_out"], init_lora_weights=False
    )
    return plain, inject_adapter_in_model(config, copy.deepcopy(plain)).double()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_outputs_and_gradients_equal_those_of_the_peft_layers(
    networks: tuple[Layers, Any],
) -> None:
    plain, adapted = networks
    folded = FoldedAdapter(plain, adapted)
    inputs = torch.randn(7, 6, dtype=torch.float64)
    wanted = adapted(inputs)
    wanted.square().sum().backward()
    gradients = [matrix.grad.clone() for matrix in folded.parameters()]
    folded.fold()
    found = plain(inputs)
    found.square().sum().backward()
    folded.collect_gradients()
    assert torch.allclose(found, wanted, atol=1e-12)
    assert len(gradients) == 4
    for matrix, gradient in zip(folded.parameters(), gradients, strict=True):
        assert torch.allclose(matrix.grad, gradient, atol=1e-10)
        assert gradient.abs().max() > 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_unfolding_gives_the_base_weights_back_bit_for_bit(
    networks: tuple[Layers, Any],
) -> None:
    plain, adapted = networks
    before = copy.deepcopy(plain.state_dict())
    folded = FoldedAdapter(plain, adapted)
    folded.fold()
    assert not torch.equal(plain.to_q.weight, before["to_q.weight"])
    folded.unfold()
    assert all(torch.equal(plain.state_dict()[name], value) for name, value in before.items())
