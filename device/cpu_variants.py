"""Rewrite a QDQ U-Net for CPUs: one exact form, one fast form.

ONNX Runtime's CPU provider runs a 16-bit QDQ graph in float, with two passes over memory at each
site. Two forms of the same graph avoid that; both refer to the same external weights, so they
cost the bundle no more than their node lists:

* exact: each QuantizeLinear -> DequantizeLinear pair becomes one `quad.studio::FakeQuantize`, an
  operator of the native runner that gives the same bits in one pass. A pair behind an operator
  that only moves data, with the encoding its input already has, changes nothing and goes.
* fast: the activation sites go altogether. The INT8 weights stay; what is lost is the rounding
  of activations, so its images are closer to FP32 than the NPU's, and that must be said. Its
  linear layers are matrix products again (device/linear_layers.py).

In both, each layer's LoRA branch becomes one `quad.studio::LoraAdd` (device/lora_fusion.py).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from device.errors import RunnerBundleError
from device.linear_layers import restore_linear_layers
from device.lora_fusion import DOMAIN, fuse_lora_branches

if TYPE_CHECKING:
    import onnx

VARIANTS = ("exact", "fast")
DATA_MOVERS = frozenset(
    ("Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity", "Slice", "Split")
)
SCHEMA = "quad-studio/bundle/1"


@dataclass(frozen=True)
class VariantReport:
    """What a rewrite did.

    Attributes:
        sites: Pairs of QuantizeLinear and DequantizeLinear that were found.
        fused: Pairs that became one FakeQuantize.
        dropped: Pairs that went.
    """

    path: Path
    sites: int
    fused: int
    dropped: int


@dataclass(frozen=True)
class _Encoding:
    """A site's step and code range, the zero point taken off."""

    scale: float
    low: int
    high: int


@dataclass(frozen=True)
class _Pair:
    quantize: "onnx.NodeProto"
    dequantizes: "tuple[onnx.NodeProto, ...]"
    encoding: _Encoding


def add_cpu_variants(bundle: Path) -> list[VariantReport]:
    """Write the variants of a bundle's U-Nets and list them in bundle.json.

    Float U-Nets need none. Doing it again replaces what was there.

    Raises:
        RunnerBundleError: The folder is not a bundle, or its graph cannot be read.
    """
    path = bundle / "bundle.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if manifest["schema"] != SCHEMA:
            raise RunnerBundleError(f"{path}: schema is {manifest['schema']}, expected {SCHEMA}")
        components = dict(manifest["components"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise RunnerBundleError(f"{path}: not a bundle's manifest ({exc})") from exc
    reports = []
    for name, component in components.items():
        if not name.startswith("unet") or component.get("precision") in (None, "float32"):
            continue
        component["variants"] = {}
        for variant in VARIANTS:
            report = write_variant(bundle / component["graph"], variant)
            relative = report.path.relative_to(bundle).as_posix()
            component["variants"][variant] = {"graph": relative}
            manifest["files"][relative] = _file_entry(report.path)
            reports.append(report)
    if reports:
        part = path.with_suffix(".json.part")
        part.write_text(json.dumps(manifest, indent=1), "utf-8")
        part.replace(path)
    return reports


def write_variant(graph: Path, variant: str) -> VariantReport:
    """Write `<graph>.cpu_<variant>.onnx` beside a QDQ graph, sharing its external data."""
    import onnx

    rewrite = {"exact": make_exact, "fast": make_fast}[variant]
    try:
        model = onnx.load(graph, load_external_data=False)
    except Exception as exc:  # noqa: BLE001 -- protobuf raises its own, undocumented types
        raise RunnerBundleError(f"{graph}: not an ONNX graph ({exc})") from exc
    sites, fused, dropped = rewrite(model, graph.parent)
    value_of = _constant_reader(model, graph.parent)
    if variant == "fast":
        _replace_nodes(model, restore_linear_layers(model, value_of))
    _replace_nodes(model, fuse_lora_branches(model, value_of))
    _declare_domain(model)
    path = graph.with_suffix(f".cpu_{variant}.onnx")
    onnx.save_model(model, path)
    return VariantReport(path, sites, fused, dropped)


def make_exact(model: "onnx.ModelProto", folder: Path) -> tuple[int, int, int]:
    """Fuse each pair, in place; return how many sites there were, were fused, were dropped."""
    from onnx import helper

    pairs = _find_pairs(model, folder)
    outputs = {o.name for o in model.graph.output}
    known: dict[str, _Encoding] = {}  # tensors that already lie on a grid
    by_quantize = {id(p.quantize): p for p in pairs}
    renamed: dict[str, str] = {}
    nodes: list[Any] = []
    skip = {id(d) for p in pairs for d in p.dequantizes}
    fused = dropped = 0
    for node in model.graph.node:
        if id(node) in skip:
            continue
        _rename_inputs(node, renamed)
        pair = by_quantize.get(id(node))
        if pair is None:
            nodes.append(node)
            _carry_encoding(node, known)
            continue
        source, names = node.input[0], [d.output[0] for d in pair.dequantizes]
        kept = next((n for n in names if n in outputs), names[0])
        if known.get(source) == pair.encoding and kept not in outputs:
            kept = source
            dropped += 1
        else:
            nodes.append(_fake_quantize(helper, source, kept, pair.encoding))
            known[kept] = pair.encoding
            fused += 1
        renamed |= {n: kept for n in names if n != kept}
    _replace_nodes(model, nodes)
    _declare_domain(model)
    return len(pairs), fused, dropped


def make_fast(model: "onnx.ModelProto", folder: Path) -> tuple[int, int, int]:
    """Drop each pair, in place; return how many sites there were, were fused, were dropped."""
    from onnx import helper

    pairs = _find_pairs(model, folder)
    outputs = {o.name for o in model.graph.output}
    by_quantize = {id(p.quantize): p for p in pairs}
    skip = {id(d) for p in pairs for d in p.dequantizes}
    renamed: dict[str, str] = {}
    nodes: list[Any] = []
    for node in model.graph.node:
        if id(node) in skip:
            continue
        _rename_inputs(node, renamed)
        pair = by_quantize.get(id(node))
        if pair is None:
            nodes.append(node)
            continue
        for name in (d.output[0] for d in pair.dequantizes):
            if name in outputs:
                nodes.append(helper.make_node("Identity", [node.input[0]], [name]))
            else:
                renamed[name] = node.input[0]
    _replace_nodes(model, nodes)
    return len(pairs), 0, len(pairs)


def _find_pairs(model: "onnx.ModelProto", folder: Path) -> list[_Pair]:
    """Return the sites: a Quantize whose every reader dequantizes it with the same encoding."""
    readers: dict[str, list[Any]] = defaultdict(list)
    for node in model.graph.node:
        for name in node.input:
            readers[name].append(node)
    value_of = _constant_reader(model, folder)
    pairs = []
    for node in model.graph.node:
        if node.op_type != "QuantizeLinear" or not readers[node.output[0]]:
            continue
        encoding = _encoding_of(node, value_of)
        back = readers[node.output[0]]
        same = all(
            r.op_type == "DequantizeLinear"
            and r.input[0] == node.output[0]
            and _encoding_of(r, value_of) == encoding
            for r in back
        )
        if encoding is not None and same:
            pairs.append(_Pair(node, tuple(back), encoding))
    return pairs


def _constant_reader(model: "onnx.ModelProto", folder: Path) -> Callable[[str], Any]:
    """Return a function from a name to the constant's array, or None."""
    from onnx import numpy_helper

    initializers = {i.name: i for i in model.graph.initializer}
    nodes = {n.output[0]: n for n in model.graph.node if n.op_type == "Constant"}

    def value_of(name: str) -> Any:
        if name in initializers:
            return numpy_helper.to_array(initializers[name], str(folder))
        if name in nodes and nodes[name].attribute[0].name == "value":
            return numpy_helper.to_array(nodes[name].attribute[0].t, str(folder))
        return None

    return value_of


def _encoding_of(node: "onnx.NodeProto", value_of: Callable[[str], Any]) -> _Encoding | None:
    """Return a Quantize or Dequantize node's encoding, None unless it is one constant scalar."""
    import numpy as np

    if len(node.input) < 3:
        return None
    scale, zero = value_of(node.input[1]), value_of(node.input[2])
    if scale is None or zero is None or np.size(scale) != 1 or np.size(zero) != 1:
        return None
    if zero.dtype.kind not in "iu" or zero.dtype.itemsize > 2:
        return None
    limits, offset = np.iinfo(zero.dtype), int(zero.reshape(-1)[0])
    step = float(scale.astype(np.float32).reshape(-1)[0])
    return _Encoding(step, int(limits.min) - offset, int(limits.max) - offset)


def _carry_encoding(node: "onnx.NodeProto", known: dict[str, _Encoding]) -> None:
    """Note that what only moves data stays on its input's grid."""
    if node.op_type not in DATA_MOVERS or not node.input:
        return
    encoding = known.get(node.input[0])
    if encoding is not None:
        known |= dict.fromkeys(node.output, encoding)


def _fake_quantize(helper: Any, source: str, output: str, encoding: _Encoding) -> Any:
    return helper.make_node(
        "FakeQuantize",
        [source],
        [output],
        name=f"{output}/fake_quantize",
        domain=DOMAIN,
        scale=encoding.scale,
        low=encoding.low,
        high=encoding.high,
    )


def _rename_inputs(node: "onnx.NodeProto", renamed: dict[str, str]) -> None:
    for k, name in enumerate(node.input):
        if name in renamed:
            node.input[k] = renamed[name]


def _replace_nodes(model: "onnx.ModelProto", nodes: list[Any]) -> None:
    """Put the nodes in place and drop the constants that nobody reads any more."""
    used = {name for node in nodes for name in node.input} | {o.name for o in model.graph.output}
    kept = [n for n in nodes if n.op_type != "Constant" or n.output[0] in used]
    constants = [i for i in model.graph.initializer if i.name in used]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(constants)
    del model.graph.value_info[:]


def _declare_domain(model: "onnx.ModelProto") -> None:
    """Import our operators' domain when a node is of it."""
    from onnx import helper

    declared = {opset.domain for opset in model.opset_import}
    if DOMAIN not in declared and any(node.domain == DOMAIN for node in model.graph.node):
        model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


def _file_entry(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
