"""Run the benchmarks one after another and collect what they say.

    python -m benchmarks                     all but the long ones
    python -m benchmarks metrics_cost        one
    python -m benchmarks metrics_cost -- --pairs 1000      one, with arguments of its own
    python -m benchmarks --list
    python -m benchmarks --write docs/benchmarks.md

Each compares with a peer in the same run; there are no absolute pass marks. What a benchmark finds
goes to out/benchmarks/<name>.json, with the machine and the versions that were used.

A file of this folder is a benchmark unless its name begins with an underscore. It is run as a
module; it prints for a person, and calls `benchmarks._record.publish` to leave tables.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks._page import page
from benchmarks._record import PACKAGES, RESULT_VARIABLE, SCHEMA, machine
from quad_studio.engine.manifest import versions

FOLDER = Path("out/benchmarks")
BUNDLE = Path("out/demo/bundle/bundle.json")
NEEDS_BUNDLE = {
    "adapter_memory", "adapter_switch", "full_images", "gates_planted", "npu_emulator",
    "runner_cpu_variants", "runner_switching", "scaling", "session_overhead", "unet_step",
}  # fmt: skip
LONG = {"npu_emulator", "window_soak", "quantization_table", "quantization_sd15_size"}


def main() -> int:
    """Run what was asked for; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="default: all but the long ones")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--long", action="store_true", help="the long ones too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="collect all records here")
    given = sys.argv[1:]
    at = given.index("--") if "--" in given else len(given)
    args = parser.parse_args(given[:at])
    own = given[at + 1 :]
    known = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    if args.list:
        print("\n".join(f"{name}{'  (long)' if name in LONG else ''}" for name in known))
        return 0
    unknown = sorted(set(args.names) - set(known))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    if own and len(args.names) != 1:
        parser.error("arguments after -- are for one named benchmark")
    chosen = args.names or [name for name in known if args.long or name not in LONG]
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = [] if args.write and not args.names else [n for n in chosen if not run(n, own)]
    if args.write:
        args.write.write_text(page(FOLDER, known), encoding="utf-8")
        print(f"written: {args.write}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str, arguments: Sequence[str] = (), folder: Path = FOLDER) -> bool:
    """Run one benchmark and keep its record."""
    if name in NEEDS_BUNDLE and not BUNDLE.is_file():
        print(f"{name}: needs out/demo/bundle; run `make demo` first", file=sys.stderr)
        return False
    print(f"== {name}", flush=True)
    where, start = machine(), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "result.json"
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *arguments],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, RESULT_VARIABLE: str(place)},
        )
        result: Any = json.loads(place.read_text("utf-8")) if place.is_file() else None
    print(done.stdout)
    record = {
        "schema": SCHEMA,
        "name": name,
        "status": "ok" if done.returncode == 0 else done.returncode,
        "date": time.strftime("%Y-%m-%d"),
        "seconds": round(time.monotonic() - start, 1),
        "machine": where,
        "versions": versions(PACKAGES),
        "text": done.stdout,
        "result": result,
    }
    if done.returncode == 0 or result is not None:
        (folder / f"{name}.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
