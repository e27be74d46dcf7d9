"""A small but complete run folder (contracts: "A run on disk"), made of synthetic pictures.

    write_run_folder(tmp_path / "run")                       two use cases x host and virtual phone
    write_run_folder(tmp_path / "worse", noise=0.08, slow=1.2)   a planted regression

Everything comes from the seed: two calls with equal arguments write equal bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

CREATED_AT = "2026-01-02T03:04:05+00:00"
GRAPH_SHA256 = hashlib.sha256(b"unet").hexdigest()
ADAPTER_MB = {"object_removal": 1.31, "transform": 1.27, "sticker": 1.2, "sketch": 1.25}
ADAPTER_OF = {"object_removal": "object_removal", "transform": "transform", "sticker": "sticker"}
PROMPTS = {
    "object_removal": "",
    "transform": "in noto style",
    "sticker": 'a <b>"fox"</b> & friends',  # every report has to escape it
}
SAMPLER = {"object_removal": ("ddim", 8), "transform": ("euler", 8), "sticker": ("lcm", 4)}


@dataclass(frozen=True)
class FakeRun:
    """What the folder shall hold."""

    targets: Sequence[str] = ("host", "virtual:s25-qualcomm")
    use_cases: Sequence[str] = ("object_removal", "transform")
    inputs: int = 4
    repeats: int = 2
    size: int = 64
    noise: float = 0.015
    slow: float = 1.0
    seed: int = 7
    failed_rows: int = 0
    name: str = "demo run"
    latents: bool = True
    hot: bool = False


def write_run_folder(root: Path, *, scored: bool = False, **settings: Any) -> Path:
    """Write the folder and return it.

    Args:
        root: The run folder; made if missing.
        scored: Also write scores.jsonl (PSNR and SSIM) and summary.json with evaluation's own code.
        settings: Fields of FakeRun.
    """
    run = FakeRun(**settings)
    root.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(run)
    _write_json(root / "manifest.json", manifest)
    rows = list(_rows(run, root))
    lines = [json.dumps(row, sort_keys=True) for row in rows]
    (root / "results.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if scored:
        _score(root, manifest, rows)
    return root


def read_rows(root: Path) -> list[dict[str, Any]]:
    """Return the rows of results.jsonl."""
    text = (root / "results.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _score(root: Path, manifest: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    from evaluation.score import score_rows
    from evaluation.summary import summarize

    scores = score_rows(rows, root, ["psnr_db", "ssim"])
    lines = [json.dumps(score, sort_keys=True) for score in scores]
    (root / "scores.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _write_json(root / "summary.json", summarize(manifest, rows, scores, None, None))


def _manifest(run: FakeRun) -> dict[str, Any]:
    return {
        "schema": "quad-studio/run/1",
        "run_id": hashlib.sha256(repr(run).encode()).hexdigest()[:16],
        "name": run.name,
        "created_at": CREATED_AT,
        "project": {"name": "fake"},
        "plan": {
            "plan": {"name": "fake"},
            "tasks": [{"use_case": use_case} for use_case in run.use_cases],
            "run": {"targets": list(run.targets), "repeats": run.repeats, "warmup": 1},
        },
        "bundle": {
            "path": "../bundle",
            "name": "demo",
            "fingerprint": hashlib.sha256(b"profile").hexdigest(),
            "graph_sha256": GRAPH_SHA256,
            "parameters_unet": 4_012_345,
            "quantization": {
                "weights": "int8-per-channel",
                "activations": "uint16",
                "lora": "int16",
                "int8_activation_fraction": 0.0,
            },
            "rom": {
                "foundation_bytes": 7_654_321,
                "adapters": {name: int(mb * 1e6) for name, mb in ADAPTER_MB.items()},
            },
        },
        "targets": [_target(name) for name in run.targets],
        "target_kpis": {
            name: {"init_ms": 412.5 * run.slow + 40 * at, "nodes_off_npu": None if at == 0 else 3}
            for at, name in enumerate(run.targets)
        },
        "versions": {"quad_studio": "0.1.0", "torch": "2.13.0", "onnxruntime": "1.31.1"},
        "host": {"cpu": "a fake CPU", "cpu_count": 2, "memory_mb": 8192, "os": "Linux"},
        "reference": {"engine": "diffusers", "precision": "float32", "device": "cpu"},
        "tags": ["fake"],
    }


def _target(name: str) -> dict[str, Any]:
    virtual = name.startswith("virtual:")
    return {
        "name": name,
        "kind": "virtual" if virtual else "host",
        "label": "virtual phone: Galaxy S25 (Qualcomm)" if virtual else "host CPU",
        "soc": "SM8750" if virtual else None,
        "model": "SM-S931B" if virtual else None,
        "os_build": "15" if virtual else "Linux",
        "abi": "x86_64",
        "cpu_count": 2,
        "memory_mb": 8192,
        "providers": ["cpu"],
        "emulated": virtual,
        "note": "a process on this host that imitates a phone" if virtual else "",
    }


def _rows(run: FakeRun, root: Path) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(run.seed)
    index, failures, previous = 0, run.failed_rows, None
    for target in run.targets:
        for use_case in run.use_cases:
            adapter = ADAPTER_OF[use_case]
            kind = "warm" if previous == adapter else "cold"
            for at in range(run.inputs):
                files = _write_images(run, root, target, use_case, at)
                for repeat in range(-1 if at == 0 else 0, run.repeats):
                    row = _row(run, rng, target, use_case, at, max(repeat, 0), files)
                    row |= {"index": index, "warmup": repeat < 0}
                    row["key"] = hashlib.sha256(f"{target}{use_case}{at}{repeat}".encode())
                    row["key"] = row["key"].hexdigest()[:32]
                    first = repeat == (-1 if at == 0 else 0) and at == 0
                    row["switch"] = {
                        "from": previous if first else adapter,
                        "to": adapter,
                        "kind": kind if first else "none",
                        "ms": round(9.5 * run.slow, 3) if first else 0.0,
                    }
                    if run.latents:
                        row["latents"] = _write_latents(run, root, str(row["key"]))
                    if failures and repeat == run.repeats - 1:
                        failures -= 1
                        row |= _failed()
                    index += 1
                    yield row
            previous = adapter


def _failed() -> dict[str, Any]:
    error = {"code": "out_of_memory", "message": "the runner was killed by the system"}
    return {"status": "error", "error": error, "timing_ms": {}, "latents": None}


def _row(
    run: FakeRun,
    rng: np.random.Generator,
    target: str,
    use_case: str,
    at: int,
    repeat: int,
    files: dict[str, str | None],
) -> dict[str, Any]:
    virtual = target.startswith("virtual:")
    sampler, steps = SAMPLER[use_case]
    adapter = ADAPTER_OF[use_case]
    sha = hashlib.sha256(adapter.encode()).hexdigest()
    return {
        "schema": "quad-studio/row/1",
        "target": target,
        "target_kind": "virtual" if virtual else "host",
        "provider": "cpu",
        "label": "virtual phone (CPU, emulated)" if virtual else "host (CPU)",
        "emulated": virtual,
        "graph_sha256": GRAPH_SHA256,
        "adapter": adapter,
        "adapter_sha256": sha,
        "adapters": [{"name": adapter, "strength": 1.0, "sha256": sha}],
        "use_case": use_case,
        "sampler": sampler,
        "steps": steps,
        "guidance": 1.0,
        "seed": at,
        "strength": 1.0,
        "input_id": f"{use_case[:2]}-{at:04d}",
        "prompt": PROMPTS[use_case],
        "split": "heldout",
        "repeat": repeat,
        "status": "ok",
        "error": None,
        "images": files,
        "latents": None,
        "timing_ms": _timing(run, rng, steps, virtual),
        "memory": {"peak_ram_mb": 211.5, "rss_mb": 180.25, "pss_mb": 171.0, "retained_mb": 0.25},
        "telemetry": {
            "thermal_status": 3 if run.hot else 0,
            "temperature_celsius": 46.5 if run.hot else 31.0,
            "battery_percent": 80,
            "charging": True,
        },
        "started_at": CREATED_AT,
        "finished_at": CREATED_AT,
    }


def _timing(run: FakeRun, rng: np.random.Generator, steps: int, virtual: bool) -> dict[str, Any]:
    scale = run.slow * (1.15 if virtual else 1.0)

    def draw(mean: float) -> float:
        return round(float(mean * scale * rng.normal(1.0, 0.01)), 3)

    calls = [draw(43.0) for _ in range(steps)]
    encoder, decoder, text = draw(18.0), draw(31.0), draw(4.0)
    denoise = round(sum(calls) + 0.4 * steps, 3)
    return {
        "text_encoder_ms": text,
        "vae_encoder_ms": encoder,
        "unet_step_ms": calls,
        "vae_decoder_ms": decoder,
        "denoise_ms": denoise,
        "end_to_end_ms": round(text + encoder + denoise + decoder, 3),
        "loop_overhead_ms": round(0.4 * steps, 3),
        "queue_ms": 0.1,
    }


def _write_images(
    run: FakeRun, root: Path, target: str, use_case: str, at: int
) -> dict[str, str | None]:
    truth, scene, mask = _scene(run, use_case, at)
    seed = int.from_bytes(hashlib.sha256(f"{run.seed}{use_case}{at}".encode()).digest()[:4])
    rng = np.random.default_rng(seed + (1 if target.startswith("virtual:") else 0))
    reference = np.asarray(truth, np.float64) / 255
    reference = np.clip(
        reference + np.random.default_rng(seed).normal(0, 0.004, reference.shape), 0, 1
    )
    candidate = np.clip(reference + rng.normal(0, run.noise, reference.shape), 0, 1)
    stem, safe = f"{use_case[:2]}-{at:04d}", target.replace(":", "-")
    pictures: dict[str, tuple[str, Image.Image]] = {
        "reference": (f"images/reference/{stem}.png", _image(reference)),
        "candidate": (f"images/candidate/{safe}/{stem}.png", _image(candidate)),
        "input": (f"images/input/{stem}.png", scene),
        "truth": (f"images/truth/{stem}.png", truth),
        "mask": (f"images/mask/{stem}.png", mask),
    }
    files: dict[str, str | None] = {"sketch": None}
    for kind, (name, picture) in pictures.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(root / name)
        files[kind] = name
    if use_case != "object_removal":
        files["mask"] = None
    return files


def _scene(run: FakeRun, use_case: str, at: int) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return a smooth scene, the scene with an object in it, and the object's mask."""
    rng = np.random.default_rng([run.seed, at, len(use_case)])
    low = Image.fromarray(rng.integers(40, 216, (6, 6, 3), dtype=np.uint8))
    scene = low.resize((run.size, run.size), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(scene)
    for _ in range(4):
        x, y, radius = rng.integers(0, run.size, 3)
        radius = 3 + radius // 5
        fill = tuple(int(value) for value in rng.integers(30, 240, 3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    scene = scene.filter(ImageFilter.GaussianBlur(0.6))
    with_object, mask = scene.copy(), Image.new("L", scene.size, 0)
    third = run.size // 3
    box = (third, third, 2 * third, 2 * third)
    ImageDraw.Draw(with_object).rectangle(box, fill=(230, 60, 50))
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return scene, with_object, mask


def _write_latents(run: FakeRun, root: Path, key: str) -> str:
    rng = np.random.default_rng(int(key[:8], 16))
    initial = rng.normal(size=(1, 4, 8, 8)).astype(np.float32)
    reference = rng.normal(size=initial.shape).astype(np.float32)
    error = rng.normal(0, 4 * run.noise, initial.shape).astype(np.float32)
    name = f"latents/{key}.npz"
    (root / "latents").mkdir(exist_ok=True)
    np.savez(root / name, z=reference + error, z_reference=reference, z_initial=initial)
    return name


def _image(values: np.ndarray[Any, Any]) -> Image.Image:
    return Image.fromarray((values * 255 + 0.5).astype(np.uint8))


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
