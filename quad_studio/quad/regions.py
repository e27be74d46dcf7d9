"""Units of mixed precision: the layers whose activations are put at 8 bits together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quad_studio.quad.site import Site

_PARTS = (".base", ".lora_down", ".lora_scale", ".lora_up")


@dataclass(frozen=True)
class Unit:
    """A layer: an adapted layer with its LoRA branch, a convolution, a norm, an attention core.

    Attributes:
        name: Module path.
        sites: Its activation sites that may be at 8 bits.
        activations: Elements of those tensors.
        parameters: Weights and slot entries that its operations read.
        has_slot: Its LoRA slot follows the unit's precision.
    """

    name: str
    sites: tuple[str, ...]
    activations: int
    parameters: int
    has_slot: bool


def unit_of(site: Site) -> str:
    """Return the unit that a site belongs to.

    >>> unit_of(Site("x", "activation", "matmul", "blocks.0.to_q.lora_down", (1,)))
    'blocks.0.to_q'
    """
    for part in _PARTS:
        if site.module.endswith(part):
            return site.module.removesuffix(part)
    return site.module


def find_units(sites: Mapping[str, Site]) -> tuple[Unit, ...]:
    """Return the units of a program in the order of execution."""
    names: dict[str, list[Site]] = {}
    parameters: dict[str, int] = {}
    slotted: set[str] = set()
    for site in sites.values():
        unit = unit_of(site)
        if site.kind == "activation" and can_be_8_bit(site):
            names.setdefault(unit, []).append(site)
        elif site.kind in ("weight", "norm_weight", "constant"):
            parameters[unit] = parameters.get(unit, 0) + site.elements
        elif site.kind == "lora":
            slotted.add(unit)
    return tuple(
        Unit(
            name,
            tuple(site.name for site in members),
            sum(site.elements for site in members),
            parameters.get(name, 0),
            name in slotted,
        )
        for name, members in names.items()
    )


def can_be_8_bit(site: Site) -> bool:
    """Return whether a site's activation may have 8 bits.

    The sinusoids of the timestep and skip concatenations keep 16: the first carry the whole
    position on the trajectory in a few radians, the second join halves of different ranges.
    """
    return not site.always_16_bit


@dataclass(frozen=True)
class Regions:
    """Which layers run at 8-bit activations, and how much of the network that is.

    Attributes:
        units: Names of the layers at 8 bits.
        int8_sites: Their activation sites, for ProfileOptions.
        int8_slots: Adapted layers among them; an NPU takes no INT16 LoRA there.
        site_fraction: Share of activation tensors.
        element_fraction: Share of activation elements.
        parameter_fraction: Share of the parameters of layers.
    """

    units: tuple[str, ...]
    int8_sites: tuple[str, ...]
    int8_slots: tuple[str, ...]
    site_fraction: float
    element_fraction: float
    parameter_fraction: float


def select_regions(units: Sequence[Unit], order: Iterable[str], fraction: float) -> Regions:
    """Put units at 8 bits in `order` until `fraction` of the activation tensors is.

    Args:
        units: All units.
        order: Unit names, least sensitive first.
        fraction: 0 to 1, of the activation tensors that may be at 8 bits.
    """
    by_name = {unit.name: unit for unit in units}
    total = sum(len(unit.sites) for unit in units)
    chosen: list[Unit] = []
    count = 0
    for name in order:
        unit = by_name[name]
        if count + len(unit.sites) / 2 > fraction * total:
            break
        chosen.append(unit)
        count += len(unit.sites)
    return Regions(
        tuple(unit.name for unit in chosen),
        tuple(site for unit in chosen for site in unit.sites),
        tuple(unit.name for unit in chosen if unit.has_slot),
        count / max(1, total),
        sum(u.activations for u in chosen) / max(1, sum(u.activations for u in units)),
        sum(u.parameters for u in chosen) / max(1, sum(u.parameters for u in units)),
    )
