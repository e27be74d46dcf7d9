"""Rules about the LoRA inputs themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

from quad_studio.quad.lint_rules.graph_view import GraphView, SlotRow

Hit = tuple[str, dict[str, Any]]


def int16_lora(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find 16-bit LoRA inputs on an NPU that has no 16-bit runtime weights."""
    if limits.get("int16_lora", True):
        return
    wide = [slot for slot in _slots(view) if slot.dtype.endswith("16")]
    if wide:
        npu = limits.get("name", "this NPU")
        yield wide[0].name, {"count": len(wide), "dtype": wide[0].dtype, "npu": npu}


def dropped_inputs(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find slots that are optional inputs, or no inputs at all: a compiler drops them."""
    for slot in view.slots:
        if slot.name not in view.inputs:
            yield slot.name, {"how": "is no input of the graph"}
    for slot in _slots(view):
        if slot.name in view.inputs and slot.name in view.initializers:
            yield slot.name, {"how": "has a default value, so it is an optional input"}


def rank_mismatch(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find slots whose shapes disagree with each other, with lora_alpha or with the bundle."""
    slots = [slot for slot in _slots(view) if slot.name in view.inputs]
    shapes = {slot.name: view.input_shape(slot.name) for slot in slots}
    ranks: dict[str, int | None] = {
        slot.name: shapes[slot.name][1 if slot.role == "A" else 0] for slot in slots
    }
    if "lora_alpha" in view.inputs:
        ranks = {"lora_alpha": view.input_shape("lora_alpha")[0], **ranks}
    if not ranks:
        return
    wanted = max(set(ranks.values()), key=list(ranks.values()).count)
    for name, rank in ranks.items():
        if rank != wanted:
            yield name, {"found": f"rank {rank}", "wanted": f"rank {wanted} as the other inputs"}
    listed = {slot.name: slot.shape for slot in view.slots}
    for name, shape in shapes.items():
        if name in listed and tuple(shape) != tuple(listed[name]):
            yield (
                name,
                {"found": f"shape {list(shape)}", "wanted": f"{list(listed[name])} as listed"},
            )


def _slots(view: GraphView) -> list[SlotRow]:
    """Return the slots that the graph itself has, by the names of its inputs."""
    import onnx

    found = []
    for name, kind in view.inputs.items():
        module, mark, rest = name.partition(".lora_")
        if mark and rest in ("A.weight", "B.weight"):
            dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name
            shape = tuple(size or 0 for size in view.input_shape(name))
            found.append(SlotRow(name, module, rest[0], dtype, shape))
    return found
