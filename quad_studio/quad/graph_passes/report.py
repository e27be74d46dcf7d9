"""What a graph pass is, and how a chain of them runs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PassReport:
    """What one pass changed.

    Attributes:
        name: The pass.
        changed: How many places it changed; 0 means that the graph is as it was.
        note: What a person may want to know about it.
    """

    name: str
    changed: int
    note: str = ""


GraphPass = Callable[[Any], tuple[Any, PassReport]]
"""Takes an onnx_ir.Model, edits it in place and returns it with a report."""


def run_passes(model: Any, passes: Iterable[GraphPass]) -> tuple[Any, tuple[PassReport, ...]]:
    """Run `passes` one after another; the chain itself has the shape of a pass."""
    reports: list[PassReport] = []
    for graph_pass in passes:
        model, report = graph_pass(model)
        reports.append(report)
    return model, tuple(reports)


def quantize_pairs(graph: Any) -> list[tuple[Any, Any]]:
    """Return every QuantizeLinear with the one DequantizeLinear that reads it."""
    pairs = []
    for node in graph:
        if node.op_type == "QuantizeLinear":
            readers = node.outputs[0].consumers()
            if len(readers) == 1 and readers[0].op_type == "DequantizeLinear":
                pairs.append((node, readers[0]))
    return pairs


def constant_of(value: Any) -> Any:
    """Return the numpy array of an initializer, or None."""
    if value is None or not value.is_initializer() or value.const_value is None:
        return None
    return value.const_value.numpy()


def remove_nodes(graph: Any, nodes: Sequence[Any]) -> None:
    """Remove nodes whose results nobody reads any more, last first."""
    for node in reversed(nodes):
        graph.remove(node, safe=True)
