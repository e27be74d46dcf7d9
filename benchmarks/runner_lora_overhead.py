"""What LoRA as an input costs a U-Net step, by rank, against the same graph without the branch.

    python -m benchmarks.runner_lora_overhead [--bundle out/demo/bundle] [--ranks 4,16,64]
    python -m benchmarks.runner_lora_overhead --graph UNET.onnx --ranks 16 --forms qdq --repeats 3

Measured: one call of the QDQ graph and of its CPU-fast form (no activation sites), with slots of
each rank and with the branch taken out, in turns, on ONNX Runtime's CPU provider. `--graph` takes
any exported U-Net; `benchmarks.quantization_sd15_size` writes one of SD 1.5's size
(its CPU-fast form takes 3.4 GB of memory a rank: leave it out there).

Counted: multiply-accumulates of the branch against those of the U-Net at SD 1.5's
geometry (64x64 latents, q, k, v and out of every attention). Times hold for this CPU only; on an
NPU the branch is two more small matrix products a layer.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks._sd15 import ATTENTION, meta_unet
from device.cpu_variants import write_variant
from device.merged_graphs import merge_adapter

WORK = Path("out/benchmarks")
FORMS = ("qdq", "fast")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, count and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--graph", type=Path, help="instead of the bundle's U-Net")
    parser.add_argument("--ranks", default="4,8,16,32,64")
    parser.add_argument("--forms", default=",".join(FORMS), help="of the graph: qdq, fast or both")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    ranks, forms = [int(word) for word in given.ranks.split(",")], given.forms.split(",")
    if not set(forms) <= set(FORMS):
        parser.error(f"--forms: there are {', '.join(FORMS)}")
    graph = given.graph or given.bundle / "graphs" / "unet.onnx"
    if not graph.is_file():
        parser.error(f"{graph} does not exist; run `make demo` first, or name one with --graph")
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        files = write_graphs(graph, Path(folder), ranks, forms)
        times = measure(files, given)
    print(f"{graph}, {given.threads} thread(s), least of {given.repeats} calls\n")
    print("| rank " + "".join(f"| {form} ms | overhead " for form in forms) + "|")
    print("|---" * (1 + 2 * len(forms)) + "|")
    for rank in (0, *ranks):
        cells = []
        for form in forms:
            ms, without = times[rank, form], times[0, form]
            cells += [f"{ms:.1f}", "-" if not rank else f"{100 * (ms / without - 1):+.1f} %"]
        print(f"| {rank or 'no LoRA'} | {' | '.join(cells)} |")
    print("\nmultiply-accumulates at SD 1.5's geometry\n")
    print("| rank | U-Net GMAC | LoRA GMAC | share |\n|---|---|---|---|")
    base, per_rank = sd15_macs()
    for rank in ranks:
        lora = rank * per_rank
        print(f"| {rank} | {base / 1e9:.1f} | {lora / 1e9:.2f} | {100 * lora / base:.2f} % |")
    return 0


def write_graphs(
    graph: Path, folder: Path, ranks: Sequence[int], forms: Sequence[str]
) -> dict[tuple[int, str], Path]:
    """Write the graph with slots of each rank, and without the branch (rank 0), in each form."""
    import onnx

    data = graph.with_name(f"{graph.name}.data")
    if data.is_file():
        shutil.copyfile(data, folder / data.name)  # onnx refuses files with two hard links
    files: dict[tuple[int, str], Path] = {}
    for rank in (0, *ranks):
        model = onnx.load(graph, load_external_data=rank == 0)
        if rank:
            set_rank(model, rank)
        else:
            codes, scales = empty_adapter(model)
            merge_adapter(model, codes, scales, "lora_alpha")
        path = folder / f"rank{rank}.onnx"
        onnx.save_model(
            model, path, save_as_external_data=rank == 0, location=f"{path.name}.data",
            size_threshold=1024,
        )  # fmt: skip
        for form in forms:
            files[rank, form] = path if form == "qdq" else write_variant(path, form).path
    return files


def set_rank(model: Any, rank: int) -> None:
    """Give the slots another rank: their inputs' shapes are the only place that says it."""
    for value in model.graph.input:
        dims = value.type.tensor_type.shape.dim
        if value.name.endswith(".lora_A.weight"):
            dims[1].dim_value = rank
        elif value.name.endswith(".lora_B.weight") or value.name == "lora_alpha":
            dims[0].dim_value = rank
    del model.graph.value_info[:]


def empty_adapter(model: Any) -> tuple[dict[str, Any], dict[str, float]]:
    """Return an adapter of zeros, so that merging only takes the branch out."""
    codes: dict[str, Any] = {"lora_alpha": np.zeros(1, np.float32)}
    for value in model.graph.input:
        if ".lora_" not in value.name:
            continue
        rows, columns = (dim.dim_value for dim in value.type.tensor_type.shape.dim)
        is_down = value.name.endswith(".lora_A.weight")
        codes[value.name] = np.zeros((rows, 1) if is_down else (1, columns), np.float32)
    return codes, {name: 1.0 for name in codes if name != "lora_alpha"}


def measure(
    files: dict[tuple[int, str], Path], given: argparse.Namespace
) -> dict[tuple[int, str], float]:
    """Return the least time of a call of each graph: what the machine does besides adds only."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    sessions = {}
    for key, path in files.items():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = given.threads
        if key[1] == "fast":
            options.add_session_config_entry("session.disable_quant_qdq", "1")
        session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        sessions[key] = (session, feeds_of(session))
    times: dict[tuple[int, str], list[float]] = {key: [] for key in sessions}
    for turn in range(given.repeats + 1):
        for key, (session, feeds) in sessions.items():
            started = perf_counter()
            session.run(None, feeds)
            if turn:
                times[key].append(1e3 * (perf_counter() - started))
    return {key: min(values) for key, values in times.items()}


def feeds_of(session: Any) -> dict[str, Any]:
    """Return random inputs of the graph's shapes."""
    rng = np.random.default_rng(0)
    kinds = {"tensor(float)": np.float32, "tensor(int16)": np.int16, "tensor(int8)": np.int8}
    feeds = {}
    for value in session.get_inputs():
        dtype = kinds[value.type]
        if dtype is np.float32:
            feeds[value.name] = rng.standard_normal(value.shape).astype(dtype)
        else:
            feeds[value.name] = rng.integers(-100, 100, value.shape).astype(dtype)
    return feeds


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
