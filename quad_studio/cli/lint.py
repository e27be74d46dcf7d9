"""`quad-studio lint`: what a chipset would refuse or spoil, before anything is compiled."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cli.console import print_json, print_result

if TYPE_CHECKING:
    from quad_studio.quad.lint import Finding

NAMED_NODES = 3


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "lint",
        help="check a bundle's graphs against a chipset's rules",
        description="Check every quantized graph of a bundle against what the chipset's NPU and "
        "its compiler take. Each finding names the node, the rule and the remedy. Exit 1 when "
        "there are errors or warnings; notes do not count.",
    )
    parser.add_argument("bundle", type=Path, help="bundle directory")
    parser.add_argument(
        "--chipset",
        required=True,
        metavar="NAME",
        help="a preset, e.g. s25-qualcomm, or a Qualcomm SoC, e.g. SM8450",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print the findings; 1 when one is an error or a warning."""
    from quad_studio.bundle import open_bundle
    from quad_studio.quad.lint import LEVELS, failing, lint_bundle, npu_target

    target = npu_target(args.chipset)
    findings = lint_bundle(open_bundle(args.bundle), target)
    if args.json:
        rows = [finding.to_json() for finding in findings]
        print_json({"schema": "quad-studio/lint/1", "chipset": target.name, "findings": rows})
        return 1 if failing(findings) else 0
    for line in lines_of(findings):
        print_result(line)
    numbers = {level: sum(f.level == level for f in findings) for level in LEVELS}
    counts = (f"{n} {level}{'' if n == 1 else 's'}" for level, n in numbers.items())
    print_result(f"{target.name}: {', '.join(counts)}")
    return 1 if failing(findings) else 0


def lines_of(findings: Sequence["Finding"]) -> list[str]:
    """Return two lines a finding; what many nodes have in common is said once for all of them."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for found in findings:
        key = (found.level, found.component, found.rule, found.message, found.remedy)
        groups.setdefault(key, []).append(found.node)
    lines = []
    for (level, component, rule, message, remedy), nodes in groups.items():
        named = ", ".join(nodes[:NAMED_NODES])
        rest = len(nodes) - NAMED_NODES
        where = f"{named} and {rest} more nodes" if rest > 0 else named
        lines += [f"{level:<8} {component}: {where}: {message} [{rule}]", f"{'':<8} {remedy}"]
    return lines
