"""One scale and zero point per site, shared by all adapters: the frozen graph's profile.

How `lora_encoding` reads the paper's "shared scale s and shared zero point z across all LoRA
weights A_i, B_i and the base weight matrix W" (section 3.3), slot pair by slot pair, because a
scale shared over layers whose weights differ a hundredfold would leave some with no codes:

- "shared-with-base": lora_A, lora_B and the layer's base weight share the range
  [T_min, T_max]; each dtype keeps its own step in it (an INT16 tensor on an INT8 step would
  keep 8 bits). Per-channel base weights refine that range channel by channel.
- "shared": lora_A and lora_B share a range; the base weight keeps its own.
- "per-slot": lora_A and lora_B have own ranges.

Whose A and B count is decided by the anchor: that adapter's alone, or with "unified" all of them.
So it is with activations, but for those that no adapter changes: the network's inputs and what is
computed of them alone. Their ranges are those of all adapters' inputs, since distillation could
not move a value that a narrower range clips (docs/adr/0007). What other inputs do to the rest is
told by statistics of an anchor over the inputs of all (docs/adr/0011).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.errors import InputFileProblem, QuadError, StageError
from quad_studio.events import Emit, StageFinished, StageStarted, ignore
from quad_studio.quad.affine import Encoding, asymmetric, symmetric
from quad_studio.quad.regions import unit_of
from quad_studio.quad.site import Site, Slot
from quad_studio.quad.statistics import Statistics
from quad_studio.storage import read_json

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "profile"
SCHEMA = "quad-studio/profile/1"
UNIFIED = "unified"
WEIGHTS = ("int8-per-channel", "int8-per-tensor")
LORA_ENCODINGS = ("shared-with-base", "shared", "per-slot")
_FIXED = {
    ("unit", "uint16"): Encoding("uint16", (2.0**-16,)),
    ("unit", "uint8"): Encoding("uint8", (2.0**-8,)),
    ("signed_unit", "uint16"): Encoding("uint16", (2.0**-15,), 32768),
    ("signed_unit", "uint8"): Encoding("uint8", (2.0**-7,), 128),
    ("timestep", "uint16"): Encoding("uint16", (2.0**-6,)),
    ("strength", "uint16"): Encoding("uint16", (2.0**-14,), 32768),
    ("strength", "uint8"): Encoding("uint8", (2.0**-6,), 128),
}


@dataclass(frozen=True)
class ProfileOptions:
    """How ranges become encodings.

    Attributes:
        weights: "int8-per-channel" or "int8-per-tensor"; Linear layers that were not turned into
            convolutions are always per tensor.
        activations: "uint16" or "uint8".
        lora: "int16" or "int8".
        lora_encoding: See the module's docstring.
        range_estimator: "minmax", "percentile" or "mse".
        percentile: Share of values kept, in percent.
        norm_weights: "uint8" or "uint16"; signed 8 bits are rejected by NPUs.
        int8_sites: Activation sites at 8 bits (mixed precision); see choose_precision.
        int8_slots: Modules whose slots are INT8 because they lie in an 8-bit region.
    """

    weights: str = "int8-per-channel"
    activations: str = "uint16"
    lora: str = "int16"
    lora_encoding: str = "shared-with-base"
    range_estimator: str = "minmax"
    percentile: float = 99.99
    norm_weights: str = "uint16"
    int8_sites: tuple[str, ...] = ()
    int8_slots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """The encodings of one frozen graph.

    Attributes:
        anchor: Adapter whose ranges were taken, or "unified".
        rank: Columns of the slots.
        options: How the ranges became encodings.
        encodings: Site -> encoding.
        slots: The graph's LoRA inputs.
    """

    anchor: str
    rank: int
    options: ProfileOptions
    encodings: Mapping[str, Encoding]
    slots: tuple[Slot, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form without the fingerprint."""
        return {
            "schema": SCHEMA,
            "anchor": self.anchor,
            "rank": self.rank,
            "options": asdict(self.options),
            "slots": [asdict(slot) for slot in self.slots],
            "encodings": {name: e.to_json() for name, e in self.encodings.items()},
        }

    @property
    def canonical(self) -> bytes:
        """Return the form that is hashed: sorted keys, no blanks, shortest float notation."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical form, 64 hex digits."""
        return hashlib.sha256(self.canonical).hexdigest()

    def slot_table(self) -> list[dict[str, Any]]:
        """Return bundle.json's "slots"."""
        return [
            {
                "name": slot.name,
                "module": slot.module,
                "role": slot.role,
                "dtype": self.encodings[slot.name].dtype,
                "shape": list(slot.shape),
                "scale": self.encodings[slot.name].scale[0],
            }
            for slot in self.slots
        ]


@dataclass(frozen=True)
class ProfileInput:
    """What the profile is made of.

    Attributes:
        program: The traced program, for its sites and weights.
        statistics: Calibration of all adapters.
        adapters: All adapters of the project.
        anchor: Name of an adapter, or "unified" (alias "merged").
        options: How ranges become encodings.
    """

    program: "SiteProgram" = field(repr=False)
    statistics: Statistics = field(repr=False)
    adapters: Sequence[AdapterWeights] = ()
    anchor: str = UNIFIED
    options: ProfileOptions = ProfileOptions()


@dataclass(frozen=True)
class ProfileOutput:
    """The profile."""

    profile: Profile = field(repr=False)


def build_profile(
    given: ProfileInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> ProfileOutput:
    """Choose one encoding per site from the anchor's ranges, or from all adapters' ranges.

    Raises:
        StageError: Unknown anchor or option, or a site without data.
    """
    emit(StageStarted(stage=NAME, title=f"One profile, anchor: {given.anchor}"))
    if cancel is not None:
        cancel.check()
    _check_options(given.options)
    unified = given.anchor in (UNIFIED, "merged")
    known = {adapter.name for adapter in given.adapters}
    if not unified and given.anchor not in {*known, *given.statistics.adapters}:
        raise StageError(NAME, f"anchor {given.anchor!r} is none of {', '.join(sorted(known))}")
    whose = (
        [name for name in given.statistics.adapters if name or not known]
        if unified
        else [given.anchor]
    )
    donors = [a for a in given.adapters if unified or a.name == given.anchor]
    encodings = _activation_encodings(given, whose)
    encodings |= _weight_encodings(given, donors)
    ordered = {name: encodings[name] for name in given.program.sites if name in encodings}
    profile = Profile(
        UNIFIED if unified else given.anchor,
        given.program.rank,
        given.options,
        ordered,
        given.program.slots,
    )
    emit(StageFinished(stage=NAME, seconds=0.0, note=f"fingerprint {profile.fingerprint[:12]}"))
    return ProfileOutput(profile)


def _check_options(options: ProfileOptions) -> None:
    allowed = {
        "weights": WEIGHTS,
        "activations": ("uint16", "uint8"),
        "lora": ("int16", "int8"),
        "lora_encoding": LORA_ENCODINGS,
        "range_estimator": ("minmax", "percentile", "mse"),
        "norm_weights": ("uint8", "uint16"),
    }
    wrong = [
        f"{key} = {getattr(options, key)!r}, use one of {', '.join(values)}"
        for key, values in allowed.items()
        if getattr(options, key) not in values
    ]
    if wrong:
        raise StageError(NAME, "; ".join(wrong))


def _activation_encodings(given: ProfileInput, whose: Sequence[str]) -> dict[str, Encoding]:
    options, small = given.options, frozenset(given.options.int8_sites)
    beyond, everyone = given.program.sites_beyond_adapters(), _everyone(given)
    encodings: dict[str, Encoding] = {}
    for site in given.program.sites.values():
        if site.kind not in ("activation", "input", "convert"):
            continue
        dtype = "uint8" if site.name in small else options.activations
        if site.fixed == "timestep" or site.always_16_bit:
            dtype = "uint16"
        source = site
        if site.kind == "convert":
            dtype = "uint8" if site.operation == "int8" else "uint16"
            source = given.program.sites[site.operand_of]
        fixed = _FIXED.get((site.fixed, dtype))
        names = everyone if source.name in beyond else whose
        low, high = _range(given, source, names, dtype)
        if dtype == "uint16" and _has_free_sign(source):
            low, high = min(low, -high), max(high, -low)
        encodings[site.name] = fixed or asymmetric(low, high, dtype)
    return encodings


def _has_free_sign(site: Site) -> bool:
    """Return whether a tensor lies between lora_A and lora_B.

    Its sign is arbitrary: -A and -B are the same adapter. An anchor whose values happen to have one
    sign would cut off all of another adapter's; a symmetric range costs one of 16 bits at most.
    """
    return site.module.endswith((".lora_down", ".lora_scale"))


def _everyone(given: ProfileInput) -> list[str]:
    """Return whose calibration there is, of the adapters that take part."""
    known = {adapter.name for adapter in given.adapters}
    return [name for name in given.statistics.adapters if name in known or not known]


def _range(
    given: ProfileInput, site: Site, whose: Sequence[str], dtype: str
) -> tuple[float, float]:
    """Return the donors' range; where they leave only zeros, that of all adapters.

    A LoRA branch that the anchor does not use carries zeros under the anchor; a range of zero
    width there would mute every other adapter.
    """
    options = given.options
    for names in (whose, _everyone(given)):
        low, high = given.statistics.site_range(
            site.name,
            names,
            estimator=options.range_estimator,
            percentile=options.percentile,
            levels=256 if dtype == "uint8" else 65536,
        )
        if low != high or low != 0.0:
            break
    return low, high


def _weight_encodings(given: ProfileInput, donors: Sequence[AdapterWeights]) -> dict[str, Encoding]:
    options = given.options
    encodings: dict[str, Encoding] = {}
    base: dict[str, float] = {}
    weights = list(given.program.weights())
    for site, tensor in weights:
        if site.kind == "weight":
            layer = site.module.removesuffix(".base")
            base[layer] = float(tensor.abs().max())
    small = {unit_of(given.program.sites[name]) for name in options.int8_sites}
    lora = _lora_ranges(given.program.slots, donors, given.adapters, base, options.lora_encoding)
    for site, tensor in weights:
        if site.kind == "weight":
            shared = lora.get(f"{site.module.removesuffix('.base')}.lora_A.weight", 0.0)
            encodings[site.name] = _weight_encoding(site, tensor, options, shared)
        else:
            dtype = options.norm_weights if site.kind == "norm_weight" else options.activations
            dtype = "uint8" if unit_of(site) in small else dtype
            encodings[site.name] = asymmetric(float(tensor.min()), float(tensor.max()), dtype)
    for slot in given.program.slots:
        dtype = "int8" if slot.module in options.int8_slots else options.lora
        encodings[slot.name] = symmetric(lora[slot.name], dtype)
    return encodings


def _weight_encoding(site: Site, tensor: Any, options: ProfileOptions, shared: float) -> Encoding:
    if options.weights == "int8-per-channel" and site.axis is not None:
        other = [axis for axis in range(tensor.dim()) if axis != site.axis]
        return symmetric(tensor.abs().amax(dim=other).double().tolist(), "int8", site.axis)
    magnitude = float(tensor.abs().max())
    if options.lora_encoding == "shared-with-base":
        magnitude = max(magnitude, shared)
    return symmetric(magnitude, "int8")


def _lora_ranges(
    slots: Sequence[Slot],
    donors: Sequence[AdapterWeights],
    everyone: Sequence[AdapterWeights],
    base: Mapping[str, float],
    reading: str,
) -> dict[str, float]:
    """Return slot -> magnitude; where no donor adapts a layer, all adapters that do count."""
    own: dict[str, float] = {}
    for slot in slots:
        index = 0 if slot.role == "A" else 1
        for adapters in (donors, everyone):
            values = [a.modules[slot.module][index] for a in adapters if slot.module in a.modules]
            own[slot.name] = max((float(np.abs(v).max(initial=0.0)) for v in values), default=0.0)
            if own[slot.name]:
                break
    ranges: dict[str, float] = {}
    for slot in slots:
        pair = [own[f"{slot.module}.lora_{role}.weight"] for role in ("A", "B")]
        ranges[slot.name] = own[slot.name] if reading == "per-slot" else max(pair)
        if reading == "shared-with-base":
            ranges[slot.name] = max(ranges[slot.name], base.get(slot.module, 0.0))
    return ranges


def write_profile(profile: Profile, path: Path) -> None:
    """Write profile.json, one encoding a line, with its fingerprint."""
    data = profile.to_json() | {"fingerprint": profile.fingerprint}
    encodings = data.pop("encodings")
    head = json.dumps(data, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(n)}: {json.dumps(e)}" for n, e in encodings.items())
    path.write_text(f'{head},\n "encodings": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def read_profile(path: Path) -> Profile:
    """Read what `write_profile` wrote, and check its fingerprint.

    Raises:
        InputFileProblem: Missing, corrupt, edited, or of a newer schema.
    """
    data = read_json(path, "profile")
    try:
        known = {f.name for f in fields(ProfileOptions)}
        options: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in data["options"].items()
            if key in known
        }
        profile = Profile(
            data["anchor"],
            int(data["rank"]),
            ProfileOptions(**options),
            {name: Encoding.from_json(e) for name, e in data["encodings"].items()},
            tuple(
                Slot(s["name"], s["module"], s["role"], (int(s["shape"][0]), int(s["shape"][1])))
                for s in data["slots"]
            ),
        )
        fingerprint = data["fingerprint"]
    except KeyError as exc:
        text = f"is damaged: {exc} is missing; build the bundle again"
        raise InputFileProblem(path, text) from exc
    except (ValueError, TypeError, AttributeError, IndexError, QuadError) as exc:
        raise InputFileProblem(path, f"is damaged ({exc}); build the bundle again") from exc
    if profile.fingerprint != fingerprint:
        raise InputFileProblem(path, "its contents do not match its fingerprint; it was edited")
    return profile
