"""What the window asks of a finished bundle: findings with their nodes, spreads of LoRA values."""

from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.events import Emit

BINS = 64
MOST_SPREADS = 24


def lint(
    bundle: Path, chipset: str, *, emit: Emit, cancel: CancelToken
) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Return each finding of the chipset's rules, with what the graph says about its node."""
    from quad_studio.quad.lint import lint_bundle, load_graph, npu_target

    opened = open_bundle(bundle)
    graphs: dict[str, Any] = {}
    found = []
    for finding in lint_bundle(opened, npu_target(chipset)):
        component = finding.component
        if component not in graphs:
            entry = opened.manifest["components"][component]
            graphs[component] = load_graph(bundle / entry["graph"]).graph
        found.append((dict(finding.to_json()), node_facts(graphs[component], finding.node)))
    return found


def node_facts(graph: Any, name: str) -> dict[str, str]:
    """Return operator, inputs and outputs of the node or input `name`; nothing if it is none."""
    for node in graph.node:
        if name in (node.name, *node.output):
            return {
                "operator": node.op_type,
                "inputs": ", ".join(node.input),
                "outputs": ", ".join(node.output),
            }
    for value in graph.input:
        if value.name == name:
            sizes = [str(d.dim_value or d.dim_param) for d in value.type.tensor_type.shape.dim]
            return {"operator": "graph input", "shape": " x ".join(sizes)}
    return {}


def spreads(bundle: Path, *, emit: Emit, cancel: CancelToken) -> list[dict[str, Any]]:
    """Return how LoRA values are spread before and after, the most changed slots first.

    Each is {"name", "edges", "before", "after", "unit"}; none where the project is not here.
    """
    from quad_studio.engine.build import project_of_bundle
    from quad_studio.engine.slot_values import slot_values

    project = project_of_bundle(bundle)
    if project is None:
        return []
    found: list[tuple[float, dict[str, Any]]] = []
    for name, before, after, scale in slot_values(open_bundle(bundle), load_project(project)):
        cancel.check()
        edges = np.linspace(before.min(), before.max() + 1e-12, BINS + 1)
        change = float(np.abs(after - before).mean() / (np.abs(before).mean() + 1e-12))
        counts = [tuple(np.histogram(values, edges)[0].tolist()) for values in (before, after)]
        shown = {
            "name": name,
            "edges": tuple(edges.tolist()),
            "before": counts[0],
            "after": counts[1],
            "unit": f"scale {scale:.3g}",
        }
        found.append((change, shown))
    found.sort(key=lambda pair: -pair[0])
    return [shown for _, shown in found[:MOST_SPREADS]]
