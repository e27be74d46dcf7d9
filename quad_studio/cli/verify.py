"""`quad-studio verify`: every adapter through the quantized graph, on the CPU or the emulator."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cli.console import interruptible, print_json, print_result
from quad_studio.cli.options import add_output_options, console_of

if TYPE_CHECKING:
    from quad_studio.quad.verify import VerifyReport, VerifyRow


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "verify",
        help="run a bundle's U-Net with every adapter and compare backends",
        description="Run every adapter through the quantized U-Net and compare: the CPU against "
        "FP32 (where the bundle has reference/unet_fp32.onnx), the HTP emulator against both. "
        "Exit 1 when a "
        "backend departs. The emulator takes seconds a call; its times are never a phone's.",
    )
    parser.add_argument("bundle", type=Path, help="bundle directory")
    parser.add_argument("--backend", choices=("cpu", "htp-emulator"), default="cpu")
    parser.add_argument(
        "--adapters", metavar="A,B", help="names, or base; default: base and all adapters"
    )
    parser.add_argument(
        "--calls", type=int, default=1, metavar="N", help="U-Net calls an adapter (default 1)"
    )
    parser.add_argument("--soc", default="SM8750", help="SoC to emulate (default SM8750)")
    parser.add_argument(
        "--compile", action="store_true", help="first compile contexts/<SoC>/ into the bundle"
    )
    parser.add_argument(
        "--layers", action="store_true", help="find the first layer that departs (slow)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the test inputs")
    add_output_options(parser, json_help="print the report as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a call; 1 when there are findings."""
    from quad_studio.bundle import open_bundle
    from quad_studio.quad.compile_qualcomm import CompileInput, compile_for_qualcomm
    from quad_studio.quad.verify import VerifyInput, verify
    from quad_studio.quad.verify_inputs import BASE

    console = console_of(args)
    bundle = open_bundle(args.bundle)
    names = [name.strip() for name in (args.adapters or "").split(",") if name.strip()]
    with interruptible() as cancel:
        if args.compile:
            given = CompileInput(bundle, args.soc)
            bundle = compile_for_qualcomm(given, emit=console, cancel=cancel).bundle
        report = verify(
            VerifyInput(
                bundle=bundle,
                backend=args.backend,
                adapters=[BASE if name == "base" else name for name in names],
                calls=args.calls,
                soc=args.soc,
                layers=args.layers,
                seed=args.seed,
            ),
            emit=console,
            cancel=cancel,
        )
    if args.json:
        print_json(report.to_json())
    else:
        _print(report)
    return 1 if report.findings else 0


def _print(report: "VerifyReport") -> None:
    for row in report.rows:
        print_result(_line(row))
    if report.npu is not None:
        npu = report.npu
        source = "context binary" if report.compiled else "graph compiled for this check"
        print_result(
            f"emulator ({source}): {npu.nodes_on_npu} nodes on the NPU, "
            f"{len(npu.nodes_off_npu)} off; session {npu.session_s:.1f} s"
        )
    if report.layers:
        departs = report.departure
        print_result(
            f"layers: {len(report.layers)} measured; "
            + (
                f"first to depart: {departs.node} ({departs.operator}), {departs.sqnr_db:.1f} dB"
                if departs
                else f"none departs, lowest {min(x.sqnr_db for x in report.layers):.1f} dB"
            )
        )
    for finding in report.findings:
        print_result(f"FINDING  {finding}")
    print_result(_verdict(report))


def _verdict(report: "VerifyReport") -> str:
    """Return the last line; what was held against nothing is not called verified."""
    if report.findings:
        return f"{len(report.findings)} finding{'' if len(report.findings) == 1 else 's'}"
    if report.npu is None and all(row.cpu_fp32_sqnr_db is None for row in report.rows):
        return "ran, nothing compared: the bundle has no reference/unet_fp32.onnx"
    return "verified"


def _line(row: "VerifyRow") -> str:
    parts = [
        f"{what} {value:.1f} dB"
        for what, value in (
            ("CPU vs FP32", row.cpu_fp32_sqnr_db),
            ("emulator vs CPU", row.npu_cpu_sqnr_db),
            ("emulator vs FP32", row.npu_fp32_sqnr_db),
            ("adapter's effect", row.effect_db),
        )
        if value is not None
    ]
    if row.npu_fp32_psnr_db is not None and row.cpu_fp32_psnr_db is not None:
        parts.append(
            f"PSNR against FP32: CPU {row.cpu_fp32_psnr_db:.1f}, emulator "
            f"{row.npu_fp32_psnr_db:.1f} ({row.npu_fp32_psnr_db - row.cpu_fp32_psnr_db:+.2f}) dB"
        )
    return f"{row.adapter:<20} t={row.timestep:<4g} {'; '.join(parts) or 'ran'}"
