"""The diffusion loss, held to diffusers' scheduler, and the optimizer."""

import numpy as np
import pytest
import torch

from quad_studio.demo.diffusion import (
    BatchSource,
    DiffusionLoss,
    alphas_cumprod,
    favour_noise,
)
from quad_studio.demo.distill_lcm import SIGMA_DATA, boundary
from quad_studio.demo.latents import LatentPool
from quad_studio.demo.optimizer import HybridOptimizer, orthogonalize, split_parameters

torch.set_num_threads(1)


def pool_of(value: float, count: int = 3) -> LatentPool:
    shape = (count, 4, 32, 32)
    return LatentPool(
        targets=np.full(shape, value, np.float16),
        conditionings=np.zeros(shape, np.float16),
        masks=np.ones((count, 1, 32, 32), np.uint8),
        tokens=np.full((count, 77), int(value), np.int32),
    )


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_noising_and_velocity_equal_diffusers_scheduler() -> None:
    from evaluation.torchvision_schemas import register

    register()
    from diffusers import DDIMScheduler

    from quad_studio.demo.networks import SCHEDULER

    scheduler = DDIMScheduler(**SCHEDULER)
    source = BatchSource({"a": (pool_of(1.0), 1.0)}, np.zeros(77), "cpu", seed=1)
    batch = source.draw(8)
    sample, velocity = DiffusionLoss("cpu").noisy_and_target(batch)
    args = (batch["targets"], batch["noise"], batch["timesteps"])
    assert torch.allclose(sample[:, :4], scheduler.add_noise(*args), atol=1e-5)
    assert torch.allclose(velocity, scheduler.get_velocity(*args), atol=1e-5)
    assert np.allclose(alphas_cumprod(), scheduler.alphas_cumprod.numpy(), atol=1e-6)


def test_that_a_batch_takes_a_quarter_of_its_timesteps_from_the_quiet_part() -> None:
    source = BatchSource({"a": (pool_of(1.0), 1.0)}, np.zeros(77), "cpu", seed=1)
    timesteps = source.draw(16)["timesteps"].numpy()
    assert (timesteps < 400).sum() == 4
    assert (timesteps // 100).tolist() == [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]
    assert favour_noise(np.array([0.0, 0.25, 0.999999])).tolist() == [0, 400, 999]


def test_that_pools_are_drawn_by_their_shares() -> None:
    source = BatchSource(
        {"a": (pool_of(1.0), 3.0), "b": (pool_of(2.0), 1.0)}, np.zeros(77), "cpu", 0
    )
    drawn = torch.cat([source.draw(50, 0.0)["targets"][:, 0, 0, 0] for _ in range(8)])
    assert 0.68 < float((drawn == 1.0).float().mean()) < 0.82


def test_that_dropped_captions_become_the_empty_one() -> None:
    source = BatchSource({"a": (pool_of(5.0), 1.0)}, np.full(77, 9), "cpu", 0)
    assert (source.draw(4, caption_drop=1.0)["tokens"] == 9).all()
    assert (source.draw(4, caption_drop=0.0)["tokens"] == 5).all()


def test_that_the_loss_is_zero_for_the_true_velocity_and_positive_otherwise() -> None:
    source = BatchSource({"a": (pool_of(1.0), 1.0)}, np.zeros(77), "cpu", 0)
    batch = source.draw(4)
    loss_fn = DiffusionLoss("cpu")
    _, velocity = loss_fn.noisy_and_target(batch)
    assert float(loss_fn(velocity, velocity)) == 0.0
    assert float(loss_fn(velocity + 0.5, velocity)) == pytest.approx(0.25)


@pytest.mark.parametrize("shape", [(16, 64), (64, 16), (32, 32)])
def test_that_an_orthogonalized_matrix_has_singular_values_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalize(torch.randn(shape), rounds=8).float())
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.3


def test_that_the_optimizer_reaches_a_linear_map_and_resumes_equally() -> None:
    torch.manual_seed(0)
    wanted = torch.randn(8, 8)

    def build() -> tuple[torch.nn.Linear, HybridOptimizer]:
        torch.manual_seed(1)
        layer = torch.nn.Linear(8, 8)
        matrices, others = split_parameters(list(layer.named_parameters()))
        return layer, HybridOptimizer(matrices, others, matrix_rate=0.05, other_rate=0.01)

    def train(layer: torch.nn.Linear, optimizer: HybridOptimizer, steps: range) -> float:
        for step in steps:
            inputs = torch.randn(32, 8, generator=torch.Generator().manual_seed(step))
            loss = (layer(inputs) - inputs @ wanted.T).square().mean()
            loss.backward()
            optimizer.step(1.0 - step / 200)
        return float(loss.detach())

    layer, optimizer = build()
    first = train(layer, optimizer, range(1))
    final = train(layer, optimizer, range(1, 200))
    assert final < 0.01 * first

    half, half_optimizer = build()
    train(half, half_optimizer, range(100))
    rest, rest_optimizer = build()
    rest.load_state_dict(half.state_dict())
    rest_optimizer.load_state_dict(half_optimizer.state_dict())
    assert train(rest, rest_optimizer, range(100, 200)) == pytest.approx(final, rel=1e-4)


def test_that_the_consistency_function_is_the_identity_at_the_start() -> None:
    skip, out = boundary(np.arange(1000))
    assert skip[0] == 1.0
    assert out[0] == 0.0
    assert skip[1] == pytest.approx(SIGMA_DATA**2 / (10.0**2 + SIGMA_DATA**2))
    assert (out[1:] > 0.99).all()
