"""Settle how a use case is run: adapters, sampler, steps, guidance, and the plan they give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from quad_studio.errors import UsageProblem
from quad_studio.samplers import lcm
from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.plan import SamplerPlan, load_plan
from quad_studio.samplers.registry import ALL_NAMES, SOLVED, build_plan
from quad_studio.use_cases.base import Frame, UseCase
from quad_studio.use_cases.registry import find_use_case

NO_ADAPTER = "none"
FEW_STEP_ADAPTER = "lcm"
_FEW_STEPS = 4


@dataclass(frozen=True, kw_only=True)
class TaskSettings:
    """A use case with every choice made.

    Attributes:
        adapters: (name, strength) of each; empty for the base model.
        edit_strength: Where a result starts from its source: the share of the steps that is run.
        eta: DDIM only.
    """

    use_case: str
    adapters: tuple[tuple[str, float], ...]
    sampler: str
    steps: int
    guidance: float
    edit_strength: float | None = None
    eta: float = 0.0

    @property
    def adapter(self) -> str:
        """Return the names joined by "+", or "none": what rows and file names say."""
        return "+".join(name for name, _ in self.adapters) or NO_ADAPTER

    @property
    def strength(self) -> float:
        """Return the first adapter's strength; 0 without one."""
        return self.adapters[0][1] if self.adapters else 0.0


def settle(
    use_case: str,
    frame: Frame,
    *,
    adapter: str | None = None,
    extra_adapters: Sequence[str | tuple[str, float]] = (),
    strength: float = 1.0,
    sampler: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    edit_strength: float | None = None,
    eta: float = 0.0,
) -> TaskSettings:
    """Return the settings: what is given, else the bundle's, else the use case's own.

    With the `lcm` adapter the defaults are the LCM sampler, 4 steps and no guidance.

    Args:
        use_case: Its name.
        frame: The model's frame; its adapters are checked where it lists any.
        adapter: A name, "none" for the base model, None for the use case's own.
        extra_adapters: Used at the same time; each "name", "name:strength" or (name, strength).
        strength: Of `adapter`.
        sampler: A name of `ALL_NAMES`.
        steps: Scheduled steps.
        guidance: 1 means one U-Net call a step.
        edit_strength: In (0, 1]: how far a result that starts from its source moves from it.
        eta: Noise of DDIM, 0 to 1.

    Raises:
        UsageProblem: Unknown names, adapters that do not fit into the slots together, or an edit
            strength where none applies.
    """
    case = find_use_case(use_case)
    route = case.route(frame)
    may_start_from_source = route.from_image or (case.from_source and sampler != SOLVED)
    if edit_strength is not None:
        _check_edit_strength(case, may_start_from_source, edit_strength)
    chosen = _adapters(case, frame, adapter, extra_adapters, strength)
    defaults: dict[str, Any] = {
        "sampler": case.sampler,
        "steps": case.steps,
        "guidance": case.guidance,
        "edit_strength": case.edit_strength if route.from_image else None,
    }
    given = {"sampler": sampler, "steps": steps, "guidance": guidance}
    said = frame.defaults.get(use_case, {})
    defaults.update({key: said[key] for key in defaults if said.get(key) is not None})
    if any(name == FEW_STEP_ADAPTER for name, _ in chosen):
        defaults.update(sampler=lcm.NAME, steps=_FEW_STEPS, guidance=1.0)
    given["edit_strength"] = edit_strength
    defaults.update({key: value for key, value in given.items() if value is not None})
    if defaults["sampler"] not in ALL_NAMES:
        known = ", ".join(ALL_NAMES)
        raise UsageProblem(f"no sampler {defaults['sampler']!r}; there are: {known}")
    if defaults["sampler"] == SOLVED or not may_start_from_source:
        defaults["edit_strength"] = None
    return TaskSettings(
        use_case=use_case,
        adapters=chosen,
        sampler=str(defaults["sampler"]),
        steps=int(defaults["steps"]),
        guidance=float(defaults["guidance"]),
        edit_strength=defaults["edit_strength"],
        eta=eta,
    )


def _check_edit_strength(case: UseCase, from_image: bool, edit_strength: float) -> None:
    """Raise UsageProblem for an edit strength that would be ignored or is out of range."""
    if not from_image:
        raise UsageProblem(
            f"{case.name}: edit_strength has no effect here, since the result does not start from "
            "a source picture with this U-Net. Use strength to weaken the adapter"
        )
    if not 0.0 < edit_strength <= 1.0:
        raise UsageProblem(f"{case.name}: edit_strength is {edit_strength:g}, must be in (0, 1]")


def _adapters(
    case: UseCase,
    frame: Frame,
    adapter: str | None,
    extra: Sequence[str | tuple[str, float]],
    strength: float,
) -> tuple[tuple[str, float], ...]:
    """Return (name, strength) of every adapter, checked against the bundle's slots."""
    wanted = adapter or case.adapter or NO_ADAPTER
    chosen = [] if wanted == NO_ADAPTER else [(wanted, float(strength))]
    chosen += [_with_strength(one) if isinstance(one, str) else one for one in extra]
    names = [name for name, _ in chosen]
    if len(set(names)) != len(names):
        raise UsageProblem(f"{case.name}: an adapter is named twice: {', '.join(names)}")
    check_slots(case.name, names, frame)
    return tuple(chosen)


def check_slots(use_case: str, names: Sequence[str], frame: Frame) -> None:
    """Raise UsageProblem unless the bundle has these adapters and room for all at once."""
    if frame.rank is None:
        return
    for name in names:
        if name not in frame.adapters:
            known = ", ".join(frame.adapters) or "none"
            raise UsageProblem(
                f"{use_case}: the bundle has no adapter {name!r}; it has: {known}"
                f" (write {NO_ADAPTER!r} for the base model)"
            )
    needed = sum(frame.adapters[name] for name in names)
    if needed > frame.rank:
        listed = ", ".join(f"{name} (rank {frame.adapters[name]})" for name in names)
        raise UsageProblem(
            f"{use_case}: {listed} need {needed} columns, the slots have {frame.rank}; "
            f"build the bundle with quantization.rank = {needed} or use one adapter"
        )


def _with_strength(text: str) -> tuple[str, float]:
    """Return name and strength of "lcm" or "lcm:0.8"."""
    name, colon, number = text.partition(":")
    if not colon:
        return name, 1.0
    try:
        return name, float(number)
    except ValueError as exc:
        raise UsageProblem(f"{text!r}: write an adapter as NAME or NAME:STRENGTH") from exc


def plan_for(settings: TaskSettings, frame: Frame) -> SamplerPlan:
    """Return the coefficient table for these settings.

    Raises:
        SamplerProblem: A number is out of range.
        UsageProblem: OLSS was asked for and the bundle has no table for it.
    """
    if settings.sampler == SOLVED:
        return _solved_plan(settings, frame)
    route = find_use_case(settings.use_case).route(frame)
    request = PlanRequest(
        use_case=settings.use_case,
        num_steps=settings.steps,
        guidance=settings.guidance,
        strength=settings.edit_strength,
        input_layout=route.input_layout,
        blend=route.blends,
        eta=settings.eta,
    )
    return build_plan(settings.sampler, frame.scheduler, request)


def solved_name(use_case: str, steps: int) -> str:
    """Return the path of a solved table, relative to a bundle's `plans`."""
    return f"olss/{use_case}-{steps}.json"


def _solved_plan(settings: TaskSettings, frame: Frame) -> SamplerPlan:
    """Return the bundle's OLSS table."""
    name = solved_name(settings.use_case, settings.steps)
    path = None if frame.plans is None else frame.plans / name
    if path is None or not path.is_file():
        raise UsageProblem(
            f"{settings.use_case}: the bundle has no OLSS table of {settings.steps} steps "
            f"(plans/{name}); solve one, or choose another sampler"
        )
    plan = load_plan(path)
    if abs(plan.guidance_scale - settings.guidance) > 1e-9:
        raise UsageProblem(
            f"{settings.use_case}: the OLSS table was solved for guidance "
            f"{plan.guidance_scale:g}, not {settings.guidance:g}; use that or solve it again"
        )
    return replace(plan, use_case=settings.use_case)
