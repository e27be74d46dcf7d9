"""One frozen profile for all adapters against encodings of their own: its cost, and what KD mends.

    python -m benchmarks.quantization_table
    python -m benchmarks.quantization_table --adapters transform sticker lcm --items 8

Every row is one adapter on held-out inputs against FP32 from the same noise, in the simulator
(which agrees with the exported graph to 50 dB or better). Profiles:

    per-adapter    encodings from the adapter's own calibration: the ceiling
    merged         one profile over the ranges of all adapters, no distillation
    anchor         one profile from the anchor over the inputs of all, no distillation
    QUAD           the anchor's profile, other adapters distilled to it
    unified + KD   the merged profile, all adapters distilled to it

Two sets of adapters: "as trained", and "different ranges", where lora_A of every adapter but the
anchor is multiplied by --gain and lora_B divided by it. That is mathematically the same adapter;
under a foreign profile it is not; distilling to the merged one is left out there. Each set is
judged with both readings of the paper's shared scale (`lora_encoding`, docs/adr/0005), the second
on the profiles of --compared.

Distillation is the build's own, shorter than a project's: --kd-steps on --kd-calls. "all adapters"
rows pool the images; KID is theirs alone, and left out of fewer images than an estimate of it can
rest on. Every image, and every step of a distillation, is kept under --work: a stopped run goes on.
Exit status 1 if QUAD is more than half a dB below the per-adapter ceiling anywhere.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._kept import Progress
from benchmarks._quantization import (
    Quality,
    decode,
    default_threads,
    heldout,
    kid_of,
    make_builder,
    matrices_hash,
    quality,
    regained,
    regained_statistics,
)
from benchmarks._quantization_report import ALL, BOUND_DB, Cell, Fit, gap, report, single
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.engine.fit_adapters import Fitted, lessons_for, load_fitted, save_fitted
from quad_studio.engine.spread_calls import borrowed_feeds
from quad_studio.quad.calibrate import CalibrateInput, calibrate
from quad_studio.quad.distill import DistillInput, DistillOptions, distill
from quad_studio.quad.evaluate import EvaluateInput, compare_latents, denoise
from quad_studio.quad.profile import Profile, ProfileInput, build_profile
from quad_studio.quad.statistics import Statistics
from quad_studio.storage import digest_of

COLUMNS = ("per-adapter", "merged", "anchor", "QUAD", "unified + KD")
DISTILLED = {"QUAD", "unified + KD"}
ENCODINGS = ("shared-with-base", "shared")
AS_TRAINED, DIFFERENT = "as trained", "different ranges"


@dataclass(frozen=True)
class Pictures:
    """Final latents and decoded images of one adapter under one profile."""

    latents: Any
    images: Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if QUAD is more than half a dB below the ceiling anywhere."""
    given = parse(arguments)
    import torch

    torch.set_num_threads(given.threads)
    bench = Bench(given)
    judged = [AdapterSet(bench, name, bench.adapters_of(name)) for name in given.sets]
    cells: list[Cell] = []
    for encoding in given.lora_encodings:  # the readings come last: they are the lesser question
        for one in judged:
            wanted = given.profiles if encoding == given.lora_encodings[0] else given.compared
            left_out = "" if one.name == AS_TRAINED else COLUMNS[-1]
            columns = [column for column in wanted if column != left_out]
            cells += one.cells(encoding, columns)
    fits = [fit for one in judged for fit in one.fits]
    report(
        cells,
        fits,
        anchor=bench.anchor,
        chosen=bench.chosen,
        rule=bench.rule,
        settings=vars(given),
    )
    return 0 if all(gap(cells, cell) < BOUND_DB for cell in single(cells, "QUAD")) else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/quantization"))
    parser.add_argument("--adapters", nargs="+", default=[], help="default: the project's, all")
    parser.add_argument(
        "--anchor",
        default="auto",
        help="an adapter; auto: the highest QSS, at a tie the tied one that covers the others best",
    )
    parser.add_argument("--items", type=int, default=8, help="held-out inputs an adapter")
    parser.add_argument("--steps", type=int, default=8, help="DDIM steps")
    parser.add_argument("--kd-steps", type=int, default=40)
    parser.add_argument("--kd-calls", type=int, default=12, help="that an adapter is distilled on")
    parser.add_argument("--gain", type=float, default=16.0)
    parser.add_argument(
        "--sets", nargs="+", default=[AS_TRAINED, DIFFERENT], choices=(AS_TRAINED, DIFFERENT)
    )
    parser.add_argument("--profiles", nargs="+", default=list(COLUMNS), choices=COLUMNS)
    parser.add_argument("--lora-encodings", nargs="+", default=list(ENCODINGS), choices=ENCODINGS)
    parser.add_argument(
        "--compared",
        nargs="+",
        default=["per-adapter", "anchor"],
        choices=COLUMNS,
        help="profiles that the second encoding is measured on; the first: those of --profiles",
    )
    parser.add_argument("--threads", type=int, default=default_threads())
    return parser.parse_args(arguments)


class Bench:
    """The project's model, its held-out inputs and what is kept of earlier runs."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.progress = given, Progress()
        self.builder = make_builder(given, self.progress, given.adapters)
        learned = replace(
            self.builder.project.distillation, calls=given.kd_calls, noised_per_item=1
        )
        self.builder.project = replace(self.builder.project, distillation=learned)
        scored = self.builder.sensitivity
        self.chosen = scored["anchor"]
        is_free = given.anchor == "auto"
        self.anchor = scored["single"] if is_free else given.anchor
        self.rule = scored["single_reason"] if is_free else "named on the command line"
        settings = {
            name: getattr(given, name) for name in ("items", "steps", "kd_steps", "kd_calls")
        }
        self.key = digest_of([self.builder.base_key, settings])[:16]
        names = [adapter.name for adapter in self.builder.adapters]
        self.items = {name: heldout(self.builder, name, given.items) for name in names}

    def adapters_of(self, set_name: str) -> tuple[AdapterWeights, ...]:
        """Return the adapters of a set."""
        return tuple(regained(a, self.gain_of(a.name, set_name)) for a in self.builder.adapters)

    def gain_of(self, adapter: str, set_name: str) -> float:
        """Return what multiplies an adapter's lora_A; the anchor keeps its ranges in both sets."""
        return self.given.gain if set_name == DIFFERENT and adapter != self.anchor else 1.0

    @cached_property
    def borrowed(self) -> Statistics:
        """Return what the anchor leaves at the sites on the inputs of the others."""
        builder = self.builder
        key = digest_of([builder.base_key, self.anchor])[:16]
        path = Path(self.given.work) / f"borrowed-{self.anchor}-{key}.npz"
        if not path.is_file():
            adapters = [a for a in builder.adapters if a.name == self.anchor]
            feeds = {self.anchor: borrowed_feeds(builder.feeds, self.anchor)}
            given = CalibrateInput(builder.program, adapters, feeds, histograms=False)
            calibrate(given, emit=self.progress).statistics.save(path)
        return Statistics.load(path)

    def path(self, name: str) -> Path:
        """Return a file of this run's settings."""
        return Path(self.given.work) / f"table-{self.key}-{name}"


class AdapterSet:
    """One set of adapters, judged profile by profile.

    Attributes:
        name: Of the set.
        fits: What distillation did, in the order of the columns.
    """

    def __init__(self, bench: Bench, name: str, adapters: Sequence[AdapterWeights]) -> None:
        self.name = name
        self._bench, self._adapters = bench, adapters
        self.fits: list[Fit] = []
        self._seen = cache(self._look_up)
        gains = {a.name: bench.gain_of(a.name, name) for a in adapters}
        self._statistics = regained_statistics(bench.builder.statistics, gains)
        self._widened = self._statistics.widened(bench.anchor, bench.borrowed)

    def cells(self, encoding: str, columns: Sequence[str]) -> list[Cell]:
        """Return the cells of one reading of the shared scale, adapter by adapter, then pooled."""
        found: list[Cell] = []
        for column in columns:
            pairs = []
            for adapter in self._adapters:
                theirs = self._pictures(adapter, None)
                profile = self._profile(column, adapter.name, encoding)
                weights = self._fitted(column, adapter, profile)
                ours = self._pictures(weights, profile)
                pairs.append((theirs.images, ours.images))
                where = {"set_name": self.name, "encoding": encoding, "column": column}
                found.append(Cell(**where, **self._measure(theirs, ours, adapter)))
            distance = kid_of(*(np.concatenate(side) for side in zip(*pairs, strict=True)))
            found.append(pooled(found[-len(self._adapters) :], distance))
        return found

    def _pictures(self, weights: AdapterWeights, profile: Profile | None) -> Pictures:
        """Return what an adapter paints, from disk where an earlier run or column left it."""
        bench, builder = self._bench, self._bench.builder
        print_of = profile.fingerprint if profile else "FP32"
        # moving scale between A and B changes nothing in FP32: one reference serves all sets
        values = matrices_hash(weights) if profile else ""
        path = bench.path(f"{weights.name}-{digest_of([print_of, values])[:16]}.npz")
        if not path.is_file():
            given = EvaluateInput(
                builder.program,
                profile.encodings if profile else None,
                weights,
                bench.items[weights.name],
                builder.loaded.scheduler,
                bench.given.steps,
            )
            latents = denoise(given, emit=bench.progress)
            images = decode(builder, latents)
            part = path.with_name(f"{path.stem}.part.npz")
            np.savez_compressed(part, latents=np.stack(latents), images=images)
            part.replace(path)
        return self._seen(path)

    @staticmethod
    def _look_up(path: Path) -> Pictures:
        with np.load(path) as stored:
            return Pictures(stored["latents"], stored["images"])

    def _profile(self, column: str, adapter: str, reading: str) -> Profile:
        is_anchored = column in ("anchor", "QUAD")
        anchors = {"per-adapter": adapter, "anchor": self._bench.anchor, "QUAD": self._bench.anchor}
        builder = self._bench.builder
        options = replace(builder.profile_options, lora_encoding=reading, range_estimator="minmax")
        given = ProfileInput(
            builder.program,
            self._widened if is_anchored else self._statistics,
            # by itself, an adapter has ranges of its own everywhere
            [a for a in self._adapters if column != "per-adapter" or a.name == adapter],
            anchors.get(column, "unified"),
            options,
        )
        return build_profile(given).profile

    def _fitted(self, column: str, adapter: AdapterWeights, profile: Profile) -> AdapterWeights:
        """Return the adapter as the column has it, distilled where it says so."""
        bench = self._bench
        if column not in DISTILLED or profile.anchor == adapter.name:
            return adapter
        key = digest_of([profile.fingerprint, matrices_hash(adapter)])[:16]
        path = bench.path(f"{adapter.name}-{key}.fitted.npz")
        if not path.is_file():
            save_fitted(self._distilled(adapter, profile, path.with_suffix(".checkpoint")), path)
        fitted = load_fitted(path, adapter)
        self.fits.append(Fit(self.name, column, adapter.name, **fitted.record))
        return fitted.adapter

    def _distilled(self, adapter: AdapterWeights, profile: Profile, checkpoint: Path) -> Fitted:
        builder, settings = self._bench.builder, self._bench.builder.project.distillation
        steps = self._bench.given.kd_steps
        options = DistillOptions(
            steps=steps,
            learning_rate=settings.learning_rate,
            batch_size=settings.batch_size,
            diffusion_weight=settings.diffusion_weight,
            evaluate_every=steps,
        )
        given = DistillInput(
            builder.program,
            profile,
            adapter,
            lessons_for(builder, adapter).feeds,
            self._statistics,
            options,
            checkpoint=checkpoint,
        )
        start = time.monotonic()
        out = distill(given, emit=self._bench.progress)
        record = {
            "before": out.loss_before,
            "rebalanced": out.loss_rebalanced,
            "after": out.loss_after,
            "seconds": time.monotonic() - start,
        }
        return Fitted(out.adapter, record)

    def _measure(
        self, theirs: Pictures, ours: Pictures, adapter: AdapterWeights
    ) -> Mapping[str, Any]:
        """Return the metrics of one adapter under one profile."""
        items = self._bench.items[adapter.name]
        latents = compare_latents(list(ours.latents), list(theirs.latents), items)
        images = quality(theirs.images, ours.images)
        return {
            "adapter": adapter.name,
            "inputs": len(items),
            "quality": images,
            "sim_dir": latents.sim_dir,
            "sim_image": latents.sim_image,
            "latent_sqnr_db": latents.sqnr_db,
        }


def pooled(cells: Sequence[Cell], distance: float | None) -> Cell:
    """Return the mean over adapters, with the KID of all their images together."""

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    names = ("psnr_db", "ssim", "lpips", "structure_distance")
    means = {name: mean([asdict(c.quality)[name] for c in cells]) for name in names}
    return replace(
        cells[0],
        adapter=ALL,
        inputs=sum(cell.inputs for cell in cells),
        quality=Quality(kid=distance, **means),
        sim_dir=mean([c.sim_dir for c in cells]),
        sim_image=mean([c.sim_image for c in cells]),
        latent_sqnr_db=mean([c.latent_sqnr_db for c in cells]),
    )


if __name__ == "__main__":
    raise SystemExit(main())
