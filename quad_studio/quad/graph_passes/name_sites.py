"""Name tensors after their sites, so that profile, encodings files and graph speak alike."""

import re
from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "name_sites"
_SITE = re.compile(r"fake_quant(?:_channels)?\.default\]\(args = \((.*)\), kwargs")


def name_sites(model: Any) -> tuple[Any, PassReport]:
    """Rename `x -> Q -> DQ` of site S to `S`, `S_q` and `S_dq`; drop the exporter's notes."""
    graph, changed = model.graph, 0
    taken = {value.name for value in graph.inputs} | set(graph.initializers)
    outputs = set(graph.outputs)
    for node in graph:
        note = node.metadata_props.get("pkg.torch.onnx.fx_node", "")
        node.metadata_props.clear()
        found = _SITE.search(note)
        if found and node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            site = found.group(1).rsplit(", ", 1)[1]
            suffix = "_q" if node.op_type == "QuantizeLinear" else "_dq"
            node.name = f"{site}{suffix}"
            if node.outputs[0] not in outputs:
                node.outputs[0].name = f"{site}{suffix}"
            source = node.inputs[0]
            if suffix == "_q" and source.producer() is not None and site not in taken:
                if source not in outputs:
                    source.name = site
                changed += 1
    for value in [*graph.inputs, *graph.outputs, *graph.initializers.values()]:
        value.metadata_props.clear()
    for node in graph:
        for value in node.outputs:
            value.metadata_props.clear()
    return model, PassReport(NAME, changed)
