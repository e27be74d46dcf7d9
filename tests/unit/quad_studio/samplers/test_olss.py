"""OLSS on a model whose exact course is known: Gaussian mixtures have a closed-form denoiser."""

import numpy as np
import pytest

from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.execute import run_plan
from quad_studio.samplers.olss import record, search_path, solve, to_plan
from quad_studio.samplers.plan import SamplerPlan, find_problems
from quad_studio.samplers.registry import build_plan
from quad_studio.samplers.schedule import read_schedule

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SD = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "steps_offset": 1,
    "set_alpha_to_one": False,
}
SHAPE = (4, 6, 6)
ALPHAS = read_schedule(SD).alphas_cumprod
CENTRES = np.random.default_rng(0).standard_normal((5, *SHAPE))


def mixture_model(x, timestep):
    """The optimal v-prediction for data drawn from five points with a spread of 0.2."""
    alpha = np.interp(timestep, np.arange(1000), ALPHAS)
    signal, noise = np.sqrt(alpha), np.sqrt(1 - alpha)
    x = np.asarray(x, np.float64)
    spread = alpha * 0.04 + 1 - alpha
    distance = x[:, None] - signal * CENTRES[None]
    weight = -np.square(distance).sum((2, 3, 4)) / (2 * spread)
    weight = np.exp(weight - weight.max(1, keepdims=True))
    weight /= weight.sum(1, keepdims=True)
    each = CENTRES[None] + signal * 0.04 / spread * distance
    original = (weight[:, :, None, None, None] * each).sum(1)
    eps = (x - signal * original) / noise
    return signal * eps - noise * original


def rough_model(x, timestep):
    """The same, as a quantized graph might give it: rounded, and biased late in the course."""
    out = mixture_model(x, timestep)
    return np.round(out / 0.05) * 0.05 + 0.02 * (1 - timestep / 1000)


def make_teacher(steps=60):
    return build_plan("ddim", SD, PlanRequest(use_case="t", num_steps=steps))


def draw(seed, count=8):
    return np.random.default_rng(seed).standard_normal((count, *SHAPE)).astype(np.float32)


@pytest.fixture(scope="module")
def course():
    return record(make_teacher(), mixture_model, draw(1, 16))


def final(plan, noise, model=mixture_model):
    return run_plan(plan, lambda x, t, u: model(x, t), noise[None], dtype=np.float32)


def distance(left, right):
    return float(np.sqrt(np.square(left - right).mean()))


def as_plan(solution):
    return to_plan(solution, PlanRequest(use_case="t", num_steps=len(solution.path)))


def test_that_the_course_is_that_of_the_teacher(course):
    assert course.states.shape == (61, 16, *SHAPE)
    assert course.outputs.shape == (60, 16, *SHAPE)
    np.testing.assert_allclose(course.states[-1], final(make_teacher(), draw(1, 16)), atol=1e-6)


def test_that_as_many_steps_as_the_teacher_has_follow_it(course):
    solution = solve(course, 60, path=range(60), output_noise=0.0)
    assert search_path(course, 60)[0] == tuple(range(60))
    assert max(solution.errors) < 1e-5


def test_that_unseen_noise_ends_nearer_to_the_teacher_than_with_the_peers(course):
    noise = draw(99)
    goal = final(make_teacher(), noise)
    reached = {
        sampler: distance(
            final(build_plan(sampler, SD, PlanRequest(use_case="t", num_steps=8)), noise), goal
        )
        for sampler in ("ddim", "dpm++2m")
    }
    solved = distance(final(as_plan(solve(course, 8, model=mixture_model)), noise), goal)
    assert solved < 0.8 * min(reached.values())


def test_that_the_better_of_the_searched_and_the_even_path_is_taken(course):
    chosen = solve(course, 5, model=mixture_model)
    paths = (search_path(course, 5)[0], (0, 12, 24, 36, 48))
    each = [solve(course, 5, model=mixture_model, path=path) for path in paths]
    assert paths[0] != paths[1]
    assert chosen.errors[-1] == min(solution.errors[-1] for solution in each)
    # the search keeps its promise: the largest error of any step is smaller than on the even path
    open_loop = [solve(course, 5, path=path, output_noise=0.0) for path in paths]
    assert max(open_loop[0].errors) < max(open_loop[1].errors)


def test_that_solving_on_the_rough_model_makes_up_for_its_errors(course):
    noise = draw(99)
    goal = final(make_teacher(), noise)
    blind = solve(course, 8, model=mixture_model)
    aware = solve(course, 8, model=rough_model, path=blind.path)
    found = {
        name: distance(final(as_plan(solution), noise, rough_model), goal)
        for name, solution in (("blind", blind), ("aware", aware))
    }
    assert found["aware"] < 0.97 * found["blind"]


def test_that_each_step_is_the_least_squares_optimum(course):
    """The residual is orthogonal to every vector of the subspace: the paper's definition."""
    solution = solve(course, 4, output_noise=0.0)
    vectors = [course.states[0], *(course.outputs[index] for index in solution.path)]
    ends = [*solution.path[1:], 60]
    for place, end in enumerate(ends):
        known = np.stack([v.ravel() for v in vectors[: place + 2]], axis=1).astype(np.float64)
        weights = np.array([solution.initial[place], *solution.m[place]])
        rest = known @ weights - course.states[end].ravel()
        cosine = known.T @ rest / np.linalg.norm(known, axis=0)
        assert np.abs(cosine).max() < 1e-6 * np.linalg.norm(course.states[end])


def test_that_the_path_keeps_to_a_bound_that_no_shorter_one_keeps(course):
    path, bound = search_path(course, 6)
    assert len(path) == 6
    assert path[0] == 0
    assert all(a < b for a, b in zip(path, path[1:], strict=False))
    assert bound < search_path(course, 5)[1]


def test_that_damping_keeps_coefficients_small(course):
    wild = solve(course, 8, output_noise=0.0)
    tame = solve(course, 8, output_noise=0.1)
    assert np.abs(np.concatenate(tame.m)).max() < np.abs(np.concatenate(wild.m)).max()


def test_that_the_solved_plan_is_sound_and_survives_json(course):
    plan = to_plan(
        solve(course, 5),
        PlanRequest(
            use_case="t",
            num_steps=5,
            guidance=3.0,
            input_layout=("sample", "mask", "masked_latents"),
        ),
    )
    assert find_problems(plan) == []
    assert SamplerPlan.from_json(plan.to_json()) == plan
    assert (plan.unet_calls, plan.steps[0].x, plan.needs.vae_encoder) == (10, 0.0, True)


def test_that_what_olss_cannot_do_is_refused(course):
    with pytest.raises(SamplerProblem, match="must be 1 to the teacher's 60"):
        solve(course, 61)
    solution = solve(course, 2)
    with pytest.raises(SamplerProblem, match="pure noise"):
        to_plan(solution, PlanRequest(use_case="t", num_steps=2, strength=0.5))
    noisy = build_plan("lcm", SD, PlanRequest(use_case="t", num_steps=4))
    with pytest.raises(SamplerProblem, match="deterministic"):
        record(noisy, mixture_model, draw(1))
    euler = build_plan("euler", SD, PlanRequest(use_case="t", num_steps=4))
    with pytest.raises(SamplerProblem, match="variance 1"):
        record(euler, mixture_model, draw(1))
