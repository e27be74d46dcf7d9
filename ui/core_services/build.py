"""Builds bundles, lints them and runs plans for the window.

What computes for long runs in a process of its own (`quad_studio.workers`): its C code would hold
Python's lock, and with it the window, for a second at a time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.events import Emit
from quad_studio.workers.process import run_in_process
from ui.services import AnchorFacts, Distribution, FitEstimate, LintFinding

_FORMATS = ("html", "pdf", "xlsx", "md", "csv", "latex", "json", "junit")
_MB = 1e6


class CoreBuild:
    """`BuildService` on the engine."""

    def __init__(self) -> None:
        """Start without findings."""
        self._nodes: dict[LintFinding, Mapping[str, str]] = {}

    def build(self, project: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Build the bundle of `project` and return its folder."""
        output = Path("out") / load_project(project).name / "bundle"
        built: Path = run_in_process("build", project, output, emit=emit, cancel=cancel)
        return built

    def lint(self, bundle: Path, chipset: str) -> tuple[LintFinding, ...]:
        """Return what the chipset's rules say about the graphs."""
        found = {
            LintFinding(**finding): facts
            for finding, facts in run_in_process("lint", bundle, chipset)
        }
        self._nodes.update(found)
        return tuple(found)

    def describe_node(self, bundle: Path, finding: LintFinding) -> Mapping[str, str]:
        """Return what the graph says about the node of a finding of `lint`."""
        return self._nodes.get(finding, {})

    def chipsets(self) -> tuple[str, ...]:
        """Return the names of the chipsets."""
        from quad_studio.devices import virtual_presets

        return tuple(virtual_presets())

    def estimate(self, project: Path, targets: Sequence[str]) -> tuple[FitEstimate, ...]:
        """Return whether the bundle will fit, judged by the sizes of the weights."""
        from quad_studio.devices import free_space_of
        from quad_studio.engine.estimate import estimate_sizes

        sizes = estimate_sizes(load_project(project))
        found = []
        for target in targets:
            rom_free, ram_free, problem = free_space_of(target)
            fits = None
            if rom_free is not None and ram_free is not None:
                fits = sizes.rom_bytes < rom_free and sizes.ram_bytes < ram_free
            found.append(
                FitEstimate(
                    target=target,
                    rom_mb=sizes.rom_bytes / _MB,
                    rom_free_mb=None if rom_free is None else rom_free / _MB,
                    ram_mb=sizes.ram_bytes / _MB,
                    ram_free_mb=None if ram_free is None else ram_free / _MB,
                    fits=fits,
                    why=problem,
                )
            )
        return tuple(found)

    def distributions(self, bundle: Path) -> tuple[Distribution, ...]:
        """Return LoRA values before and after quantization, the most changed slot first."""
        return tuple(Distribution(**spread) for spread in run_in_process("spreads", bundle))

    def anchor_of(self, bundle: Path) -> AnchorFacts:
        """Return what bundle.json says of the anchor."""
        return anchor_facts(open_bundle(bundle).manifest.get("quantization") or {})

    def run_plan(self, plan: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Run `plan` and return the run's folder."""
        folder: Path = run_in_process("run_plan", plan, emit=emit, cancel=cancel)
        return folder

    def export_report(self, run: Path, formats: Sequence[str]) -> tuple[Path, ...]:
        """Write reports of `run` and return their paths."""
        written: tuple[Path, ...] = run_in_process("export_report", run, tuple(formats))
        return written

    def report_formats(self) -> tuple[str, ...]:
        """Return the names of the formats."""
        return _FORMATS


def anchor_facts(quantization: Mapping[str, Any]) -> AnchorFacts:
    """Return what a bundle's quantization says of its anchor; older bundles say less."""
    found = quantization.get("sensitivity") or {}
    coverage = found.get("coverage") or {}
    return AnchorFacts(
        anchor=str(quantization.get("anchor") or ""),
        scores={
            name: (score["mean"], score["ci_low"], score["ci_high"])
            for name, score in (found.get("scores") or {}).items()
        },
        reason=str(quantization.get("anchor_reason") or found.get("reason") or ""),
        single=str(found.get("single") or "") if coverage else "",
        single_reason=str(found.get("single_reason") or "") if coverage else "",
        coverage={name: float(one["noise"]) for name, one in coverage.items()},
    )


def facts_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is known, as text."""
    return {name: str(value) for name, value in values.items() if value not in (None, "", ())}
