"""The window's tests, twenty times in a row: a test that fails once in twenty runs is a bug.

    python -m benchmarks.window_soak [--runs 20] [--keep-going] [TEST ...]

A run is a process of its own, as in CI: Qt's warnings, leaked threads, timers and widgets fail it.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks._record import Table, publish

TESTS = ("tests/unit/ui",)
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True)
class SoakRun:
    """One run of the tests.

    Attributes:
        status: Of pytest; a signal that killed it is negative.
        passed: How many tests passed.
        failed: Names of those that did not.
        seconds: By the clock.
        load: Load average over the last minute, at the end.
    """

    status: int
    passed: int
    failed: tuple[str, ...]
    seconds: float
    load: float


def run_once(tests: Sequence[str]) -> SoakRun:
    """Run the tests in a new process."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    count = PASSED.search(done.stdout)
    return SoakRun(
        done.returncode,
        int(count[1]) if count else 0,
        tuple(FAILED.findall(done.stdout)),
        time.monotonic() - start,
        os.getloadavg()[0],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print a line a run, publish; 1 where one did not pass."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", default=TESTS, help="default: tests/unit/ui")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--keep-going", action="store_true", help="go on after a failure")
    given = parser.parse_args(arguments)
    runs: list[SoakRun] = []
    for at in range(1, given.runs + 1):
        runs.append(run_once(given.tests))
        last = runs[-1]
        words = ", ".join(last.failed) or ("passed" if last.status == 0 else "ended early")
        print(
            f"run {at}: status {last.status}, {last.passed} passed, {last.seconds:.0f} s, {words}"
        )
        sys.stdout.flush()
        if last.status and not given.keep_going:
            break
    publish([_table(runs, given.tests)], title=__doc__.splitlines()[0], data=[*map(asdict, runs)])
    return 1 if any(run.status for run in runs) else 0


def _table(runs: Sequence[SoakRun], tests: Sequence[str]) -> Table:
    good = [run for run in runs if run.status == 0]
    failures = Counter(name for run in runs for name in run.failed)
    rows = [
        ["runs in a row", len(runs)],
        ["runs that passed", len(good)],
        ["tests a run", min((run.passed for run in good), default=0)],
        ["seconds a run, least to most", _span([run.seconds for run in runs])],
        ["load average, least to most", _span([run.load for run in runs])],
    ]
    notes = [f"{name} failed {count} times" for name, count in failures.items()]
    return Table(title=f"Soak of {' '.join(tests)}", columns=("", ""), rows=rows, notes=notes)


def _span(values: Sequence[float]) -> str:
    return f"{min(values):.1f} to {max(values):.1f}"


if __name__ == "__main__":
    sys.exit(main())
