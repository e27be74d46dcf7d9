"""The usual way, to compare with: one U-Net for each task, its LoRA merged into the weights.

Each adapted layer's INT8 weight becomes `W + B alpha A`, quantized again per output channel; the
LoRA branch and its inputs go. The activation sites stay, so both ways differ in the LoRA alone.
Weights that no LoRA touches are written again too: a graph compiled for itself shares nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from device.errors import RunnerBundleError

if TYPE_CHECKING:
    import onnx

BRANCH = ".lora_up:matmul"
EXTERNAL_FROM_BYTES = 1024
Adapter = Mapping[str, NDArray[Any]]


def add_merged_graphs(bundle: Path, names: Sequence[str]) -> dict[str, int]:
    """Write `graphs/unet.<name>.onnx` for each adapter and list it as component `unet:<name>`.

    Returns:
        Bytes of each graph with its weights.

    Raises:
        RunnerBundleError: Not a bundle, no such adapter, or a graph of another form.
    """
    path = bundle / "bundle.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        component = manifest["components"]["unet"]
        files = {entry["name"]: bundle / entry["file"] for entry in manifest["adapters"]}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise RunnerBundleError(f"{path}: not a bundle's manifest ({exc})") from exc
    sizes = {}
    for name in names:
        if name not in files:
            raise RunnerBundleError(f"{path}: no adapter {name!r}; it has {', '.join(files)}")
        written = _write_merged(bundle / component["graph"], files[name], name, manifest)
        for file in written:
            relative = file.relative_to(bundle).as_posix()
            manifest["files"][relative] = _file_entry(file)
        sizes[name] = sum(file.stat().st_size for file in written)
        graph = written[0].relative_to(bundle).as_posix()
        manifest["components"][f"unet:{name}"] = {**component, "graph": graph, "variants": {}}
    part = path.with_suffix(".json.part")
    part.write_text(json.dumps(manifest, indent=1), "utf-8")
    part.replace(path)
    return sizes


def _write_merged(
    graph: Path, adapter: Path, name: str, manifest: Mapping[str, Any]
) -> tuple[Path, Path]:
    """Write one merged graph and its weights; return both files."""
    import onnx
    import onnxruntime

    try:
        model = onnx.load(graph)
        content = onnxruntime.AdapterFormat.read_adapter(str(adapter)).get_parameters()
        codes = {key: np.array(value.numpy()) for key, value in content.items()}
    except Exception as exc:  # noqa: BLE001 -- protobuf and ONNX Runtime raise their own types
        raise RunnerBundleError(f"{graph}, {adapter}: cannot be read ({exc})") from exc
    scales = {slot["name"]: float(slot.get("scale") or 1.0) for slot in manifest["slots"]}
    merge_adapter(model, codes, scales, manifest["lora_alpha"]["input"])
    path = graph.with_name(f"unet.{name}.onnx")
    data = path.with_name(f"{path.name}.data")
    data.unlink(missing_ok=True)  # onnx appends
    onnx.save_model(
        model, path, save_as_external_data=True, location=data.name,
        size_threshold=EXTERNAL_FROM_BYTES,
    )  # fmt: skip
    return path, data


def merge_adapter(
    model: "onnx.ModelProto", codes: Adapter, scales: Mapping[str, float], alpha: str
) -> int:
    """Merge an adapter into a QDQ U-Net, in place; return how many layers it touched.

    Args:
        model: With its weights in memory.
        codes: Slot tensors and `lora_alpha`, as in the .onnx_adapter file.
        scales: Value of one code, by slot.
        alpha: Name of the strength input.

    Raises:
        RunnerBundleError: The graph is not of the form that QUAD Studio exports.
    """
    graph = model.graph
    producer = {output: node for node in graph.node for output in node.output}
    constants = {constant.name: constant for constant in graph.initializer}
    bypass: dict[str, str] = {}
    for node in graph.node:
        branch = [i for i, name in enumerate(node.input) if f"{BRANCH}_" in name]
        if node.op_type != "Add" or not branch:
            continue
        module = node.input[branch[0]].partition(BRANCH)[0]
        base = node.input[1 - branch[0]]
        down = codes[f"{module}.lora_A.weight"] * scales[f"{module}.lora_A.weight"]
        up = codes[f"{module}.lora_B.weight"] * scales[f"{module}.lora_B.weight"]
        change = ((down * codes[alpha]) @ up).T.astype(np.float32)
        _requantize(_weight_of(producer, base, module), constants, change)
        bypass[node.output[0]] = base
    if not bypass:
        raise RunnerBundleError("the graph has no LoRA branch to merge into")
    for node in graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = bypass.get(name, name)
    _drop_unused(model)
    slots = {*scales, alpha}
    inputs = [value for value in graph.input if value.name not in slots]
    del graph.input[:]
    graph.input.extend(inputs)
    return len(bypass)


def _weight_of(
    producer: Mapping[str, "onnx.NodeProto"], tensor: str, module: str
) -> "onnx.NodeProto":
    """Return the DequantizeLinear of the base layer's weight."""
    node = producer.get(tensor)
    while node is not None and node.op_type not in ("Conv", "MatMul"):
        node = producer.get(node.input[0])
    found = None if node is None else producer.get(node.input[1])
    if found is None or found.op_type != "DequantizeLinear":
        raise RunnerBundleError(f"{module}: no quantized base weight beside its LoRA branch")
    return found


def _requantize(
    node: "onnx.NodeProto", constants: Mapping[str, "onnx.TensorProto"], change: NDArray[np.float32]
) -> None:
    """Add `change` [out, in] to an INT8 weight and quantize it per output channel again."""
    from onnx import numpy_helper

    weight, scale = constants[node.input[0]], constants[node.input[1]]
    codes = numpy_helper.to_array(weight)
    steps = numpy_helper.to_array(scale)
    is_matmul = codes.ndim == 2  # [in, out]; a convolution's is [out, in, 1, 1]
    axis = 1 if is_matmul else 0
    along = [-1 if index == axis else 1 for index in range(codes.ndim)]
    merged = codes.astype(np.float32) * steps.reshape(along)
    merged += change.T if is_matmul else change.reshape(codes.shape)
    others = tuple(index for index in range(codes.ndim) if index != axis)
    new_steps = np.maximum(np.abs(merged).max(axis=others) / 127, 1e-12).astype(np.float32)
    rounded = np.clip(np.rint(merged / new_steps.reshape(along)), -127, 127).astype(np.int8)
    weight.CopyFrom(numpy_helper.from_array(rounded, weight.name))
    scale.CopyFrom(numpy_helper.from_array(new_steps.reshape(steps.shape), scale.name))


def _drop_unused(model: "onnx.ModelProto") -> None:
    """Remove nodes and constants that nothing reads."""
    graph = model.graph
    needed = {output.name for output in graph.output}
    kept: list[Any] = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    constants = [constant for constant in graph.initializer if constant.name in needed]
    _replace(graph.node, list(reversed(kept)))
    _replace(graph.initializer, constants)
    del graph.value_info[:]


def _replace(field: Any, values: list[Any]) -> None:
    copies = [value.__class__() for value in values]
    for copy, value in zip(copies, values, strict=True):
        copy.CopyFrom(value)
    del field[:]
    field.extend(copies)


def _file_entry(path: Path) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
