from dataclasses import replace

import numpy as np
import pytest

from quad_studio.cancel import CancelToken
from quad_studio.errors import Cancelled, StageError
from quad_studio.events import Measured, StageProgress
from quad_studio.quad.calibrate import CalibrateInput, calibrate
from quad_studio.quad.distill import DistillInput, DistillOptions, distill
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.rebalance import column_factors, rebalance
from quad_studio.quad.slots import clipped_share

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
OPTIONS = ProfileOptions(lora_encoding="per-slot")


@pytest.fixture(scope="module")
def loud(adapters):
    """The second adapter with scale moved from B to A: the same function, other ranges."""
    second = adapters[1]
    return replace(second, modules={k: (a * 40, b / 40) for k, (a, b) in second.modules.items()})


@pytest.fixture(scope="module")
def setting(program, adapters, loud, feeds):
    both = (adapters[0], loud)
    statistics = calibrate(CalibrateInput(program, both, feeds, histograms=False)).statistics
    profile = build_profile(ProfileInput(program, statistics, both, "first", OPTIONS)).profile
    return statistics, profile


def given_of(program, setting, loud, feeds, **options):
    statistics, profile = setting
    chosen = DistillOptions(**({"steps": 6, "evaluate_every": 3, "checkpoint_every": 2} | options))
    return DistillInput(program, profile, loud, feeds["second"], statistics, chosen)


def same(a, b):
    return all(
        np.array_equal(x, y)
        for m in a.modules
        for x, y in zip(a.modules[m], b.modules[m], strict=True)
    )


def test_that_a_foreign_profile_breaks_the_adapter_and_distillation_mends_it(
    program, setting, loud, feeds
):
    out = distill(
        given_of(program, setting, loud, feeds, rebalance=False, steps=12, learning_rate=2e-2)
    )
    assert out.loss_before > 0.01
    assert out.loss_after < out.loss_before * 0.97
    assert not same(out.adapter, loud)


def test_that_rebalancing_is_the_same_adapter_with_less_clipping(setting, loud):
    statistics, profile = setting
    fitted = rebalance(loud, profile, statistics)
    for module, (down, up) in loud.modules.items():
        a, b = fitted.modules[module]
        assert np.allclose(a.astype(np.float64) @ b, down.astype(np.float64) @ up, atol=1e-5)
    assert clipped_share(fitted, profile) < clipped_share(loud, profile)


def test_that_distillation_never_returns_worse_than_it_was_given(program, setting, loud, feeds):
    out = distill(given_of(program, setting, loud, feeds, learning_rate=10.0))
    assert out.loss_after <= out.loss_rebalanced <= out.loss_before


def test_that_a_killed_run_goes_on_to_the_same_bits(program, setting, loud, feeds, tmp_path):
    whole = distill(given_of(program, setting, loud, feeds))
    token = CancelToken()

    def stop_at_three(event):
        if isinstance(event, StageProgress) and event.done == 3:
            token.cancel()

    given = replace(given_of(program, setting, loud, feeds), checkpoint=tmp_path / "kd.safetensors")
    with pytest.raises(Cancelled):
        distill(given, emit=stop_at_three, cancel=token)
    resumed = distill(given)
    assert resumed.resumed_at == 3
    assert resumed.losses == whole.losses
    assert same(resumed.adapter, whole.adapter)


def test_that_a_checkpoint_of_another_build_is_not_taken_up(
    program, setting, loud, feeds, tmp_path
):
    path = tmp_path / "kd.safetensors"
    distill(replace(given_of(program, setting, loud, feeds, steps=2), checkpoint=path))
    events = []
    out = distill(
        replace(given_of(program, setting, loud, feeds, steps=3), checkpoint=path),
        emit=events.append,
    )
    assert out.resumed_at == 0
    assert any("another build" in getattr(e, "message", "") for e in events)


def test_that_segments_recompute_to_the_same_gradients(program, setting, loud, feeds):
    plain = distill(given_of(program, setting, loud, feeds, steps=2))
    cut = distill(given_of(program, setting, loud, feeds, steps=2, gradient_checkpointing=3))
    for (_, a), (_, b) in zip(plain.losses, cut.losses, strict=True):
        assert a == pytest.approx(b, rel=1e-5)


def with_random_targets(given):
    import torch

    target = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    return replace(given, feeds=[replace(f, target=target) for f in given.feeds])


def test_that_a_target_adds_the_diffusion_loss_in_its_share(program, setting, loud, feeds):
    given = given_of(program, setting, loud, feeds, steps=2, diffusion_weight=0.5)
    plain, both = distill(given), distill(with_random_targets(given))
    assert both.losses[0][1] == pytest.approx(1.5 * plain.losses[0][1], rel=1e-5)
    assert both.losses[1][1] != pytest.approx(1.5 * plain.losses[1][1], rel=1e-7)


def test_that_the_diffusion_loss_does_not_drown_the_reconstruction(program, setting, loud, feeds):
    given = given_of(program, setting, loud, feeds, rebalance=False, steps=12, learning_rate=2e-2)
    plain, both = distill(given), distill(with_random_targets(given))
    assert plain.loss_after < plain.loss_before * 0.97
    assert both.loss_after < plain.loss_after * 1.05


def test_that_the_program_itself_is_not_changed(program, setting, loud, feeds):
    before = {n: p.clone() for n, p in program.module.named_parameters()}
    distill(given_of(program, setting, loud, feeds, steps=1))
    assert all((before[n] == p).all() for n, p in program.module.named_parameters())


def test_that_losses_and_progress_are_told(program, setting, loud, feeds):
    events = []
    distill(given_of(program, setting, loud, feeds, steps=2), emit=events.append)
    assert [e.step for e in events if isinstance(e, Measured)] == [1, 2]
    assert [e.done for e in events if isinstance(e, StageProgress)] == [1, 2]
    assert all(e.eta_s is not None for e in events if isinstance(e, StageProgress))


def test_that_no_calls_to_learn_from_are_refused(program, setting, loud, feeds):
    with pytest.raises(StageError, match="no calls to learn from"):
        distill(replace(given_of(program, setting, loud, feeds), feeds=()))


def test_that_an_excess_is_split_where_no_factor_fits_both():
    factor = column_factors(np.array([100.0]), np.array([100.0]), 1.0, 1.0, None)
    assert factor.tolist() == [1.0]
