import numpy as np
import pytest

from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.execute import Conditions, run_plan
from quad_studio.samplers.noise import draw_noise
from quad_studio.samplers.registry import SAMPLERS, build_plan

SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
SHAPE = (4, 4, 4)


def make_plan(sampler="ddim", steps=4, **given):
    return build_plan(sampler, SD, PlanRequest(use_case="t", num_steps=steps, **given))


def zero_model(model_input, timestep, unconditional):
    return np.zeros_like(model_input[:, :4])


def test_that_guidance_moves_from_the_unconditional_to_the_conditional_output():
    calls = []

    def model(model_input, timestep, unconditional):
        calls.append(unconditional)
        return np.full_like(model_input, 1.0 if unconditional else 3.0)

    noise = draw_noise(0, 1, SHAPE)
    guided = run_plan(make_plan(steps=1, guidance=2.0), model, noise)
    assert calls == [False, True]
    plain = run_plan(make_plan(steps=1), lambda x, t, u: np.full_like(x, 5.0), noise)
    np.testing.assert_allclose(guided, plain)  # 1 + 2 * (3 - 1) = 5


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_that_a_perfect_model_gives_back_the_image_it_knows(sampler):
    known = np.random.default_rng(1).standard_normal((1, *SHAPE))
    plan = make_plan(sampler, steps=6)
    schedule = {**SD, "prediction_type": "sample"}
    plan = build_plan(sampler, schedule, PlanRequest(use_case="t", num_steps=6))
    found = run_plan(plan, lambda x, t, u: known, draw_noise(3, 7, SHAPE))
    np.testing.assert_allclose(found, known, atol=0.06)  # the last alpha is not quite 1


def test_that_blending_keeps_the_region_outside_the_mask():
    mask = np.zeros((1, 1, 4, 4))
    mask[..., :2] = 1.0
    known = np.random.default_rng(1).standard_normal((1, *SHAPE))
    conditions = Conditions(init_latents=known, mask=mask)
    plan = make_plan(blend=True)
    found = run_plan(plan, zero_model, draw_noise(0, 1, SHAPE), conditions)
    np.testing.assert_array_equal(found[..., 2:], known[..., 2:])
    assert np.abs(found[..., :2] - known[..., :2]).max() > 0.1


def test_that_mask_and_masked_latents_follow_the_sample_on_the_channels():
    seen = []

    def model(model_input, timestep, unconditional):
        seen.append(model_input)
        return np.zeros_like(model_input[:, :4])

    plan = make_plan("euler", steps=1, input_layout=("sample", "mask", "masked_latents"))
    mask, masked = np.ones((1, 1, 4, 4)), np.full((1, *SHAPE), 2.0)
    noise = draw_noise(0, 1, SHAPE)
    run_plan(plan, model, noise, Conditions(mask=mask, masked_latents=masked))
    assert seen[0].shape == (1, 9, 4, 4)
    assert (seen[0][:, 4] == 1.0).all()  # not scaled: only the sample is
    assert (seen[0][:, 5:] == 2.0).all()
    scale = plan.init.noise * plan.steps[0].input_scale
    np.testing.assert_allclose(seen[0][:, :4], noise * scale)


@pytest.mark.parametrize(
    ("given", "conditions", "said"),
    [
        ({"eta": 1.0}, Conditions(), "needs 4 noise tensors, got 1"),
        ({"blend": True}, Conditions(), "needs a mask"),
        ({"strength": 0.5}, Conditions(), "latents of an input image"),
        ({"input_layout": ("sample", "masked_latents")}, Conditions(), "masked image"),
    ],
)
def test_that_a_missing_tensor_is_named(given, conditions, said):
    with pytest.raises(SamplerProblem, match=said):
        run_plan(make_plan(**given), zero_model, draw_noise(0, 1, SHAPE), conditions)


def test_that_a_batch_gives_what_its_members_give():
    noise = np.stack([draw_noise(seed, 5, SHAPE) for seed in (1, 2)], axis=1)

    def model(model_input, timestep, unconditional):
        return np.sin(model_input)

    both = run_plan(make_plan("lcm"), model, noise)
    for index in range(2):
        alone = run_plan(make_plan("lcm"), model, noise[:, index])
        np.testing.assert_allclose(both[index], alone[0], atol=1e-12)
