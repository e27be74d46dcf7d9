"""Solve the OLSS sampler of a use case: FP32 teacher, and the bundle's own graph as the student."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from device.callbacks import ProgressFn
from quad_studio.bundle import Bundle, write_manifest
from quad_studio.errors import UsageProblem
from quad_studio.reference.components import ReferenceModel
from quad_studio.reference.runner import ReferenceRunner
from quad_studio.samplers import olss
from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.plan import SamplerPlan, save_plan
from quad_studio.samplers.registry import build_plan
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.prepare import Prepared, prepare
from quad_studio.use_cases.registry import find_use_case
from quad_studio.use_cases.settle import TaskSettings, solved_name

if TYPE_CHECKING:
    from device.targets import RunnerSession

TEACHER_STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A solved sampler.

    Attributes:
        errors: Root mean square distance to the teacher after each step, on the given inputs.
        student: "graph" where it was solved on the bundle's graph, "fp32" otherwise.
        samples: Number of inputs it was solved on.
    """

    plan: SamplerPlan
    errors: tuple[float, ...]
    student: str
    samples: int = 0


class DeviceModel:
    """The U-Net of a bundle as one guided call for several prepared requests at once.

    Args:
        runner: Runs single graphs.
        jobs: One request for each sample; they share adapters and guidance.
        rank: Length of `lora_alpha`.
        ranks: Columns of each adapter.
    """

    def __init__(
        self, runner: "RunnerSession", jobs: Sequence[Prepared], rank: int, ranks: dict[str, int]
    ) -> None:
        settings = jobs[0].settings
        if len(settings.adapters) > 1:
            raise UsageProblem("OLSS is solved with one adapter at a time")
        self._runner, self._guidance = runner, settings.guidance
        self._adapter: str | None = None
        self._alpha = np.ones(rank, np.float32)
        for name, strength in settings.adapters:
            self._adapter = name
            self._alpha[: ranks[name]] = strength
        self._conditional = [self._text(job.input_ids) for job in jobs]
        self._unconditional = [
            None if job.uncond_input_ids is None else self._text(job.uncond_input_ids)
            for job in jobs
        ]
        self._extra = [self._channels(job) for job in jobs]

    def __call__(self, latents: NDArray[Any], timestep: float) -> NDArray[Any]:
        """Return the guided output for (N, C, h, w)."""
        outputs = []
        for index in range(len(latents)):
            sample = latents[index : index + 1].astype(np.float32)
            if self._extra[index] is not None:
                sample = np.concatenate([sample, self._extra[index]], axis=1)
            out = self._call(sample, timestep, self._conditional[index])
            empty = self._unconditional[index]
            if self._guidance != 1.0 and empty is not None:
                without = self._call(sample, timestep, empty)
                out = without + self._guidance * (out - without)
            outputs.append(out)
        return np.concatenate(outputs)

    def _call(self, sample: NDArray[Any], timestep: float, hidden: Any) -> NDArray[Any]:
        feeds = {
            "sample": sample,
            "timestep": np.array([timestep], np.float32),
            "encoder_hidden_states": hidden,
        }
        alpha = None if self._adapter is None else self._alpha
        found = self._runner.run_graph("unet", feeds, adapter=self._adapter, alpha=alpha)
        return found["model_output"]

    def _text(self, ids: NDArray[Any]) -> NDArray[Any]:
        found = self._runner.run_graph("text_encoder", {"input_ids": ids})
        return found["encoder_hidden_states"]

    def _channels(self, job: Prepared) -> NDArray[Any] | None:
        """Return mask and masked latents."""
        if job.masked_image is None or job.mask is None:
            return None
        latents = self._runner.run_graph("vae_encoder", {"image": job.masked_image})["latents"]
        return np.concatenate([job.mask, latents], axis=1)


def solve_for(
    settings: TaskSettings,
    items: Sequence[InputItem],
    frame: Frame,
    model: ReferenceModel,
    *,
    runner: "RunnerSession | None" = None,
    teacher_steps: int = TEACHER_STEPS,
    cache: Path,
    progress: ProgressFn | None = None,
    check: Callable[[], None] = lambda: None,
) -> Solved:
    """Return the OLSS plan of `settings.steps` steps for a use case.

    Args:
        settings: Adapter, steps and guidance; its sampler is not looked at.
        items: Inputs to solve on, of the calibration split; 8 to 16 are enough.
        frame: The bundle's frame.
        model: The FP32 model, the teacher.
        runner: Solve on this bundle's graph in closed loop; None solves on the FP32 model.
        teacher_steps: DDIM steps of the teacher.
        cache: Folder for file hashes.
        progress: Told of the teacher's steps.
        check: May raise to stop.

    Raises:
        UsageProblem: A 4-channel edit or blend, or two adapters.
    """
    as_ddim = replace(settings, sampler="ddim")
    jobs = [prepare(as_ddim, item, frame) for item in items]
    plan = jobs[0].plan
    from_image = find_use_case(settings.use_case).route(frame).from_image
    if from_image or plan.init.latents or any(step.blend for step in plan.steps):
        raise UsageProblem(f"{settings.use_case}: OLSS needs a start from pure noise")
    request = PlanRequest(use_case=settings.use_case, num_steps=teacher_steps)
    teacher = build_plan("ddim", frame.scheduler, request)
    noise = np.concatenate([job.noise[:1] for job in jobs])
    with ReferenceRunner(model, cache=cache) as reference:
        fp32 = reference.guided_model(jobs)
        course = olss.record(teacher, _watched(fp32, teacher_steps, progress, check), noise)
        student: olss.GuidedModel = fp32
        if runner is not None:
            student = DeviceModel(runner, jobs, frame.rank or 0, dict(frame.adapters))
        solution = olss.solve(course, settings.steps, model=student, check=check)
    wanted = PlanRequest(
        use_case=settings.use_case,
        num_steps=settings.steps,
        guidance=settings.guidance,
        input_layout=plan.input_layout,
    )
    return Solved(
        plan=olss.to_plan(solution, wanted),
        errors=solution.errors,
        student="fp32" if runner is None else "graph",
        samples=len(jobs),
    )


def add_to_bundle(solved: Solved, bundle: Bundle) -> Bundle:
    """Write the plan where sessions look for it, renew bundle.json and return the bundle.

    Raises:
        StageError: The bundle cannot be written.
    """
    name = solved_name(solved.plan.use_case, solved.plan.num_steps)
    save_plan(solved.plan, bundle.path / "plans" / name)
    manifest = {key: value for key, value in bundle.manifest.items() if key != "files"}
    return write_manifest(bundle.path, manifest)


def _watched(
    model: olss.GuidedModel,
    total: int,
    progress: ProgressFn | None,
    check: Callable[[], None],
) -> olss.GuidedModel:
    """Return the model with a chance to stop before each call, counting its calls."""
    done = 0

    def call(latents: NDArray[Any], timestep: float) -> NDArray[Any]:
        nonlocal done
        check()
        made = model(latents, timestep)
        done += 1
        if progress is not None:
            progress("teacher", done, total)
        return made

    return call
