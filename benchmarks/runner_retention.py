"""A thousand adapter switches in one runner: does memory or a descriptor stay behind?

    python -m benchmarks.runner_retention [--bundle out/demo/bundle] [--switches 1000]

Two ways: warm, every adapter in the cache, and cold, a cache so small that each switch maps, checks
and drops a file. After each switch the runner tells its anonymous resident memory. The allocator's
arenas fill during the first thousand requests (about 200 kB, whatever they ask), so `--settle`
switches come first; the slope is a least-squares line through all that follow, in kB per thousand
switches, beside the spread that the line leaves. Descriptors are counted at the start and at the
end. Exit status 1 if the slope is above --limit-kb or a descriptor was left.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.runner_switching import one_step_request
from device.host import HostTarget
from device.targets import AdapterUse, GenerateRequest, SessionRequest


def main(arguments: Sequence[str] | None = None) -> int:
    """Switch both ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--settle", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit-kb", type=float, default=64.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not (given.bundle / "bundle.json").is_file():
        parser.error(f"{given.bundle} is not a bundle; run `make demo` first")
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    names = [adapter["name"] for adapter in manifest["adapters"]][:3]
    if len(names) < 3:
        print(f"{given.bundle}: needs three adapters", file=sys.stderr)
        return 2
    largest = max(adapter["bytes"] for adapter in manifest["adapters"])
    rows = [
        measure(kind, budget, manifest, names, given)
        for kind, budget in (("warm", None), ("cold", int(1.5 * largest)))
    ]
    if given.json:
        print(json.dumps(rows, indent=1))
    else:
        report(rows)
    flat = all(row["slope_kb"] < given.limit_kb for row in rows)
    return 0 if flat and all(row["files_left"] <= 0 for row in rows) else 1


def measure(
    kind: str,
    budget: int | None,
    manifest: dict[str, Any],
    names: Sequence[str],
    given: argparse.Namespace,
) -> dict[str, Any]:
    """Switch round and round in one runner."""
    base = one_step_request(manifest)
    requests = [GenerateRequest(**{**vars(base), "adapters": (AdapterUse(n),)}) for n in names]
    request = SessionRequest(bundle=given.bundle, threads=given.threads, adapter_cache_bytes=budget)
    memory: list[float] = []
    with HostTarget().open_session(request) as session:
        for turn in range(given.settle):
            session.generate(requests[turn % 3])
        files = session.stats()["open_files"]
        for turn in range(given.switches):
            memory.append(session.generate(requests[turn % 3]).memory["rss_anon_kb"])
        stats = session.stats()
    series, turns = np.asarray(memory, float), np.arange(len(memory))
    slope, start = np.polyfit(turns, series, 1)
    return {
        "way": kind,
        "switches": stats["switches"],
        "slope_kb": float(1000 * slope),
        "spread_kb": float(np.std(series - (slope * turns + start))),
        "first_mb": memory[0] / 1024,
        "last_mb": memory[-1] / 1024,
        "files_left": stats["open_files"] - files,
        "peak_mb": stats["memory"]["vm_hwm_kb"] / 1024,
    }


def report(rows: Sequence[dict[str, Any]]) -> None:
    """Print the table."""
    print("| way | cold | warm | kB per 1,000 | spread kB | first MB | last MB ", end="")
    print(f"| peak MB | files left |\n|{'---|' * 9}")
    for row in rows:
        print(
            f"| {row['way']} | {row['switches']['cold']} | {row['switches']['warm']} "
            f"| {row['slope_kb']:+.1f} | {row['spread_kb']:.1f} | {row['first_mb']:.1f} "
            f"| {row['last_mb']:.1f} | {row['peak_mb']:.0f} | {row['files_left']} |"
        )


if __name__ == "__main__":
    sys.exit(main())
