"""Builds bundles, lints them and runs plans for the window.

What computes for long runs in a process of its own (`quad_studio.workers`): its C code would hold
Python's lock, and with it the window, for a second at a time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.events import Emit
from quad_studio.workers.process import run_in_process
from ui.services import Distribution, FitEstimate, LintFinding

_FORMATS = ("html", "pdf", "xlsx", "md", "csv", "latex", "json", "junit")
_BINS = 64
_MB = 1e6


class CoreBuild:
    """`BuildService` on the engine."""

    def build(self, project: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Build the bundle of `project` and return its folder."""
        output = Path("out") / load_project(project).name / "bundle"
        built: Path = run_in_process("build", project, output, emit=emit, cancel=cancel)
        return built

    def lint(self, bundle: Path, chipset: str) -> tuple[LintFinding, ...]:
        """Return what the chipset's rules say about the graphs."""
        from quad_studio.quad.lint import lint_bundle, npu_target

        findings = lint_bundle(open_bundle(bundle), npu_target(chipset))
        return tuple(LintFinding(**finding.to_json()) for finding in findings)

    def describe_node(self, bundle: Path, finding: LintFinding) -> Mapping[str, str]:
        """Return what the graph says about the finding's node: operator, inputs, outputs."""
        from quad_studio.quad.lint import load_graph

        entry = open_bundle(bundle).manifest["components"][finding.component]
        graph = load_graph(bundle / entry["graph"]).graph
        for node in graph.node:
            if finding.node in (node.name, *node.output):
                return {
                    "operator": node.op_type,
                    "inputs": ", ".join(node.input),
                    "outputs": ", ".join(node.output),
                }
        for value in graph.input:
            if value.name == finding.node:
                sizes = [str(d.dim_value or d.dim_param) for d in value.type.tensor_type.shape.dim]
                return {"operator": "graph input", "shape": " x ".join(sizes)}
        return {}

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
                    why=problem or sizes.how,
                )
            )
        return tuple(found)

    def distributions(self, bundle: Path) -> tuple[Distribution, ...]:
        """Return LoRA values before and after quantization, the most changed slot first."""
        from quad_studio.engine.build import project_of_bundle
        from quad_studio.engine.slot_values import slot_values

        project = project_of_bundle(bundle)
        if project is None:
            return ()
        found = []
        for name, before, after, scale in slot_values(open_bundle(bundle), load_project(project)):
            edges = np.linspace(before.min(), before.max() + 1e-12, _BINS + 1)
            change = float(np.abs(after - before).mean() / (np.abs(before).mean() + 1e-12))
            counts = [np.histogram(values, edges)[0] for values in (before, after)]
            shown = Distribution(
                name=name,
                edges=tuple(edges.tolist()),
                before=tuple(counts[0].tolist()),
                after=tuple(counts[1].tolist()),
                unit=f"scale {scale:.3g}",
            )
            found.append((change, shown))
        return tuple(shown for _, shown in sorted(found, key=lambda pair: -pair[0])[:24])

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


def facts_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is known, as text."""
    return {name: str(value) for name, value in values.items() if value not in (None, "", ())}
