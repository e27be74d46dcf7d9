"""Run the benchmarks one after another and collect what they say.

    python -m benchmarks                     all of them
    python -m benchmarks metrics_cost        one
    python -m benchmarks --list
    python -m benchmarks --write docs/benchmarks.md

Each compares with a peer in the same run; there are no absolute pass marks. What they print goes to
out/benchmarks/<name>.txt, with the machine and the versions that were used.
"""

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path("out/benchmarks")
NEEDS_BUNDLE = {
    "runner_cpu_variants",
    "runner_lora_overhead",
    "runner_retention",
    "runner_switching",
    "runner_tasks",
}
LONG = {
    "quantization_aimet",
    "quantization_mixed",
    "quantization_table",
    "quantization_sd15_size",
}


def main() -> int:
    """Run what was asked for; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="default: all but the long ones")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--long", action="store_true", help="the long ones too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="collect all outputs here")
    args = parser.parse_args()
    known = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    if args.list:
        print("\n".join(f"{name}{'  (long)' if name in LONG else ''}" for name in known))
        return 0
    unknown = sorted(set(args.names) - set(known))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    chosen = args.names or [name for name in known if args.long or name not in LONG]
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = [] if args.write and not args.names else [n for n in chosen if not run(n)]
    if args.write:
        args.write.write_text(collected(known), encoding="utf-8")
        print(f"written: {args.write}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str) -> bool:
    """Run one benchmark and keep what it prints."""
    if name in NEEDS_BUNDLE and not Path("out/demo/bundle/bundle.json").is_file():
        print(f"{name}: needs out/demo/bundle; run `make demo` first", file=sys.stderr)
        return False
    print(f"== {name}", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout)
    head = f"{machine()}; {time.strftime('%Y-%m-%d')}; {time.monotonic() - start:.0f} s in all"
    if done.returncode == 0:
        (FOLDER / f"{name}.txt").write_text(f"{head}\n\n{done.stdout}", encoding="utf-8")
    return done.returncode == 0


def machine() -> str:
    """Return the machine and the versions in one line."""
    packages = ("torch", "onnxruntime", "diffusers", "numpy")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return f"{os.cpu_count()} CPUs ({platform.machine()}), {platform.system()}; {versions}"


def collected(names: list[str]) -> str:
    """Return every kept output as Markdown."""
    parts = [
        "# Benchmarks\n",
        "Made by `python -m benchmarks` and `python -m benchmarks --write docs/benchmarks.md`. "
        "Every number stands beside a peer's from the same run; machines differ, ratios travel. "
        "Times are those of this host and say nothing about phones.\n",
    ]
    for name in names:
        file = FOLDER / f"{name}.txt"
        if file.is_file():
            text = file.read_text(encoding="utf-8").rstrip()
            parts.append(f"## {name}\n\n`python -m benchmarks {name}`\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
