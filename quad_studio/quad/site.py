"""Quantizer sites and LoRA slots: the named places of a traced program."""

from dataclasses import dataclass

KINDS = ("activation", "weight", "norm_weight", "constant", "lora", "input", "convert")


@dataclass(frozen=True)
class Site:
    """One place where a tensor becomes integers.

    Attributes:
        name: `<module path>:<operation>`, unique; a slot's site is named as its graph input.
        kind: One of `KINDS`.
        operation: The operation whose result is quantized, or what the tensor is.
        module: Path of the module it belongs to; "" for graph inputs.
        shape: Shape of the tensor.
        axis: Channel axis where the weights may be quantized per channel.
        fixed: Name of a range that no calibration may change: "unit" ([0, 1)), "signed_unit",
            "timestep" (whole steps are exact), "strength" (1.0 is exact), or "".
        always_16_bit: Never put at 8 bits: skip concatenations, whose halves differ in range,
            and the sinusoids of the timestep.
        operand_of: For converts: the site whose tensor is converted.
        reads: For activations: the sites whose tensors the operation reads.
    """

    name: str
    kind: str
    operation: str
    module: str
    shape: tuple[int, ...]
    axis: int | None = None
    fixed: str = ""
    always_16_bit: bool = False
    operand_of: str = ""
    reads: tuple[str, ...] = ()

    @property
    def elements(self) -> int:
        """Return how many numbers the tensor has."""
        count = 1
        for size in self.shape:
            count *= size
        return count


@dataclass(frozen=True)
class Slot:
    """One LoRA matrix that is a graph input."""

    name: str
    module: str
    role: str
    shape: tuple[int, int]
