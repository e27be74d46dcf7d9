"""What every sampler shares: the request, the start for image-to-image, guidance and blending."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.plan import Blend, Init, Needs, SamplerPlan, Step


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """What a plan is asked for.

    Attributes:
        num_steps: Scheduled steps, before `strength` cuts some off.
        guidance: One scale for all steps, or one for each scheduled step; 1 means one U-Net call.
        strength: None starts from pure noise. A number in (0, 1] starts from the encoded input
            image with noise added, as diffusers' image-to-image pipelines do.
        input_layout: What is concatenated on channels as the U-Net's input.
        blend: Keep the unmasked region after each step (inpainting with a 4-channel model).
        eta: DDIM only: 0 is deterministic, 1 is as noisy as DDPM.
    """

    use_case: str
    num_steps: int
    guidance: float | tuple[float, ...] = 1.0
    strength: float | None = None
    input_layout: tuple[str, ...] = ("sample",)
    blend: bool = False
    eta: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Course:
    """A sampler's own part of a plan.

    Attributes:
        steps: From the first executed step on, without guidance and blend.
        levels: (latents, noise) coefficients of a noised image before each step, and (1, 0) last.
        pure_noise: The first x when it is noise only.
        start: Scheduled steps that were cut off.
    """

    steps: Sequence[Step]
    levels: Sequence[tuple[float, float]]
    pure_noise: float
    start: int = 0


def check_request(sampler: str, request: PlanRequest, limit: int) -> None:
    """Raise SamplerProblem for a number out of range."""
    if not 1 <= request.num_steps <= limit:
        raise SamplerProblem(sampler, f"steps is {request.num_steps}, must be 1 to {limit}")
    if request.strength is not None and not 0.0 < request.strength <= 1.0:
        raise SamplerProblem(sampler, f"strength is {request.strength:g}, must be in (0, 1]")
    if request.eta < 0.0 or request.eta > 1.0:
        raise SamplerProblem(sampler, f"eta is {request.eta:g}, must be 0 to 1")
    scales = _scales(request)
    if len(scales) != request.num_steps:
        raise SamplerProblem(
            sampler, f"{len(scales)} guidance scales for {request.num_steps} steps"
        )
    if any(not 0.0 <= scale <= 100.0 for scale in scales):
        raise SamplerProblem(sampler, "guidance must be 0 to 100 (1 switches it off)")


def first_step(request: PlanRequest) -> int:
    """Return how many scheduled steps the strength cuts off (diffusers' `get_timesteps`)."""
    if request.strength is None:
        return 0
    kept = min(int(request.num_steps * request.strength), request.num_steps)
    return max(request.num_steps - kept, 0)


def assemble(sampler: str, request: PlanRequest, course: Course) -> SamplerPlan:
    """Return the plan: the sampler's steps with start, guidance, blend and needs filled in.

    Raises:
        SamplerProblem: The strength leaves no step.
    """
    if not course.steps:
        raise SamplerProblem(
            sampler,
            f"strength {request.strength:g} of {request.num_steps} steps leaves no step; "
            "raise one of them",
        )
    scales = _scales(request)[course.start :]
    steps = [
        replace(step, guidance=scale) for step, scale in zip(course.steps, scales, strict=True)
    ]
    if request.blend:
        after = course.levels[1:]
        steps = [replace(s, blend=Blend(*level)) for s, level in zip(steps, after, strict=True)]
    init = Init(noise=course.pure_noise, latents=0.0)
    if request.strength is not None:
        init = Init(noise=course.levels[0][1], latents=course.levels[0][0])
    return SamplerPlan(
        use_case=request.use_case,
        sampler=sampler,
        num_steps=len(steps),
        guidance_scale=max(scales),
        input_layout=request.input_layout,
        init=init,
        steps=tuple(steps),
        needs=_needs(request, steps),
    )


def _scales(request: PlanRequest) -> tuple[float, ...]:
    """Return one guidance scale a scheduled step."""
    if isinstance(request.guidance, tuple):
        return request.guidance
    return (float(request.guidance),) * request.num_steps


def _needs(request: PlanRequest, steps: Sequence[Step]) -> Needs:
    """Return what a request has to bring for these steps."""
    drawn = [step.noise_index for step in steps if step.noise]
    encodes = request.strength is not None or request.blend
    return Needs(
        noise_tensors=max(drawn, default=0) + 1,
        vae_encoder=encodes or "masked_latents" in request.input_layout,
        mask=request.blend or "mask" in request.input_layout,
    )
