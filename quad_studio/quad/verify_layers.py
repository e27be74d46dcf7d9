"""Find the first layer at which the NPU departs from the CPU."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.quad.lint import load_graph
from quad_studio.quad.lint_rules.graph_view import GraphView, label

PREFIX = "probe::"
RunFn = Callable[[Path], Mapping[str, NDArray[Any]]]


@dataclass(frozen=True)
class LayerAgreement:
    """How well one intermediate value agrees.

    Attributes:
        value: Name of the value in the graph.
        node: The node that computes it.
        operator: Its type.
        position: Where the node stands in the graph's order.
        sqnr_db: NPU against CPU; inf where both are equal.
    """

    value: str
    node: str
    operator: str
    position: int
    sqnr_db: float


def sqnr_db(reference: NDArray[Any], candidate: NDArray[Any]) -> float:
    """Return the signal to quantization noise ratio in dB.

    >>> round(sqnr_db(np.array([1.0, -1.0]), np.array([1.1, -1.0])), 1)
    23.0
    """
    wanted, seen = np.asarray(reference, np.float64), np.asarray(candidate, np.float64)
    noise = float(np.square(wanted - seen).mean())
    signal = float(np.square(wanted).mean())
    if not np.isfinite(seen).all():
        return float("-inf")
    if noise == 0:
        return float("inf")
    return 10 * float(np.log10(signal / noise)) if signal else float("-inf")


def probe_points(graph: Path) -> list[tuple[str, str, str, int]]:
    """Return (value, node, operator, position) of every quantized activation, in graph order."""
    view = GraphView(load_graph(graph), "unet")
    points = []
    for position, node in enumerate(view.nodes):
        if node.op_type != "QuantizeLinear":
            continue
        source = view.producers.get(node.input[0])
        if source is not None and source.op_type != "DequantizeLinear":
            points.append((node.output[0], label(source), source.op_type, position))
    return points


def write_probed(graph: Path, target: Path, values: Sequence[str]) -> list[str]:
    """Write a copy of `graph` with more outputs, one for each of the quantized `values`.

    Each gets a DequantizeLinear of its own: one that also feeds a node would no longer be fused
    with that node, and the graph would change where it is measured.

    Returns:
        The names of the outputs.
    """
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(str(graph))
    producers = {node.output[0]: node for node in model.graph.node}
    names = []
    for value in values:
        quantize = producers[value]
        name = PREFIX + value
        model.graph.node.append(
            helper.make_node(
                "DequantizeLinear", [value, *quantize.input[1:]], [name], name=f"{name}_node"
            )
        )
        model.graph.output.append(helper.make_empty_tensor_value_info(name))
        model.graph.output[-1].type.tensor_type.elem_type = TensorProto.FLOAT
        names.append(name)
    model = onnx.shape_inference.infer_shapes(model)
    onnx.save(model, str(target), save_as_external_data=True, location=f"{target.name}.data")
    return names


def first_departure(
    graph: Path,
    folder: Path,
    run_cpu: RunFn,
    run_npu: RunFn,
    *,
    bound_db: float,
    most: int = 48,
) -> tuple[LayerAgreement | None, list[LayerAgreement]]:
    """Return the first layer below `bound_db`, and every layer that was measured.

    Two passes: values spread over the whole graph, then those between the last good and the first
    bad one.

    Args:
        graph: The quantized graph.
        folder: For the probed copies.
        run_cpu: Runs a graph on the CPU: file -> output name -> value.
        run_npu: The same on the NPU or its emulator.
        bound_db: Agreement below this is a departure.
        most: Values measured in each pass.
    """
    points = probe_points(graph)
    measured: dict[int, LayerAgreement] = {}

    def measure(chosen: Sequence[int], name: str) -> None:
        target = folder / name
        write_probed(graph, target, [points[index][0] for index in chosen])
        cpu, npu = run_cpu(target), run_npu(target)
        for index in chosen:
            value, node, operator, position = points[index]
            output = PREFIX + value
            level = sqnr_db(cpu[output], npu[output])
            measured[index] = LayerAgreement(value, node, operator, position, level)

    def first_bad() -> int | None:
        return next((i for i in sorted(measured) if measured[i].sqnr_db < bound_db), None)

    if not points:
        return None, []
    measure(_spread(range(len(points)), most), "probed_1.onnx")
    bad = first_bad()
    if bad is not None:
        good = max((i for i in measured if i < bad), default=-1)
        between = range(good + 1, bad)
        if between:
            measure(_spread(between, most), "probed_2.onnx")
            bad = first_bad()
    rows = [measured[index] for index in sorted(measured)]
    return (None if bad is None else measured[bad]), rows


def _spread(indices: range, most: int) -> list[int]:
    if len(indices) <= most:
        return list(indices)
    picks = np.linspace(0, len(indices) - 1, most).round().astype(int)
    return [indices[int(pick)] for pick in picks]
