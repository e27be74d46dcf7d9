"""The coefficient table that a sampler compiles to; the runner knows nothing else.

One step, with x the latents, m_j the converted model outputs so far and n_k the noise tensors:

    out = model(input_scale * x, timestep), with guidance
    m_i = convert.x * x + convert.model * out
    x'  = x * step.x + x_first * step.initial + sum_j step.m[j] * m_j + step.noise * n_k
    x'  = mask * x' + (1 - mask) * (blend.known * known + blend.known_noise * n_0)   if blended

Every coefficient is a float64 here and in JSON; devices compute in float32.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem, SettingsProblem

SCHEMA = "quad-studio/sampler-plan/1"
LAYOUT_PARTS = ("sample", "mask", "masked_latents")


@dataclass(frozen=True)
class Convert:
    """m = x * (latents) + model * (model output after guidance)."""

    x: float = 0.0
    model: float = 1.0


@dataclass(frozen=True)
class Blend:
    """What the kept region is set to after a step: known * latents + known_noise * noise[0]."""

    known: float
    known_noise: float


@dataclass(frozen=True)
class Init:
    """The first x: noise * noise[0] + latents * (encoded input image)."""

    noise: float = 1.0
    latents: float = 0.0


@dataclass(frozen=True)
class Needs:
    """What a request has to bring along."""

    noise_tensors: int
    vae_encoder: bool = False
    mask: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call of the U-Net (two with guidance) and the linear update that follows it.

    `m` holds one coefficient for every model output so far, this step's last.
    """

    timestep: float
    m: tuple[float, ...]
    x: float = 0.0
    initial: float = 0.0
    noise: float = 0.0
    noise_index: int = 0
    input_scale: float = 1.0
    guidance: float = 1.0
    convert: Convert = Convert()
    blend: Blend | None = None


@dataclass(frozen=True, kw_only=True)
class SamplerPlan:
    """A sampler, compiled for one use case.

    `num_steps` counts `steps`: an image-to-image plan of strength 0.75 over 8 scheduled steps
    has 6.
    """

    use_case: str
    sampler: str
    num_steps: int
    guidance_scale: float
    input_layout: tuple[str, ...]
    init: Init
    steps: tuple[Step, ...]
    needs: Needs

    @property
    def unet_calls(self) -> int:
        """Return how often the U-Net runs: twice in a step with guidance."""
        return sum(2 if step.guidance != 1.0 else 1 for step in self.steps)

    @property
    def needs_unconditional(self) -> bool:
        """Return whether a request needs the token ids of the negative prompt."""
        return any(step.guidance != 1.0 for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON data (contract: docs/file_formats.md, sampler plan)."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], *, source: Path | str = "sampler plan"
    ) -> "SamplerPlan":
        """Return the plan that JSON data holds.

        Raises:
            InputFileProblem: Of another or newer schema.
            SettingsProblem: Keys are missing, of the wrong type or contradict each other.
        """
        _check_schema(data, source)
        try:
            plan = _parse(data)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            problem = f"missing key {exc}" if isinstance(exc, KeyError) else str(exc)
            raise SettingsProblem(source, [problem]) from exc
        problems = find_problems(plan)
        if problems:
            raise SettingsProblem(source, problems)
        return plan


def load_plan(path: Path) -> SamplerPlan:
    """Read a plan file.

    Raises:
        InputFileProblem: Missing, not JSON, or of another schema.
        SettingsProblem: Keys are missing or contradict each other.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as exc:
        raise InputFileProblem(path, f"cannot be read: {exc.strerror}") from exc
    except ValueError as exc:
        raise InputFileProblem(path, f"is not JSON: {exc}") from exc
    if not isinstance(data, dict):
        raise InputFileProblem(path, "is not a JSON object")
    return SamplerPlan.from_json(data, source=path)


def save_plan(plan: SamplerPlan, path: Path) -> None:
    """Write a plan file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plan.to_json(), indent=1) + "\n", "utf-8")


def find_problems(plan: SamplerPlan) -> list[str]:
    """Return every way in which the plan contradicts itself; empty if it can be executed."""
    problems = []
    if plan.num_steps != len(plan.steps) or not plan.steps:
        problems.append(f"num_steps: {plan.num_steps}, but there are {len(plan.steps)} steps")
    parts = plan.input_layout
    if not parts or parts[0] != "sample" or set(parts) - set(LAYOUT_PARTS):
        problems.append(f"input_layout: {list(parts)}, must be sample and then {LAYOUT_PARTS[1:]}")
    for index, step in enumerate(plan.steps):
        problems += [f"steps[{index}].{problem}" for problem in _step_problems(plan, index, step)]
    if any(step.blend for step in plan.steps) and not plan.needs.mask:
        problems.append("needs.mask: false, but a step blends with a mask")
    if "masked_latents" in parts and not plan.needs.vae_encoder:
        problems.append("needs.vae_encoder: false, but the input layout has masked_latents")
    return problems


def _step_problems(plan: SamplerPlan, index: int, step: Step) -> list[str]:
    """Return what is wrong with one step."""
    problems = []
    if len(step.m) != index + 1:
        problems.append(f"m: {len(step.m)} coefficients, must be {index + 1}")
    if step.noise and not 0 <= step.noise_index < plan.needs.noise_tensors:
        problems.append(f"noise_index: {step.noise_index} of {plan.needs.noise_tensors} tensors")
    numbers = [step.timestep, step.x, step.initial, step.noise, step.input_scale, step.guidance]
    numbers += [*step.m, step.convert.x, step.convert.model]
    if not all(math.isfinite(number) for number in numbers):
        problems.append("a coefficient is not finite")
    return problems


def _check_schema(data: Mapping[str, Any], source: Path | str) -> None:
    """Raise InputFileProblem unless `data` says that it is a sampler plan of our version."""
    schema = str(data.get("schema", ""))
    if schema == SCHEMA:
        return
    kind, _, version = schema.rpartition("/")
    if kind == SCHEMA.rpartition("/")[0] and version.isdigit() and int(version) > 1:
        raise InputFileProblem(source, f"schema {schema} is newer than this program; update it")
    raise InputFileProblem(source, f"schema is {schema or 'missing'}, expected {SCHEMA}")


def _parse(data: Mapping[str, Any]) -> SamplerPlan:
    """Build the plan; raises KeyError, TypeError or ValueError on bad data."""
    needs = data["needs"]
    return SamplerPlan(
        use_case=str(data["use_case"]),
        sampler=str(data["sampler"]),
        num_steps=int(data["num_steps"]),
        guidance_scale=float(data["guidance_scale"]),
        input_layout=tuple(str(part) for part in data["input_layout"]),
        init=Init(float(data["init"]["noise"]), float(data["init"]["latents"])),
        steps=tuple(_parse_step(step) for step in data["steps"]),
        needs=Needs(
            int(needs["noise_tensors"]), bool(needs.get("vae_encoder")), bool(needs.get("mask"))
        ),
    )


def _parse_step(data: Mapping[str, Any]) -> Step:
    """Build one step."""
    convert, blend = data.get("convert") or {}, data.get("blend")
    return Step(
        timestep=float(data["timestep"]),
        m=tuple(float(number) for number in data["m"]),
        x=float(data.get("x", 0.0)),
        initial=float(data.get("initial", 0.0)),
        noise=float(data.get("noise", 0.0)),
        noise_index=int(data.get("noise_index", 0)),
        input_scale=float(data.get("input_scale", 1.0)),
        guidance=float(data.get("guidance", 1.0)),
        convert=Convert(float(convert.get("x", 0.0)), float(convert.get("model", 1.0))),
        blend=Blend(float(blend["known"]), float(blend["known_noise"])) if blend else None,
    )
