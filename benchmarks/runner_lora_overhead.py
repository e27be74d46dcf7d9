"""What LoRA as an input costs a U-Net step, by rank, against the same graph without the branch.

    python -m benchmarks runner_lora_overhead
    python -m benchmarks.runner_lora_overhead --ranks 16 --repeats 3 --sd15 none      a smoke run

Measured: one call in the native runner of each form of the graph (the NPU's QDQ graph as it is;
exact; fast) with slots of each rank and with the branch taken out, in turns, on the demo's U-Net
and on one of SD 1.5's geometry, rank 16 (`python -m benchmarks quantization_sd15_size` writes it).
The runner uses `exact` and `fast` on a processor; `qdq` there runs operator by operator.

Counted: multiply-accumulates of the branch against those of the U-Net at SD 1.5's
geometry (64x64 latents, q, k, v and out of every attention). Times hold for this CPU only; on an
NPU the branch is two more small matrix products a layer.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import numpy as np

from benchmarks._lora_bundles import GRAPH, feeds_of, write_bundle
from benchmarks._record import Table, publish
from benchmarks._sd15 import ATTENTION, meta_unet
from benchmarks.runner_cpu_variants import open_variant
from device.targets import Variant

WORK = Path("out/benchmarks")
FORMS = get_args(Variant)
WANTED_PERCENT = 6.0
SD15_RANK = 16
# Of one form: processor milliseconds of each call, by rank (0: no branch).
Times = dict[int, list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, count and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--sd15", type=Path, default=WORK / "sd15" / "bundle")
    parser.add_argument("--ranks", default="4,8,16,32,64", help="of the demo's U-Net")
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--sd15-repeats", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    ranks, forms = [int(word) for word in given.ranks.split(",")], given.forms.split(",")
    if not set(forms) <= set(FORMS):
        parser.error(f"--forms: there are {', '.join(FORMS)}")
    if not (given.bundle / "bundle.json").is_file():
        parser.error(f"{given.bundle} is not there; run `make demo` first")
    tables, data = [], {}
    cases = [("demo", given.bundle, ranks, given.repeats)]
    if (given.sd15 / "bundle.json").is_file():
        cases.append(("SD 1.5's geometry", given.sd15, [SD15_RANK], given.sd15_repeats))
    for name, bundle, wanted, repeats in cases:
        times = measure(bundle, wanted, forms, repeats, given.threads)
        tables.append(table(name, times, given.threads))
        data[name] = times
    if len(cases) == 1:
        print(f"{given.sd15} is not there: SD 1.5's geometry is not measured", file=sys.stderr)
    publish([*tables, counted(ranks)], title="LoRA as an input", data={"cpu_ms": data})
    return 0


def measure(
    bundle: Path, ranks: Sequence[int], forms: Sequence[str], repeats: int, threads: int
) -> dict[str, Times]:
    """Call each form's graphs in turns; the first round warms up."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        bundles = {r: write_bundle(bundle, Path(folder) / f"rank{r}", r) for r in (0, *ranks)}
        feeds = {rank: feeds_of(written / GRAPH) for rank, written in bundles.items()}
        times: dict[str, Times] = {}
        for form in forms:
            with ExitStack() as stack:
                sessions = {}
                for rank, written in bundles.items():
                    sessions[rank] = open_variant(written, form, threads)
                    stack.callback(sessions[rank].close)
                found: Times = {rank: [] for rank in sessions}
                for turn in range(repeats + 1):
                    for rank, session in sessions.items():
                        frame = session.ask_graph("unet", feeds[rank])
                        if turn:
                            found[rank].append(frame.header["timing_ms"]["cpu_ms"])
            times[form] = found
    return times


def table(name: str, times: dict[str, Times], threads: int) -> Table:
    """Return the overhead by form and rank, and whether it is as small as wanted."""
    rows = []
    for form, found in times.items():
        without = found[0]
        for rank, values in found.items():
            least = 100 * (min(values) / min(without) - 1) if rank else None
            paired = np.subtract(np.divide(values, without), 1)
            middle = 100 * float(np.median(paired)) if rank else None
            rows.append([form, rank or "no LoRA", min(values), least, middle])
    repeats = len(next(iter(times.values()))[0])
    return Table(
        title=f"A step's overhead, {name}",
        columns=[
            "form",
            "rank",
            "least ms",
            "overhead, % (least)",
            "overhead, % (median of pairs)",
        ],
        rows=rows,
        notes=[
            f"{threads} thread(s), {repeats} rounds, processor time, which other work on the "
            "machine disturbs less than the clock; negative: within what rounds differ by",
            f"wanted: at most {WANTED_PERCENT:g} % at SD 1.5's geometry, rank {SD15_RANK}",
        ],
    )


def counted(ranks: Sequence[int]) -> Table:
    """Return the branch's share of the multiply-accumulates."""
    base, per_rank = sd15_macs()
    rows = [[r, base / 1e9, r * per_rank / 1e9, 100 * r * per_rank / base] for r in ranks]
    return Table(
        title="Multiply-accumulates at SD 1.5's geometry",
        columns=["rank", "U-Net G", "LoRA G", "share, %"],
        rows=rows,
    )


def sd15_macs() -> tuple[float, float]:
    """Return the U-Net's multiply-accumulates a call, and the branches' for each rank."""
    import torch

    counted = {"base": 0.0, "lora": 0.0}

    def count(name: str) -> Any:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            weight = module.weight
            if weight.ndim == 4:
                counted["base"] += output.numel() * weight[0].numel()
                return
            rows = output.numel() / weight.shape[0]
            counted["base"] += rows * weight.numel()
            if name.endswith(ATTENTION):
                counted["lora"] += rows * (weight.shape[0] + weight.shape[1])
            if name.endswith("to_q"):
                # Scores and their product with the values; the keys' length follows from to_k.
                keys = 77 if "attn2" in name else rows
                counted["base"] += 2 * rows * keys * weight.shape[0]

        return hook

    unet = meta_unet()
    with torch.device("meta"):
        for name, module in unet.named_modules():
            if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
                module.register_forward_hook(count(name))
        sample, text = torch.empty(1, 9, 64, 64), torch.empty(1, 77, 768)
        with torch.no_grad():
            unet(sample, torch.tensor([500.0]), text)
    return counted["base"], counted["lora"]


if __name__ == "__main__":
    sys.exit(main())
