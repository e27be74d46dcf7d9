"""OLSS, optimal linear subspace search (Duan et al., CIKM 2023, arXiv 2305.14677).

A step is the best approximation of the teacher's latents in span{x_T, e_0, ..., e_i}, where x_T are
the first latents and e_j the model outputs so far: one least-squares problem a step, shared by all
samples. Which timesteps are visited is searched too: the paper's greedy walk takes the longest
leap whose error stays below a bound, and the bound is bisected to the smallest one that reaches
the end in the wanted number of steps.

Where we differ: the paper's outputs e_j are the teacher's. Here the coefficients can also be
solved in closed loop, on the outputs that the model really gives at the latents that the solved
steps lead to. That counts in the student's own drift, and with the quantized graph as the model it
re-solves the sampler for that graph. `output_noise` damps coefficients that would amplify errors
of the outputs (Tikhonov; neighbouring outputs are nearly collinear).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.execute import run_plan
from quad_studio.samplers.plan import Init, Needs, SamplerPlan, Step

NAME = "olss"
DEFAULT_OUTPUT_NOISE = 1e-3
_BISECTIONS = 40
Array = NDArray[np.float64]
GuidedModel = Callable[[NDArray[Any], float], NDArray[Any]]
"""The U-Net with text, guidance and extra channels built in: (N, C, h, w) latents, timestep."""


@dataclass(frozen=True, kw_only=True)
class Trajectories:
    """The teacher's course on some samples.

    Attributes:
        timesteps: (S,), falling.
        states: (S + 1, N, C, h, w): the latents before each step, and the final ones.
        outputs: (S, N, C, h, w): the model output of each step.
    """

    timesteps: tuple[float, ...]
    states: NDArray[Any]
    outputs: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A solved sampler.

    Attributes:
        path: Index of each visited timestep in the teacher's.
        timesteps: The visited timesteps.
        initial: Coefficient of x_T in each step.
        m: Coefficients of the outputs so far, one tuple a step.
        errors: Root mean square distance to the teacher after each step, on the samples.
        bound: The error bound that the path search ended with.
    """

    path: tuple[int, ...]
    timesteps: tuple[float, ...]
    initial: tuple[float, ...]
    m: tuple[tuple[float, ...], ...]
    errors: tuple[float, ...]
    bound: float


def record(teacher: SamplerPlan, model: GuidedModel, noise: NDArray[Any]) -> Trajectories:
    """Run a deterministic plan, such as 100 steps of DDIM, and keep its course.

    Args:
        teacher: Its guidance must be 1: the model has it built in.
        model: The U-Net.
        noise: (N, C, h, w), one first noise a sample.

    Raises:
        SamplerProblem: The plan draws noise, starts from an image or guides by itself.
    """
    if any(step.noise or step.guidance != 1.0 or step.blend for step in teacher.steps):
        raise SamplerProblem(NAME, "the teacher must be deterministic and without guidance")
    if teacher.init.latents or teacher.init.noise != 1.0:
        raise SamplerProblem(NAME, "the teacher must start from pure noise of variance 1")
    states, outputs = [np.asarray(noise, np.float32)], list[NDArray[Any]]()

    def call(model_input: NDArray[Any], timestep: float, unconditional: bool) -> NDArray[Any]:
        outputs.append(np.asarray(model(model_input, timestep), np.float32))
        return outputs[-1]

    run_plan(
        teacher,
        call,
        noise[None],
        dtype=np.float32,
        on_step=lambda index, x: states.append(np.asarray(x, np.float32)),
    )
    return Trajectories(
        timesteps=tuple(step.timestep for step in teacher.steps),
        states=np.stack(states),
        outputs=np.stack(outputs),
    )


def search_path(course: Trajectories, num_steps: int) -> tuple[tuple[int, ...], float]:
    """Return the indices of the timesteps to visit, and the error bound they keep to.

    Raises:
        SamplerProblem: More steps than the teacher has.
    """
    total = len(course.timesteps)
    if not 1 <= num_steps <= total:
        raise SamplerProblem(NAME, f"steps is {num_steps}, must be 1 to the teacher's {total}")
    basis, targets = _compressed(course)
    low, high = 0.0, float(np.sqrt(np.square(targets).sum(axis=0)).max())
    best = _walk(basis, targets, num_steps, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        found = _walk(basis, targets, num_steps, middle)
        if found is None:
            low = middle
        else:
            best, high = found, middle
    scale = np.sqrt(course.states[0].size)
    return _filled(best or [0], num_steps, total), high / float(scale)


def _compressed(course: Trajectories) -> tuple[Array, Array]:
    """Return x_T with all outputs, and all later states, in the few dimensions they span.

    One QR of everything: least squares on columns of R equals that on the columns themselves.
    """
    total = len(course.timesteps)
    vectors = np.concatenate([course.states[:1], course.outputs, course.states[1:]])
    columns = vectors.reshape(len(vectors), -1).T.astype(np.float64)
    r: Any = np.linalg.qr(columns, mode="r")
    return r[:, : total + 1], r[:, total + 1 :]


def _walk(basis: Array, targets: Array, num_steps: int, bound: float) -> list[int] | None:
    """Take the longest leaps within the bound; None if they do not reach the end in time."""
    total, path = targets.shape[1], [0]
    rest = _without(basis[:, 0], targets)
    known = _without(basis[:, 0], basis)
    while True:
        vector = known[:, path[-1] + 1]
        rest, known = _without(vector, rest), _without(vector, known)
        errors = np.sqrt(np.square(rest).sum(axis=0))  # errors[j]: to the state after step j
        within = np.flatnonzero(errors[path[-1] :] <= bound)
        # one teacher step ahead is always taken, as in the paper
        following = path[-1] + 1 + int(within[-1] if len(within) else 0)
        if following >= total:
            return path
        if len(path) == num_steps:
            return None
        path.append(following)


def _without(vector: Array, columns: Array) -> Array:
    """Return the columns less their part along the vector; twice, against rounding."""
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        return columns
    unit = vector / length
    once = columns - np.outer(unit, unit @ columns)
    twice: Array = once - np.outer(unit, unit @ once)
    return twice


def _filled(path: Sequence[int], num_steps: int, total: int) -> tuple[int, ...]:
    """Split the longest leaps of a path that is shorter than asked for."""
    found = list(path)
    while len(found) < num_steps:
        ends = [*found[1:], total]
        leaps = [end - start for start, end in zip(found, ends, strict=True)]
        widest = int(np.argmax(leaps))
        found.insert(widest + 1, found[widest] + leaps[widest] // 2)
    return tuple(found)


def solve(
    course: Trajectories,
    num_steps: int,
    *,
    model: GuidedModel | None = None,
    path: Sequence[int] | None = None,
    output_noise: float = DEFAULT_OUTPUT_NOISE,
    check: Callable[[], None] | None = None,
) -> Solution:
    """Return the best coefficients for `num_steps` steps.

    Without `path` two are tried, the searched one and an even one, and the one that ends nearer
    to the teacher is taken: the search bounds the error of every step, not of the last.

    Args:
        course: The teacher's trajectories; its final states are what is approximated.
        num_steps: How many steps.
        model: Solve in closed loop on this model's outputs, such as the quantized graph's; None
            uses the teacher's outputs, as the paper does.
        path: Visit these of the teacher's timesteps.
        output_noise: Standard deviation of the error to expect in each value of an output.
        check: May raise to stop.

    Raises:
        SamplerProblem: More steps than the teacher has.
    """
    if path is None:
        searched, bound = search_path(course, num_steps)
        total = len(course.timesteps)
        even = tuple(place * total // num_steps for place in range(num_steps))
        tried = [
            _solve_on(course, one, model, output_noise, check) for one in {searched: 0, even: 0}
        ]
        return replace(min(tried, key=lambda solution: solution.errors[-1]), bound=bound)
    return _solve_on(course, path, model, output_noise, check)


def _solve_on(
    course: Trajectories,
    path: Sequence[int],
    model: GuidedModel | None,
    output_noise: float,
    check: Callable[[], None] | None,
) -> Solution:
    """Solve step after step on one path."""
    first = course.states[0].astype(np.float64)
    known, x = [first.ravel()], first
    initial, weights, errors = [], [], []
    for place, index in enumerate(path):
        if check is not None:
            check()
        output = course.outputs[index]
        if model is not None:
            output = model(x.astype(np.float32), course.timesteps[index])
        known.append(np.asarray(output, np.float64).ravel())
        after = path[place + 1] if place + 1 < len(path) else len(course.timesteps)
        target = course.states[after].astype(np.float64)
        found = _least_squares(np.stack(known, axis=1), target.ravel(), output_noise)
        initial.append(float(found[0]))
        weights.append(tuple(float(weight) for weight in found[1:]))
        x = (np.stack(known, axis=1) @ found).reshape(first.shape)
        errors.append(float(np.sqrt(np.square(x - target).mean())))
    return Solution(
        path=tuple(path),
        timesteps=tuple(course.timesteps[index] for index in path),
        initial=tuple(initial),
        m=tuple(weights),
        errors=tuple(errors),
        bound=0.0,
    )


def _least_squares(columns: Array, target: Array, output_noise: float) -> Array:
    """Return the coefficients; the outputs' (all columns but the first) are damped.

    An independent error of variance s^2 in every value of the outputs adds s^2 n c_j^2 to the
    squared distance, n being the number of values: that is what the extra rows stand for.
    """
    count = columns.shape[1]
    damping = np.eye(count) * output_noise * np.sqrt(len(columns))
    damping[0, 0] = 0.0
    rows = np.concatenate([columns, damping])
    goal = np.concatenate([target, np.zeros(count)])
    found: Array = np.linalg.lstsq(rows, goal, rcond=None)[0]
    return found


def to_plan(solution: Solution, request: PlanRequest) -> SamplerPlan:
    """Return the solved sampler as a plan.

    Args:
        solution: What was solved, for the guidance of `request`.
        request: Names the use case, its guidance (one scale) and its input layout.

    Raises:
        SamplerProblem: The request starts from an image or blends, which OLSS was not solved for.
    """
    if request.strength is not None or request.blend or isinstance(request.guidance, tuple):
        raise SamplerProblem(NAME, "needs a start from pure noise and one guidance scale")
    steps = tuple(
        Step(timestep=timestep, initial=initial, m=m, guidance=float(request.guidance))
        for timestep, initial, m in zip(
            solution.timesteps, solution.initial, solution.m, strict=True
        )
    )
    layout = request.input_layout
    needs = Needs(noise_tensors=1, vae_encoder="masked_latents" in layout, mask="mask" in layout)
    return SamplerPlan(
        use_case=request.use_case,
        sampler=NAME,
        num_steps=len(steps),
        guidance_scale=float(request.guidance),
        input_layout=layout,
        init=Init(),
        steps=steps,
        needs=needs,
    )
