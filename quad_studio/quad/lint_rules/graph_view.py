"""An ONNX graph, indexed for the questions that lint rules ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# Layout operations: the codes that go in come out, in another place.
_CARRIERS = frozenset(
    ("Transpose", "Reshape", "Identity", "Squeeze", "Unsqueeze", "Slice", "Split", "Flatten")
)
QUANTIZERS = frozenset(("QuantizeLinear", "DequantizeLinear"))


@dataclass(frozen=True)
class Codes:
    """Where a value's integer codes come from.

    Attributes:
        dtype: numpy name, e.g. "uint16".
        zero_point: True unless the zero point is absent or all zero.
        channels: How many scales there are; 1 is per tensor.
        constant: The codes are stored in the graph.
        graph_input: Name of the graph input that the codes are, else "".
    """

    dtype: str
    zero_point: bool
    channels: int
    constant: bool
    graph_input: str


@dataclass(frozen=True)
class SlotRow:
    """What bundle.json says of one LoRA input."""

    name: str
    module: str
    role: str
    dtype: str
    shape: tuple[int, ...]


class GraphView:
    """A model with producers, consumers, shapes and quantization at hand."""

    def __init__(self, model: Any, component: str, slots: Sequence[SlotRow] = ()) -> None:
        """Index `model`, an onnx.ModelProto; weights in external data need not be loaded."""
        self.model, self.component, self.slots = model, component, tuple(slots)
        graph = model.graph
        self.initializers: dict[str, Any] = {i.name: i for i in graph.initializer}
        self.producers: dict[str, Any] = {}
        self.consumers: dict[str, list[tuple[Any, int]]] = {}
        for node in graph.node:
            for output in node.output:
                self.producers[output] = node
            for index, name in enumerate(node.input):
                self.consumers.setdefault(name, []).append((node, index))
            if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
                self.initializers[node.output[0]] = node.attribute[0].t
        self.inputs: dict[str, Any] = {value.name: value.type.tensor_type for value in graph.input}

    @property
    def nodes(self) -> Sequence[Any]:
        """Return the graph's nodes in order."""
        return list(self.model.graph.node)

    @property
    def is_quantized(self) -> bool:
        """Return whether any tensor is dequantized in this graph."""
        return any(node.op_type == "DequantizeLinear" for node in self.nodes)

    def of_type(self, *op_types: str) -> Iterator[Any]:
        """Yield the nodes of some operator types."""
        return (node for node in self.nodes if node.op_type in op_types)

    def shape(self, value: str) -> tuple[int, ...] | None:
        """Return a value's static shape, None when unknown."""
        if value in self.initializers:
            return tuple(self.initializers[value].dims)
        return self._shapes.get(value)

    def input_shape(self, name: str) -> tuple[int | None, ...]:
        """Return a graph input's shape, None for each dimension that is not a number."""
        return tuple(
            dim.dim_value if dim.HasField("dim_value") else None
            for dim in self.inputs[name].shape.dim
        )

    def content_key(self, constant: str) -> bytes:
        """Return what two constants of equal content share, their weights loaded or not."""
        tensor = self.initializers.get(constant)
        if tensor is None:
            return constant.encode()
        bare = type(tensor)()
        bare.CopyFrom(tensor)
        bare.name = ""
        content: bytes = bare.SerializeToString(deterministic=True)
        return content

    def codes(self, value: str) -> Codes | None:
        """Return the quantization of a float value, seen through layout operations."""
        node = self.producers.get(value)
        while node is not None and node.op_type in _CARRIERS:
            value = node.input[0]
            node = self.producers.get(value)
        if node is None or node.op_type != "DequantizeLinear":
            return None
        source = node.input[0]
        zero_point = node.input[2] if len(node.input) > 2 else ""
        scale = self.initializers.get(node.input[1])
        origin = self._origin(source)
        return Codes(
            dtype=self._dtype(source, zero_point),
            zero_point=self._has_zero_point(zero_point),
            channels=_count(scale),
            constant=source in self.initializers,
            graph_input=origin if origin in self.inputs and origin not in self.initializers else "",
        )

    def operand_is_lora(self, codes: Codes) -> bool:
        """Return whether codes arrive through a LoRA slot."""
        return ".lora_" in codes.graph_input

    def _origin(self, value: str) -> str:
        node = self.producers.get(value)
        while node is not None and node.op_type in _CARRIERS:
            value = node.input[0]
            node = self.producers.get(value)
        # A float LoRA input followed by its Quantize is a slot too (research recipe, form one).
        if node is not None and node.op_type == "QuantizeLinear" and node.input[0] in self.inputs:
            return str(node.input[0])
        return value

    def _dtype(self, codes: str, zero_point: str) -> str:
        import onnx

        kind = 0
        if zero_point in self.initializers:
            kind = self.initializers[zero_point].data_type
        elif codes in self.initializers:
            kind = self.initializers[codes].data_type
        elif codes in self.inputs:
            kind = self.inputs[codes].elem_type
        return onnx.helper.tensor_dtype_to_np_dtype(kind).name if kind else "uint8"

    def _has_zero_point(self, name: str) -> bool:
        from onnx import numpy_helper

        tensor = self.initializers.get(name)
        if tensor is None or tensor.data_location == tensor.EXTERNAL:
            return tensor is not None
        return bool(numpy_helper.to_array(tensor).any())

    @cached_property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        import onnx

        try:
            inferred = onnx.shape_inference.infer_shapes(self.model).graph
        except (RuntimeError, ValueError):  # above protobuf's 2 GB: take what the file itself says
            inferred = self.model.graph
        shapes = {}
        for value in (*inferred.value_info, *inferred.output, *inferred.input):
            dims = value.type.tensor_type.shape.dim
            if all(dim.HasField("dim_value") for dim in dims):
                shapes[value.name] = tuple(dim.dim_value for dim in dims)
        return shapes


def label(node: Any) -> str:
    """Return what a person finds the node by."""
    return str(node.name or f"{node.op_type} -> {node.output[0]}")


def _count(tensor: Any) -> int:
    if tensor is None:
        return 1
    total = 1
    for size in tensor.dims:
        total *= size
    return total
