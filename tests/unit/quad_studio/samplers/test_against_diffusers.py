"""Each compiled sampler takes diffusers' own steps."""

import numpy as np
import pytest
import torch

from evaluation.torchvision_schemas import register

register()

from diffusers import (  # noqa: E402
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
)

from quad_studio.samplers.assemble import PlanRequest  # noqa: E402
from quad_studio.samplers.execute import Conditions, run_plan  # noqa: E402
from quad_studio.samplers.registry import build_plan  # noqa: E402
from quad_studio.samplers.schedule import read_schedule  # noqa: E402

SD = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
}
SHAPE = (1, 4, 3, 5)
PEERS = {
    "euler": EulerDiscreteScheduler,
    "ddim": DDIMScheduler,
    "dpm++2m": DPMSolverMultistepScheduler,
    "lcm": LCMScheduler,
}


def make_peer(sampler, config):
    config = dict(config)
    if sampler in ("ddim", "lcm"):
        config.pop("final_sigmas_type", None)
        config.setdefault("set_alpha_to_one", False)
        config["clip_sample"] = False
    else:
        config.pop("set_alpha_to_one", None)
    scheduler = PEERS[sampler](**config)
    # in float64 from here on, so that only a wrong coefficient can show
    scheduler.alphas_cumprod = scheduler.alphas_cumprod.double()
    return scheduler


def fake_output(x, timestep):
    """A nonlinear "model" that float32 and float64 callers see alike."""
    return np.tanh(x * 0.7 + timestep / 1000.0) - 0.3 * x


def peer_steps(scheduler, sampler, steps, noise, *, start=0, init=None, eta=0.0, strength=None):
    """Run diffusers' scheduler and return (timesteps, latents after each step)."""
    if sampler == "lcm" and strength is not None:
        scheduler.set_timesteps(steps, strength=strength)
    else:
        scheduler.set_timesteps(steps)
    if sampler == "lcm":
        scheduler.alphas_cumprod = scheduler.alphas_cumprod.double()
    timesteps = scheduler.timesteps[start:]
    scheduler.set_begin_index(start) if hasattr(scheduler, "set_begin_index") else None
    drawn = torch.from_numpy(noise)
    if init is None:
        x = drawn[0][None] * float(scheduler.init_noise_sigma)
    else:
        x = scheduler.add_noise(torch.from_numpy(init), drawn[0][None], timesteps[:1])
    taken = []
    for index, timestep in enumerate(timesteps):
        scaled = scheduler.scale_model_input(x, timestep)
        out = torch.from_numpy(fake_output(scaled.numpy().astype(np.float64), float(timestep)))
        if sampler == "lcm":
            x = scheduler.step(out, timestep, x).denoised
            if index + 1 < len(timesteps):
                level = scheduler.alphas_cumprod[timesteps[index + 1]]
                x = level.sqrt() * x + (1 - level).sqrt() * drawn[index + 1][None]
        elif sampler == "ddim":
            extra = drawn[index + 1][None] if eta else None
            x = scheduler.step(out, timestep, x, eta=eta, variance_noise=extra).prev_sample
        else:
            x = scheduler.step(out, timestep, x).prev_sample
        taken.append(x.numpy().astype(np.float64))
    return [float(t) for t in timesteps], taken


def our_steps(plan, noise, init=None):
    taken = []
    seen = []

    def model(model_input, timestep, unconditional):
        assert not unconditional
        seen.append(timestep)
        return fake_output(model_input, timestep)

    run_plan(
        plan, model, noise, Conditions(init_latents=init), on_step=lambda i, x: taken.append(x)
    )
    return seen, taken


def assert_equal_steps(ours, theirs):
    assert ours[0] == pytest.approx(theirs[0], abs=1e-4)
    for mine, peer in zip(ours[1], theirs[1], strict=True):
        scale = max(1.0, np.abs(peer).max())
        assert np.abs(mine - peer).max() / scale < 1e-6


def draw(count, seed=0):
    return np.random.default_rng(seed).standard_normal((count, *SHAPE[1:]))


@pytest.mark.parametrize("sampler", PEERS)
@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("steps", [1, 4, 8, 20])
@pytest.mark.parametrize("spacing", ["leading", "trailing", "linspace"])
def test_that_every_step_equals_the_step_of_diffusers(sampler, prediction, steps, spacing):
    config = {**SD, "prediction_type": prediction, "timestep_spacing": spacing}
    if sampler in ("ddim", "lcm"):
        config["set_alpha_to_one"] = False
    plan = build_plan(sampler, config, PlanRequest(use_case="t", num_steps=steps))
    noise = draw(steps + 1)
    theirs = peer_steps(make_peer(sampler, config), sampler, steps, noise)
    assert_equal_steps(our_steps(plan, noise), theirs)


@pytest.mark.parametrize("sampler", ["euler", "dpm++2m"])
@pytest.mark.parametrize("steps", [6, 18])
def test_that_the_last_sigma_may_be_the_smallest_of_the_schedule(sampler, steps):
    config = {**SD, "final_sigmas_type": "sigma_min", "timestep_spacing": "leading"}
    plan = build_plan(sampler, config, PlanRequest(use_case="t", num_steps=steps))
    noise = draw(1)
    theirs = peer_steps(make_peer(sampler, config), sampler, steps, noise)
    assert_equal_steps(our_steps(plan, noise), theirs)


@pytest.mark.parametrize("eta", [0.3, 1.0])
def test_that_ddim_with_eta_adds_the_noise_that_diffusers_adds(eta):
    config = {**SD, "set_alpha_to_one": True, "timestep_spacing": "leading"}
    plan = build_plan("ddim", config, PlanRequest(use_case="t", num_steps=5, eta=eta))
    noise = draw(6)
    theirs = peer_steps(make_peer("ddim", config), "ddim", 5, noise, eta=eta)
    assert plan.needs.noise_tensors == 5  # the step to alpha 1 adds none
    assert_equal_steps(our_steps(plan, noise), theirs)


@pytest.mark.parametrize("sampler", PEERS)
@pytest.mark.parametrize("strength", [0.3, 0.75, 1.0])
def test_that_image_to_image_starts_and_goes_on_as_diffusers_does(sampler, strength):
    config = {**SD, "prediction_type": "v_prediction", "timestep_spacing": "leading"}
    if sampler in ("ddim", "lcm"):
        config["set_alpha_to_one"] = False
    steps = 8
    request = PlanRequest(use_case="t", num_steps=steps, strength=strength)
    plan = build_plan(sampler, config, request)
    noise, init = draw(steps + 1), draw(1, seed=5)
    start = 0 if sampler == "lcm" else steps - int(steps * strength)
    theirs = peer_steps(
        make_peer(sampler, config), sampler, steps, noise, start=start, init=init, strength=strength
    )
    assert plan.init.latents > 0
    assert_equal_steps(our_steps(plan, noise, init), theirs)


@pytest.mark.parametrize("beta_schedule", ["linear", "scaled_linear", "squaredcos_cap_v2"])
@pytest.mark.parametrize("zero_snr", [False, True])
def test_that_the_schedule_holds_the_numbers_of_diffusers(beta_schedule, zero_snr):
    config = {**SD, "beta_schedule": beta_schedule, "rescale_betas_zero_snr": zero_snr}
    peer = DDIMScheduler(**config).alphas_cumprod.double().numpy()
    ours = read_schedule(config).alphas_cumprod
    np.testing.assert_allclose(ours, peer, rtol=3e-7, atol=3e-7 if zero_snr else 0)


@pytest.mark.parametrize("sampler", PEERS)
def test_that_the_blend_noises_known_latents_as_diffusers_does_for_the_next_step(sampler):
    config = {**SD, "timestep_spacing": "leading"}
    if sampler in ("ddim", "lcm"):
        config["set_alpha_to_one"] = False
    plan = build_plan(sampler, config, PlanRequest(use_case="t", num_steps=4, blend=True))
    peer = make_peer(sampler, config)
    peer.set_timesteps(4)
    peer.alphas_cumprod = peer.alphas_cumprod.double()
    noise, known = draw(1)[0][None], draw(1, seed=3)
    for index, step in enumerate(plan.steps[:-1]):
        expected = peer.add_noise(
            torch.from_numpy(known), torch.from_numpy(noise), peer.timesteps[index + 1 : index + 2]
        ).numpy()
        got = step.blend.known * known + step.blend.known_noise * noise
        assert np.abs(got - expected).max() / max(1.0, np.abs(expected).max()) < 1e-6
    assert (plan.steps[-1].blend.known, plan.steps[-1].blend.known_noise) == (1.0, 0.0)
    assert plan.needs.mask
    assert plan.needs.vae_encoder
