"""One frozen profile for all adapters against encodings of their own: its cost, and what KD mends.

    python -m benchmarks.quantization_table
    python -m benchmarks.quantization_table --items 8 --kd-steps 300 --gain 16 --json table.json

Every row is one adapter on held-out inputs, from the same noise, in the simulator (which agrees
with the exported graph to 50 dB or better). Profiles:

    per-adapter    encodings from the adapter's own calibration: the ceiling
    merged         one profile over the ranges of all adapters, no distillation
    anchor         one profile from the anchor, no distillation
    QUAD           the anchor's profile, other adapters distilled to it
    unified + KD   the merged profile, all adapters distilled to it

Two sets of adapters: "as trained", and "different ranges", where lora_A of every second adapter is
multiplied by --gain and lora_B divided by it. That is mathematically the same adapter; under a
foreign profile it is not. Each set is judged with both readings of the paper's shared scale
(`lora_encoding`, docs/adr), on the profiles of --compared.

KID wants four images at least: below that it is left out. "all adapters" rows pool the images.
Every row, and every step of a distillation, is kept under --work: a stopped run goes on.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._kept import Kept, Progress
from evaluation.metrics.inception import features
from evaluation.metrics.kid import kid
from evaluation.metrics.lpips import lpips
from evaluation.metrics.psnr import psnr
from evaluation.metrics.ssim import ssim
from evaluation.metrics.structure_distance import structure_distance
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build import Builder, BuildRequest
from quad_studio.engine.fit_adapters import Fitted, load_fitted, save_fitted
from quad_studio.quad.calibrate import CalibrateInput, calibrate
from quad_studio.quad.distill import DistillInput, DistillOptions, distill
from quad_studio.quad.evaluate import EvaluateInput, compare_latents, denoise
from quad_studio.quad.profile import Profile, ProfileInput, build_profile
from quad_studio.quad.statistics import Statistics
from quad_studio.quad.trajectory import noised_feeds
from quad_studio.storage import digest_of

COLUMNS = ("per-adapter", "merged", "anchor", "QUAD", "unified + KD")
DISTILLED = {"QUAD", "unified + KD"}
ENCODINGS = ("shared-with-base", "shared")
LEAST_FOR_KID = 4
ALL = "all adapters"


@dataclass(frozen=True)
class Cell:
    """One adapter under one profile; means over its inputs."""

    set_name: str
    encoding: str
    adapter: str
    column: str
    inputs: int
    psnr_db: float
    ssim: float
    lpips: float
    kid: float | None
    sim_dir: float
    sim_image: float
    structure_distance: float
    latent_sqnr_db: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if QUAD is more than half a dB below the ceiling anywhere."""
    given = parse(arguments)
    import torch

    torch.set_num_threads(given.threads)
    bench = Bench(given)
    cells: list[Cell] = []
    for set_name in given.sets:
        gain = given.gain if set_name == "different ranges" else 1.0
        adapters = tuple(
            regained(a, gain if k % 2 else 1.0) for k, a in enumerate(bench.anchor_first())
        )
        judged = AdapterSet(bench, set_name, adapters)
        for encoding in given.lora_encodings:
            columns = COLUMNS if encoding == given.lora_encodings[0] else given.compared
            cells += judged.cells(encoding, columns)
    print(table(cells))
    print(verdict(cells, bench.anchor))
    if given.json:
        given.json.write_text(json.dumps([asdict(cell) for cell in cells], indent=1))
    return 0 if all(gap(cells, cell) < 0.5 for cell in single(cells, "QUAD")) else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/quantization"))
    parser.add_argument("--anchor", default="auto", help="an adapter; auto: the highest QSS")
    parser.add_argument("--items", type=int, default=8, help="held-out inputs an adapter")
    parser.add_argument("--steps", type=int, default=8, help="DDIM steps")
    parser.add_argument("--kd-steps", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--gain", type=float, default=16.0)
    parser.add_argument(
        "--sets", nargs="+", default=["as trained", "different ranges"], metavar="NAME"
    )
    parser.add_argument("--lora-encodings", nargs="+", default=list(ENCODINGS), choices=ENCODINGS)
    parser.add_argument(
        "--compared",
        nargs="+",
        default=["per-adapter", "anchor", "QUAD"],
        choices=COLUMNS,
        help="profiles that the second encoding is measured on; the first gets all",
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(arguments)


def regained(adapter: AdapterWeights, gain: float) -> AdapterWeights:
    """Return the same adapter with scale moved from lora_B to lora_A."""
    factor = np.float32(gain)
    modules = {m: (a * factor, b / factor) for m, (a, b) in adapter.modules.items()}
    return replace(adapter, modules=modules)


def make_builder(given: argparse.Namespace, emit: Callable[[Any], None]) -> Builder:
    """Return a builder of the project that keeps its stages under --work."""
    given.work.mkdir(parents=True, exist_ok=True)
    request = BuildRequest(project=load_project(given.project), output=given.work / "bundle")
    return Builder(request, given.work, emit=emit, cancel=CancelToken())


class Bench:
    """The project's model, its held-out inputs and what is kept of earlier runs."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.progress = given, Progress()
        self.builder = make_builder(given, self.progress)
        self.anchor = given.anchor
        if self.anchor == "auto":
            scores = self.builder.sensitivity["scores"]
            self.anchor = max(scores, key=lambda name: scores[name]["mean"])
        settings = {
            name: getattr(given, name)
            for name in ("items", "steps", "kd_steps", "learning_rate", "gain")
        }
        self.key = digest_of([self.builder.base_key, self.anchor, settings])[:16]
        self.kept = Kept(given.work / f"table-{self.key}.jsonl")
        self.items = {
            entry.name: heldout(self.builder, entry, given.items)
            for entry in self.builder.project.adapters
        }

    def anchor_first(self) -> list[AdapterWeights]:
        """Return the adapters with the anchor first, so that it keeps its ranges."""
        return sorted(self.builder.adapters, key=lambda adapter: adapter.name != self.anchor)

    def path(self, *names: str) -> Path:
        """Return a file of this run's settings."""
        stem = "-".join(name.replace(" ", "_").replace("+", "and") for name in names)
        return Path(self.given.work) / f"table-{self.key}-{stem}"


def heldout(builder: Any, entry: Any, count: int) -> list[Any]:
    """Return encoded inputs that calibration has not seen."""
    from quad_studio.engine.calibration_items import encode_items
    from quad_studio.inputs import load_input_set
    from quad_studio.use_cases.prepare import prepare, settle

    use_case = entry.calibration_use_case or entry.use_cases[0]
    settings = builder.project.use_case(use_case)
    frame = builder.frame
    chosen = settle(
        use_case, frame, adapter=entry.name, sampler="ddim", steps=8, guidance=settings.guidance
    )
    inputs = load_input_set(settings.inputs, use_case=use_case)
    picked = inputs.select(split="heldout", limit=count)
    prepared = [prepare(chosen, item, frame) for item in picked]
    return [encoded.item for encoded in encode_items(builder.loaded, prepared)]


class AdapterSet:
    """One set of adapters, judged profile by profile."""

    def __init__(self, bench: Bench, name: str, adapters: Sequence[AdapterWeights]) -> None:
        self._bench, self._name, self._adapters = bench, name, adapters
        self._statistics: Statistics | None = None

    @property
    def statistics(self) -> Statistics:
        """Return the ranges of these very adapters."""
        if self._statistics is None:
            path = self._bench.path(self._name, "statistics.npz")
            if not path.is_file():
                builder = self._bench.builder
                given = CalibrateInput(
                    builder.program, self._adapters, builder.feeds, histograms=False
                )
                calibrate(given, emit=self._bench.progress).statistics.save(path)
            self._statistics = Statistics.load(path)
        return self._statistics

    def cells(self, encoding: str, columns: Sequence[str]) -> list[Cell]:
        """Return the cells of one reading of the shared scale, adapter by adapter, then pooled."""
        found, pictures = [], {}
        for adapter in self._adapters:
            reference = self._pictures("FP32", "FP32", adapter, None)
            for column in columns:
                key = "/".join((self._name, encoding, adapter.name, column))
                seen = self._pictures(encoding, column, adapter, encoding)
                pictures.setdefault(column, []).append((reference["images"], seen["images"]))
                values = self._bench.kept.get(
                    key, lambda r=reference, s=seen, a=adapter: self._measure(r, s, a)
                )
                found.append(Cell(set_name=self._name, encoding=encoding, column=column, **values))
        for column, pairs in pictures.items():
            mine = [cell for cell in found if cell.column == column]
            distance = self._bench.kept.get(
                "/".join((self._name, encoding, ALL, column)),
                lambda p=pairs: kid_of(*(np.concatenate(side) for side in zip(*p, strict=True))),
            )
            found.append(pooled(mine, distance))
        return found

    def _pictures(
        self, encoding: str, column: str, adapter: AdapterWeights, reading: str | None
    ) -> Mapping[str, Any]:
        """Return final latents and decoded images, from disk where an earlier run left them."""
        path = self._bench.path(self._name, encoding, column, f"{adapter.name}.npz")
        if not path.is_file():
            encodings, weights = None, adapter
            if reading is not None:
                profile = self._profile(column, adapter.name, reading)
                encodings = profile.encodings
                weights = self._fitted(column, adapter, profile, reading)
            builder, given = self._bench.builder, self._bench.given
            items = self._bench.items[adapter.name]
            self._bench.progress.say(f"{self._name}, {encoding}: {adapter.name}, {column}")
            latents = denoise(
                EvaluateInput(
                    builder.program,
                    encodings,
                    weights,
                    items,
                    builder.loaded.scheduler,
                    given.steps,
                ),
                emit=self._bench.progress,
            )
            images = decode(builder, latents)
            part = path.with_name(f"{path.stem}.part.npz")
            np.savez_compressed(part, latents=np.concatenate(latents), images=images)
            part.replace(path)
        with np.load(path) as stored:
            return {"latents": stored["latents"], "images": stored["images"]}

    def _profile(self, column: str, adapter: str, reading: str) -> Profile:
        anchor = {"per-adapter": adapter, "anchor": self._bench.anchor, "QUAD": self._bench.anchor}
        options = replace(
            self._bench.builder.profile_options, lora_encoding=reading, range_estimator="minmax"
        )
        given = ProfileInput(
            self._bench.builder.program,
            self.statistics,
            self._adapters,
            anchor.get(column, "unified"),
            options,
        )
        return build_profile(given).profile

    def _fitted(
        self, column: str, adapter: AdapterWeights, profile: Profile, reading: str
    ) -> AdapterWeights:
        """Return the adapter as the column has it, distilled where it says so."""
        bench, given = self._bench, self._bench.given
        if column not in DISTILLED or profile.anchor == adapter.name:
            return adapter
        path = bench.path(self._name, reading, column, f"{adapter.name}.fitted.npz")
        if path.is_file():
            return load_fitted(path, adapter).adapter
        builder = bench.builder
        own = [encoded.item for encoded in builder.encoded[adapter.name]]
        extra = noised_feeds(
            own, builder.final_latents[adapter.name], builder.loaded.scheduler, per_item=4
        )
        options = DistillOptions(
            steps=given.kd_steps,
            learning_rate=given.learning_rate,
            evaluate_every=max(1, given.kd_steps // 2),
        )
        out = distill(
            DistillInput(
                builder.program,
                profile,
                adapter,
                [*builder.feeds[adapter.name], *extra],
                self.statistics,
                options,
                checkpoint=path.with_suffix(".checkpoint"),
            ),
            emit=bench.progress,
        )
        bench.progress.say(
            f"{adapter.name}: relative error {out.loss_before:.2e}, rebalanced "
            f"{out.loss_rebalanced:.2e}, distilled {out.loss_after:.2e}"
        )
        save_fitted(Fitted(out.adapter), path)
        return out.adapter

    def _measure(
        self, reference: Mapping[str, Any], seen: Mapping[str, Any], adapter: AdapterWeights
    ) -> dict[str, Any]:
        """Return the metrics of one adapter under one profile."""
        items = self._bench.items[adapter.name]
        theirs, ours = reference["images"], seen["images"]
        latents = compare_latents(
            [z[None] for z in seen["latents"]], [z[None] for z in reference["latents"]], items
        )
        return {
            "adapter": adapter.name,
            "inputs": len(items),
            "psnr_db": float(psnr(theirs, ours, data_range=1.0).mean()),
            "ssim": float(ssim(theirs, ours, data_range=1.0).mean()),
            "lpips": float(np.mean(lpips(theirs, ours))),
            "kid": kid_of(theirs, ours),
            "sim_dir": latents.sim_dir,
            "sim_image": latents.sim_image,
            "structure_distance": float(structure_distance(theirs, ours).mean()),
            "latent_sqnr_db": latents.sqnr_db,
        }


def kid_of(theirs: Any, ours: Any) -> float | None:
    """Return the kernel Inception distance, or None of too few images."""
    if len(theirs) < LEAST_FOR_KID:
        return None
    return kid(features(theirs), features(ours)).value


def pooled(cells: Sequence[Cell], distance: float | None) -> Cell:
    """Return the mean over adapters, with the KID of all their images together."""
    names = ("psnr_db", "ssim", "lpips", "sim_dir", "sim_image", "structure_distance")
    means = {name: float(np.mean([getattr(c, name) for c in cells])) for name in names}
    return replace(
        cells[0],
        adapter=ALL,
        inputs=sum(cell.inputs for cell in cells),
        kid=distance,
        latent_sqnr_db=float(np.mean([c.latent_sqnr_db for c in cells])),
        **means,
    )


def decode(builder: Any, latents: Sequence[Any]) -> Any:
    """Return (N, H, W, 3) images in [0, 1], by the FP32 decoder."""
    import torch

    vae = builder.loaded.vae
    with torch.no_grad():
        images = [
            vae.decode(torch.from_numpy(z) / vae.config.scaling_factor).sample for z in latents
        ]
    stacked = (torch.cat(images) / 2 + 0.5).clamp(0, 1)
    return stacked.permute(0, 2, 3, 1).contiguous().numpy().astype(np.float32)


def single(cells: Sequence[Cell], column: str) -> list[Cell]:
    """Return the cells of one profile, adapter by adapter."""
    return [c for c in cells if c.column == column and c.adapter != ALL]


def gap(cells: Sequence[Cell], cell: Cell) -> float:
    """Return by how many dB `cell` is below its adapter's ceiling."""
    where = (cell.set_name, cell.encoding, cell.adapter, "per-adapter")
    ceiling = next(
        c.psnr_db for c in cells if (c.set_name, c.encoding, c.adapter, c.column) == where
    )
    return ceiling - cell.psnr_db


def table(cells: Sequence[Cell]) -> str:
    """Return a Markdown table, one row a cell."""
    head = (
        "adapters | LoRA scale | adapter | profile | n | PSNR dB | SSIM | LPIPS | KID x1000 | "
        "sim_dir | sim_image | structure x1000 | SQNR dB"
    )
    rows = [
        f"| {c.set_name} | {c.encoding} | {c.adapter} | {c.column} | {c.inputs} | "
        f"{c.psnr_db:.2f} | {c.ssim:.4f} | {c.lpips:.4f} | "
        f"{'-' if c.kid is None else f'{1000 * c.kid:.3f}'} | {c.sim_dir:.4f} | "
        f"{c.sim_image:.4f} | {1000 * c.structure_distance:.4f} | {c.latent_sqnr_db:.1f} |"
        for c in cells
    ]
    return "\n".join([f"| {head} |", "|" + "---|" * 13, *rows])


def verdict(cells: Sequence[Cell], anchor: str) -> str:
    """Say how far QUAD is from the ceiling, what KD mends, and which reading is the better."""
    lines = [f"\nAnchor: {anchor}."]
    for set_name, encoding in dict.fromkeys((c.set_name, c.encoding) for c in cells):
        mine = [c for c in cells if (c.set_name, c.encoding) == (set_name, encoding)]
        worst = {
            column: max((gap(cells, c) for c in single(mine, column)), default=float("nan"))
            for column in ("anchor", "QUAD")
        }
        lines.append(
            f"{set_name}, {encoding}: below the per-adapter ceiling by at most "
            f"{worst['anchor']:.2f} dB without KD and {worst['QUAD']:.2f} dB with it (QUAD)."
        )
    for set_name in dict.fromkeys(c.set_name for c in cells):
        means = {
            c.encoding: c.psnr_db
            for c in cells
            if (c.set_name, c.adapter, c.column) == (set_name, ALL, "QUAD")
        }
        if len(means) > 1:
            best = max(means, key=lambda name: means[name])
            told = ", ".join(f"{name} {value:.2f} dB" for name, value in means.items())
            lines.append(f"{set_name}: better LoRA scale under QUAD: {best} ({told}).")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
