"""One row of a run: execute a planned request and write down all that belongs to its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from device.callbacks import CheckFn, ProgressFn
from quad_studio.errors import UsageProblem
from quad_studio.reference.store import ReferenceResult
from quad_studio.sessions.order import PlannedRow
from quad_studio.sessions.session import Answer, Session
from quad_studio.storage import replacing
from quad_studio.use_cases.prepare import Prepared
from quad_studio.use_cases.registry import find_use_case

if TYPE_CHECKING:
    from device.targets import Telemetry

SCHEMA = "quad-studio/row/1"
BAD_INPUT = "bad_input"
"""Error code of a row whose input does not suit its use case."""
_MEMORY = {
    "peak_ram_mb": "vm_hwm_kb",
    "rss_mb": "vm_rss_kb",
    "pss_mb": "pss_kb",
    "retained_mb": "retained_kb",
}
_REFUSALS = frozenset(
    {"bad_request", "adapter_mismatch", "unknown_adapter", "graph", "out_of_memory", "internal"}
)


@dataclass(frozen=True, kw_only=True)
class ExecutedRow:
    """A row with its pictures, not yet on disk.

    Attributes:
        row: As it will stand in results.jsonl.
        images: Pictures by path relative to the run folder; (H, W, 3|4) in [0, 1].
        latents: "z", "z_reference", "z_initial", as far as there are any.
    """

    row: dict[str, Any]
    images: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    latents: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def write(self, run_dir: Path, *, keep_latents: bool = True) -> None:
        """Write pictures and latents; a picture that rows share is written once.

        Sets the row's `latents` to the file's name.

        Raises:
            StageError: The disk is full or the folder cannot be written.
        """
        for name, picture in self.images.items():
            path = run_dir / name
            if not path.is_file():
                write_png(path, picture)
        if keep_latents and self.latents:
            name = f"latents/{self.row['key']}.npz"
            arrays: dict[str, Any] = dict(self.latents)
            with replacing(run_dir / name) as stream:
                np.savez(stream, **arrays)
            self.row["latents"] = name


def execute_task(
    session: Session,
    planned: PlannedRow,
    *,
    reference: ReferenceResult | None = None,
    telemetry: "Callable[[], Telemetry] | None" = None,
    progress: ProgressFn | None = None,
    check: CheckFn | None = None,
) -> ExecutedRow:
    """Run one planned row.

    A request that the runner refuses, or an input that does not suit, becomes a row of status
    "error": the session goes on. A device that is lost ends it.

    Raises:
        DeviceError: The device or the runner is gone; nothing is recorded for this row.
        Cancelled: `check` raised it.
    """
    from device.errors import RunnerError

    row = _frame_of_row(session, planned)
    try:
        prepared = session.prepare(planned.settings, planned.item)
        answer = session.ask(prepared, progress=progress, check=check)
    except UsageProblem as exc:
        return _failed(row, BAD_INPUT, str(exc))
    except RunnerError as exc:
        if exc.code not in _REFUSALS:
            raise
        return _failed(row, exc.code, exc.message)
    finally:
        session.finished_row(planned)
    row["telemetry"] = telemetry().to_json() if telemetry else {}
    row["finished_at"] = _now()
    _fill(row, session, answer)
    images = _images(row, answer, reference)
    return ExecutedRow(row=row, images=images, latents=_latents(answer, reference))


def _frame_of_row(session: Session, planned: PlannedRow) -> dict[str, Any]:
    """Return the part of a row that is known before it is run."""
    settings, item, target = planned.settings, planned.item, session.target
    hashes = {entry["name"]: entry["sha256"] for entry in session.bundle.adapters}
    return {
        "schema": SCHEMA,
        "key": planned.key(session.bundle, target.name),
        "index": planned.index,
        "target": target.name,
        "target_kind": target.kind,
        "provider": str(session.runner.hello.get("provider", "")),
        "label": target.label,
        "emulated": target.emulated,
        "graph_sha256": session.graph_sha256,
        "adapter": settings.adapter,
        "adapter_sha256": "+".join(hashes.get(name, "") for name, _ in settings.adapters),
        "adapters": [
            {"name": name, "strength": value, "sha256": hashes.get(name, "")}
            for name, value in settings.adapters
        ],
        "use_case": settings.use_case,
        "sampler": settings.sampler,
        "steps": settings.steps,
        "guidance": settings.guidance,
        "edit_strength": settings.edit_strength,
        "seed": item.seed,
        "strength": settings.strength,
        "input_id": item.id,
        "prompt": item.prompt,
        "source_prompt": item.source_prompt,
        "negative_prompt": item.negative_prompt,
        "split": item.split,
        "repeat": planned.repeat,
        "warmup": planned.warmup,
        "status": "ok",
        "error": None,
        "images": {},
        "latents": None,
        "timing_ms": {},
        "memory": {},
        "switch": {},
        "telemetry": {},
        "started_at": _now(),
        "finished_at": None,
    }


def _failed(row: dict[str, Any], code: str, message: str) -> ExecutedRow:
    """Return the row of a request that did not give an image."""
    row.update(status="error", error={"code": code, "message": message}, finished_at=_now())
    return ExecutedRow(row=row)


def _fill(row: dict[str, Any], session: Session, answer: Answer) -> None:
    """Put in what the runner measured, and hold its adapters against what was asked."""
    result, settings = answer.result, answer.prepared.settings
    timing = dict(result.timing_ms)
    kind = str(timing.pop("switch_kind", "none"))
    known = float(timing.get("end_to_end_ms", 0.0)) + float(timing.get("queue_ms", 0.0))
    timing["request_ms"] = answer.request_ms
    timing["transport_ms"] = max(0.0, answer.request_ms - known)
    timing["request_to_work_ms"] = request_to_work_ms(answer)
    row.update(
        provider=result.provider,
        label=_label(session.target.label, result.label),
        graph_sha256=result.graph_sha256 or row["graph_sha256"],
        timing_ms=timing,
        memory={name: _mb(result.memory.get(source)) for name, source in _MEMORY.items()},
        switch={
            "from": answer.switched_from,
            "to": settings.adapter,
            "kind": kind,
            "ms": float(timing.get("switch_ms", 0.0)),
        },
        output_sha256=answer.output_sha256,
        unet_calls=answer.prepared.plan.unet_calls,
        notes=list(answer.prepared.notes),
    )
    used = [(str(entry["name"]), str(entry.get("sha256", ""))) for entry in result.adapters]
    asked = [(entry["name"], entry["sha256"]) for entry in row["adapters"]]
    if used != asked:
        names = "+".join(name for name, _ in used) or "none"
        row["status"] = "error"
        row["error"] = {
            "code": "wrong_adapter",
            "message": f"asked for {settings.adapter}, the runner used {names} or another version"
            " of it; deploy the bundle again",
        }


def request_to_work_ms(answer: Answer) -> float | None:
    """Return how long a request was on its way before the runner worked on it, at most.

    The first step's report comes when the encoders, the switch and that step's U-Net calls are
    done; what the runner measured for these is taken off. What stays is the way there, waiting in
    the queue, and the report's way back: no clock of the device is needed.
    """
    timing = answer.result.timing_ms
    if answer.first_step_ms is None or not timing.get("unet_step_ms"):
        return None
    calls = 2 if answer.prepared.plan.steps[0].guidance != 1.0 else 1
    done = sum(float(ms) for ms in timing["unet_step_ms"][:calls])
    for phase in ("text_encoder_ms", "vae_encoder_ms", "switch_ms", "load_ms"):
        done += float(timing.get(phase, 0.0))
    return max(0.0, answer.first_step_ms - done)


def _label(target: str, run: str) -> str:
    """Return how a row is labelled: the target's label and how the runner ran it."""
    return f"{target} · {run}" if run and run not in target else target


def _mb(kilobytes: Any) -> float | None:
    """Return megabytes (10**6 bytes) of the kernel's kB (1024 bytes), or None."""
    return None if kilobytes is None else float(kilobytes) * 1024 / 1e6


def _images(
    row: dict[str, Any], answer: Answer, reference: ReferenceResult | None
) -> dict[str, NDArray[Any]]:
    """Name the row's pictures; those that do not depend on the target are shared by rows."""
    prepared = answer.prepared
    case = prepared.settings.use_case
    images: dict[str, NDArray[Any]] = {}
    names: dict[str, str | None] = dict.fromkeys(("reference", "candidate"))

    def add(kind: str, name: str, picture: NDArray[Any] | None) -> None:
        if picture is None:
            names[kind] = None
            return
        names[kind] = f"images/{kind}/{name}.png"
        images[f"images/{kind}/{name}.png"] = picture

    add("candidate", row["key"], answer.finished.rgb)
    if answer.finished.final is not answer.finished.rgb:
        add("candidate_final", row["key"], answer.finished.final)
    if reference is not None:
        finished = prepared.finish(reference.image)
        add("reference", reference.key[:32], finished.rgb)
        if finished.final is not finished.rgb:
            add("reference_final", reference.key[:32], finished.final)
        row["reference_key"] = reference.key
    for kind, picture in _inputs(prepared).items():
        add(kind, f"{case}-{prepared.item.id}", picture)
    row["images"] = names
    return images


def _inputs(prepared: Prepared) -> dict[str, NDArray[Any] | None]:
    """Return the pictures that went in; the input is what the use case starts from."""
    pictures = prepared.pictures
    source = find_use_case(prepared.settings.use_case).source
    mask = pictures.mask
    return {
        "input": None if source is None else getattr(pictures, source),
        "mask": None if mask is None else np.repeat(mask[..., None], 3, axis=-1),
        "sketch": pictures.sketch,
        "truth": pictures.truth,
    }


def _latents(answer: Answer, reference: ReferenceResult | None) -> dict[str, NDArray[np.float32]]:
    """Return the latents to keep."""
    found = {}
    if answer.result.latents is not None:
        found["z"] = np.asarray(answer.result.latents, np.float32)
    if reference is not None:
        found["z_reference"] = reference.latents
        found["z_initial"] = reference.initial_latents
    return found


def write_png(path: Path, picture: NDArray[Any]) -> None:
    """Write an 8-bit PNG, with transparency where there are four channels."""
    from PIL import Image

    from evaluation.images import to_bytes

    with replacing(path) as stream:
        Image.fromarray(to_bytes(picture)).save(stream, format="PNG")


def _now() -> str:
    """Return the time in UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
