import numpy as np
import pytest

from quad_studio.quad.evaluate import EvaluateInput, compare_latents, denoise
from quad_studio.quad.restructure import RestructureInput, restructure
from quad_studio.quad.trajectory import (
    CalibrationItem,
    TrajectoryInput,
    make_ddim,
    noised_feeds,
    record_trajectories,
)
from tests.fakes.use_case_inputs import SCHEDULER
from tests.unit.quad_studio.quad.conftest import make_unet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def make_items(count):
    rng = np.random.default_rng(0)
    return [
        CalibrationItem(
            rng.standard_normal((1, 5, 12)).astype(np.float32),
            rng.standard_normal((1, 4, 8, 8)).astype(np.float32),
            rng.standard_normal((1, 5, 8, 8)).astype(np.float32),
            item_id=f"item {k}",
        )
        for k in range(count)
    ]


@pytest.fixture(scope="module")
def network(adapters):
    return restructure(RestructureInput(make_unet(), adapters)).network


def test_that_every_step_of_every_item_is_a_call_with_its_conditioning(network, adapters):
    items = make_items(2)
    made = record_trajectories(TrajectoryInput(network, adapters[0], items, SCHEDULER, 4))
    assert len(made.feeds) == 8
    assert len({feed.timestep for feed in made.feeds}) > 4  # items are shifted on the time axis
    assert made.feeds[0].inputs["sample"].shape == (1, 9, 8, 8)
    assert np.array_equal(made.feeds[5].inputs["sample"][:, 4:], items[1].conditioning)
    assert [feed.item for feed in made.feeds] == ["item 0"] * 4 + ["item 1"] * 4


def test_that_the_adapter_changes_where_a_trajectory_ends(network, adapters):
    items = make_items(1)
    with_adapter = record_trajectories(TrajectoryInput(network, adapters[0], items, SCHEDULER, 2))
    without = record_trajectories(TrajectoryInput(network, None, items, SCHEDULER, 2))
    assert np.abs(with_adapter.final_latents[0] - without.final_latents[0]).max() > 1e-3


def test_that_the_simulator_without_encodings_ends_where_fp32_ends(network, program, adapters):
    items = make_items(1)
    recorded = record_trajectories(TrajectoryInput(network, adapters[1], items, SCHEDULER, 3))
    simulated = denoise(EvaluateInput(program, None, adapters[1], items, SCHEDULER, 3))
    found = compare_latents(simulated, recorded.final_latents, items)
    assert found.sqnr_db > 80
    assert found.sim_image == pytest.approx(1.0, abs=1e-6)
    assert found.sim_dir == pytest.approx(1.0, abs=1e-6)


def test_that_training_targets_follow_the_prediction_type():
    import torch

    items = make_items(1)
    clean = np.random.default_rng(3).standard_normal((1, 4, 8, 8)).astype(np.float32)
    alphas = make_ddim(SCHEDULER, 1).alphas_cumprod
    by_type = {}
    for kind in ("epsilon", "sample", "v_prediction"):
        (feed,) = noised_feeds(items, [clean], SCHEDULER | {"prediction_type": kind}, per_item=1)
        by_type[kind] = feed
    a = alphas[int(by_type["epsilon"].timestep)]
    x0, noise = torch.from_numpy(clean), by_type["epsilon"].target
    assert torch.allclose(
        by_type["epsilon"].inputs["sample"][:, :4],
        a.sqrt() * x0 + (1 - a).sqrt() * noise,
        atol=1e-5,
    )
    assert torch.equal(by_type["sample"].target, x0)
    assert torch.allclose(
        by_type["v_prediction"].target, a.sqrt() * noise - (1 - a).sqrt() * x0, atol=1e-5
    )
