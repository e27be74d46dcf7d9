"""OLSS against DDIM, DPM-Solver++(2M) and Euler at equal steps: distance to a 100-step result.

    python -m benchmarks.samplers_olss
    python -m benchmarks.samplers_olss --use-case transform --steps 4 --steps 8 --items 16

The teacher is DDIM with 100 steps on the FP32 model. OLSS is solved on inputs of the calibration
split; every sampler is then run on held-out inputs it was not solved on, from the teacher's noise.
Reported is the root mean square distance of the final latents to the teacher's (mean over inputs,
and relative to the latents' own spread), and the PSNR of the decoded pictures.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.inputs import load_input_set
from quad_studio.reference.components import ReferenceModel
from quad_studio.reference.runner import ReferenceRunner
from quad_studio.samplers import olss
from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.execute import run_plan
from quad_studio.samplers.plan import SamplerPlan
from quad_studio.samplers.registry import build_plan
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.prepare import Prepared, prepare, settle

DEMO = Path("resources/demo")
PEERS = ("ddim", "dpm++2m", "euler")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; with --must-win, return 1 where OLSS is not the nearest."""
    given = parse(arguments)
    import torch

    torch.set_num_threads(given.threads)
    frame = read_frame(given.model)
    adapters = {path.name: path for path in given.adapters.iterdir() if path.is_dir()}
    model = ReferenceModel(path=given.model, adapters=adapters)
    results = []
    started = time.perf_counter()
    with ReferenceRunner(model, given.cache) as reference:
        for use_case in given.use_case or ["text_to_image"]:
            results += compare(given, use_case, frame, reference)
    report = {
        "model": str(given.model),
        "teacher": f"ddim, {given.teacher_steps} steps, FP32",
        "items": given.items,
        "solved_on": given.solve_on,
        "seconds": time.perf_counter() - started,
        "results": results,
    }
    print(json.dumps(report, indent=1) if given.json else table(report))
    won = all(nearest(results, row) == "olss" for row in results)
    return 1 if given.must_win and not won else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=DEMO / "model")
    parser.add_argument("--adapters", type=Path, default=DEMO / "adapters")
    parser.add_argument("--inputs", type=Path, default=DEMO / "inputs")
    parser.add_argument("--use-case", action="append", help="default: text_to_image")
    parser.add_argument("--steps", type=int, action="append", help="default: 8")
    parser.add_argument("--items", type=int, default=8, help="held-out inputs")
    parser.add_argument("--solve-on", type=int, default=8, help="calibration inputs")
    parser.add_argument("--teacher-steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path("out/cache"))
    parser.add_argument("--must-win", action="store_true", help="fail if OLSS is not nearest")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def read_frame(model: Path) -> Frame:
    """Return the frame of a diffusers directory."""
    parts = {
        name: json.loads((model / name / "config.json").read_text("utf-8"))
        for name in ("unet", "vae", "text_encoder")
    }
    scheduler = json.loads((model / "scheduler" / "scheduler_config.json").read_text("utf-8"))
    latent = int(parts["unet"]["sample_size"])
    pixels = latent * 2 ** (len(parts["vae"]["block_out_channels"]) - 1)
    geometry = {
        "image_height": pixels,
        "image_width": pixels,
        "latent_channels": parts["unet"]["out_channels"],
        "latent_height": latent,
        "latent_width": latent,
        "unet_in_channels": parts["unet"]["in_channels"],
        "text_tokens": parts["text_encoder"]["max_position_embeddings"],
    }
    return Frame.of_geometry(geometry, scheduler, model / "tokenizer")


def compare(
    given: argparse.Namespace, use_case: str, frame: Frame, reference: ReferenceRunner
) -> list[dict[str, Any]]:
    """Return one row for each sampler and step count."""
    inputs = load_input_set(given.inputs / use_case / "inputs.jsonl", use_case=use_case)
    settings = replace(settle(use_case, frame), sampler="ddim")
    unseen = [prepare(settings, item, frame) for item in inputs.select(limit=given.items)]
    known = inputs.select("calibration", limit=given.solve_on)
    solving = [prepare(settings, item, frame) for item in known]
    teacher = plan_of("ddim", use_case, frame, given.teacher_steps)
    course = olss.record(teacher, reference.guided_model(solving), first_noise(solving))
    model, noise = reference.guided_model(unseen), first_noise(unseen)
    goal = final(teacher, model, noise)
    rows = []
    for steps in given.steps or [8]:
        solution = olss.solve(course, steps, model=reference.guided_model(solving))
        request = PlanRequest(use_case=use_case, num_steps=steps)
        plans = {name: plan_of(name, use_case, frame, steps) for name in PEERS}
        plans["olss"] = olss.to_plan(solution, request)
        for name, plan in plans.items():
            found = final(plan, reference.guided_model(unseen), noise)
            rows.append(row_of(use_case, name, steps, found, goal, reference, unseen))
    return rows


def plan_of(sampler: str, use_case: str, frame: Frame, steps: int) -> SamplerPlan:
    """Return a plan whose guidance and channels are left to the model function."""
    return build_plan(sampler, frame.scheduler, PlanRequest(use_case=use_case, num_steps=steps))


def first_noise(jobs: Sequence[Prepared]) -> Any:
    """Return (N, C, h, w)."""
    return np.concatenate([job.noise[:1] for job in jobs])


def final(plan: SamplerPlan, model: Callable[[Any, float], Any], noise: Any) -> Any:
    """Return the final latents of a plan."""
    return run_plan(plan, lambda x, t, _: model(x, t), noise[None], dtype=np.float32)


def row_of(
    use_case: str,
    sampler: str,
    steps: int,
    found: Any,
    goal: Any,
    reference: ReferenceRunner,
    jobs: Sequence[Prepared],
) -> dict[str, Any]:
    """Return the distances of one sampler's results."""
    each = np.sqrt(np.square(found - goal).mean(axis=(1, 2, 3)))
    pictures = [
        [jobs[0].finish(reference.decode(latents[None])).rgb for latents in side]
        for side in (found, goal)
    ]
    errors = [np.square(a - b).mean() for a, b in zip(*pictures, strict=True)]
    psnr = [10 * np.log10(1.0 / max(float(error), 1e-10)) for error in errors]
    return {
        "use_case": use_case,
        "sampler": sampler,
        "steps": steps,
        "distance": float(each.mean()),
        "relative": float(each.mean() / goal.std()),
        "psnr_db": float(np.mean(psnr)),
    }


def nearest(results: Sequence[dict[str, Any]], row: dict[str, Any]) -> str:
    """Return the sampler that is nearest to the teacher in the row's group."""
    group = [
        other
        for other in results
        if (other["use_case"], other["steps"]) == (row["use_case"], row["steps"])
    ]
    return str(min(group, key=lambda other: other["distance"])["sampler"])


def table(report: dict[str, Any]) -> str:
    """Return the report for a person."""
    lines = [
        f"{report['model']}: distance to {report['teacher']}; {report['items']} held-out inputs,"
        f" OLSS solved on {report['solved_on']} others",
        f"{'use case':<16} {'sampler':<8} {'steps':>5} {'distance':>9} {'relative':>9} {'PSNR':>8}",
    ]
    lines += [
        f"{row['use_case']:<16} {row['sampler']:<8} {row['steps']:>5} {row['distance']:>9.4f} "
        f"{row['relative']:>8.1%} {row['psnr_db']:>5.2f} dB"
        for row in report["results"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
