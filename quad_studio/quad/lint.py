"""Check a bundle's graphs against what a chipset's NPU takes, before anything is compiled."""

import importlib
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from quad_studio.bundle import Bundle
from quad_studio.errors import InputFileProblem
from quad_studio.quad.lint_rules.graph_view import GraphView, SlotRow

Check = Callable[[GraphView, Mapping[str, Any]], Iterable[tuple[str, dict[str, Any]]]]
LEVELS = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that a chipset will refuse, or spoil.

    Attributes:
        rule: Id of the rule.
        level: "error", "warning" or "note".
        component: Which graph.
        node: Node or input, by the name it has in the file.
        message: What is wrong.
        remedy: What to do.
    """

    rule: str
    level: str
    component: str
    node: str
    message: str
    remedy: str

    def to_json(self) -> dict[str, str]:
        """Return the JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Rule:
    """A row of rules.toml; see there."""

    id: str
    check: str
    toolchains: tuple[str, ...]
    level: str
    message: str
    remedy: str
    components: tuple[str, ...] = ()
    emulator: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)

    def applies(self, toolchain: str, component: str, emulated: bool) -> bool:
        """Return whether the rule is about this toolchain and this graph."""
        return (
            toolchain in self.toolchains
            and (not self.components or component in self.components)
            and (emulated or not self.emulator)
        )


@dataclass(frozen=True)
class NpuTarget:
    """What lint needs to know of a chipset.

    Attributes:
        name: Name for messages.
        toolchain: "qualcomm", "exynos" or "mediatek".
        npu: The capability table of the preset.
        emulated: Whether it runs on this host's HTP emulator.
    """

    name: str
    toolchain: str
    npu: Mapping[str, Any]
    emulated: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rule table."""
    text = (files("quad_studio.quad.lint_rules") / "rules.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["rules"]
    lists = ("toolchains", "components")
    return tuple(
        Rule(**{**row, **{key: tuple(row[key]) for key in lists if key in row}}) for row in rows
    )


def npu_target(name: str) -> NpuTarget:
    """Return what is known of a preset, or of a bare Qualcomm SoC such as SM8450.

    Raises:
        device.errors.ChipsetError: Neither; those that exist are listed.
    """
    from device.chipsets import load_chipset
    from device.toolchains.qualcomm import socs

    soc = socs().get(name.upper())
    if soc is not None:
        npu = {"name": f"Hexagon v{soc.htp_arch}", "htp_arch": soc.htp_arch}
        return NpuTarget(soc.name, "qualcomm", {**npu, "int16_lora": soc.htp_arch >= 73}, True)
    chipset = load_chipset(name)
    return NpuTarget(
        chipset.name, chipset.toolchain, chipset.npu, "qnn" in chipset.execution.emulated
    )


def lint_bundle(bundle: Bundle, target: NpuTarget) -> list[Finding]:
    """Return the findings for every quantized graph of a bundle, errors first.

    Float graphs are left out: they run on the CPU provider.
    """
    manifest = bundle.manifest
    slots = [
        SlotRow(row["name"], row["module"], row["role"], row["dtype"], tuple(row["shape"]))
        for row in manifest.get("slots", ())
    ]
    found: list[Finding] = []
    for component, entry in manifest["components"].items():
        model = load_graph(bundle.path / entry["graph"])
        view = GraphView(model, component, slots if component == "unet" else ())
        if component == "unet" or view.is_quantized:
            found += lint_graph(view, target)
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


def lint_graph(view: GraphView, target: NpuTarget) -> list[Finding]:
    """Return the findings for one graph, in the order of the rule table."""
    found = []
    for rule in rules():
        if not rule.applies(target.toolchain, view.component, target.emulated):
            continue
        limits = {**target.npu, **rule.limits}
        for node, values in _check(rule.check)(view, limits):
            message = rule.message.format(**values)
            found.append(Finding(rule.id, rule.level, view.component, node, message, rule.remedy))
    return found


def failing(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that make `quad-studio lint` exit with 1: all but notes."""
    return [finding for finding in findings if finding.level != "note"]


def load_graph(path: Path) -> Any:
    """Return the graph of an ONNX file, without its external weights.

    Raises:
        InputFileProblem: Missing or no ONNX file.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.load(str(path), load_external_data=False)
    except OSError as exc:
        raise InputFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
    except DecodeError as exc:
        raise InputFileProblem(path, "is no ONNX file; build the bundle again") from exc
    if not model.graph.node:
        raise InputFileProblem(path, "holds an empty graph; build the bundle again")
    return model


def _check(name: str) -> Check:
    module, _, function = name.partition(".")
    check: Check = getattr(
        importlib.import_module(f"quad_studio.quad.lint_rules.{module}"), function
    )
    return check
