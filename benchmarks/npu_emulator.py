"""The compiled U-Net on the HTP emulator against the quantized graph on the CPU, both against FP32.

    python -m benchmarks npu_emulator
    python -m benchmarks npu_emulator -- --report verify.json

The second form takes the report of an earlier `quad-studio verify BUNDLE --backend htp-emulator
--compile --calls 2 --json`, since the emulator needs a minute and more a call. Exit status 1 if
the emulator loses more than 1 dB anywhere, or a node is off the NPU. Its times are never a phone's.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._kept import Progress
from benchmarks._record import Table, publish

BUNDLE = Path("out/demo/bundle")
BOUND_DB = 1.0


@dataclass(frozen=True)
class Source:
    """A report of verify, and which graph it is about."""

    report: Mapping[str, Any]
    fingerprint: str
    nodes: int
    binary_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if the emulator is further from FP32 than allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=BUNDLE)
    parser.add_argument("--soc", default="SM8750")
    parser.add_argument("--calls", type=int, default=2, help="U-Net calls an adapter")
    parser.add_argument("--report", type=Path, help="of an earlier verify --json of this bundle")
    given = parser.parse_args(arguments)
    if given.report:
        report = json.loads(given.report.read_text("utf-8"))
    else:
        report = verified(given.bundle, given.soc, given.calls)
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    context = manifest["contexts"][given.soc]["unet"]
    source = Source(
        report, context["fingerprint"], context["nodes_on_npu"], context["binary_bytes"] / 1e6
    )
    publish([table_of(source)], title="The NPU's compiler and emulator", data=report)
    return 0 if is_good(report) else 1


def verified(bundle: Path, soc: str, calls: int) -> Mapping[str, Any]:
    """Compile the bundle for `soc`, run it on the emulator, and return verify's report."""
    from quad_studio.bundle import open_bundle
    from quad_studio.quad.compile_qualcomm import CompileInput, compile_for_qualcomm
    from quad_studio.quad.verify import VerifyInput, verify

    progress = Progress()
    compiled = compile_for_qualcomm(CompileInput(open_bundle(bundle), soc), emit=progress).bundle
    given = VerifyInput(compiled, "htp-emulator", calls=calls, soc=soc)
    return verify(given, emit=progress).to_json()


def is_good(report: Mapping[str, Any]) -> bool:
    """Return whether nothing is off the NPU and no call loses more than BOUND_DB."""
    lost = [row["cpu_fp32_psnr_db"] - row["npu_fp32_psnr_db"] for row in report["rows"]]
    return not report["npu"]["nodes_off_npu"] and max(lost) <= BOUND_DB


def table_of(source: Source) -> Table:
    """Return every call, with what the emulator gains or loses."""
    rows, report = [], source.report
    for row in report["rows"]:
        gained = row["npu_fp32_psnr_db"] - row["cpu_fp32_psnr_db"]
        rows.append(
            [
                row["adapter"],
                int(row["timestep"]),
                f"{row['cpu_fp32_psnr_db']:.2f}",
                f"{row['npu_fp32_psnr_db']:.2f}",
                f"{gained:+.2f}",
                f"{row['npu_cpu_sqnr_db']:.1f}",
            ]
        )
    npu = report["npu"]
    gains = [float(row[4]) for row in rows]
    return Table(
        title="U-Net output, HTP emulator against the same graph on the CPU",
        columns=(
            "adapter",
            "timestep",
            "CPU to FP32, PSNR dB",
            "emulator to FP32, PSNR dB",
            "difference",
            "emulator to CPU, SQNR dB",
        ),  # fmt: skip
        rows=rows,
        notes=[
            f"between {min(gains):+.2f} and {max(gains):+.2f} dB; at most {-BOUND_DB:g} is allowed",
            f"{source.nodes:,} nodes on the NPU, {len(npu['nodes_off_npu'])} off it; binary "
            f"{source.binary_mb:.1f} MB; one context for all adapters, not compiled again",
            f"profile {source.fingerprint[:12]}; QAIRT {npu['versions']['qairt']}; "
            f"{len(npu['call_s'])} calls, a call {min(npu['call_s']):.0f} to "
            f"{max(npu['call_s']):.0f} s on this machine, never a phone's time",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
