"""The peers' side of the pipe. Only the standard library: it runs in every environment."""

import json
import os
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CPU_MS = []  # of the timed calls of a request


def serve(handlers):
    """Answer requests {"do": NAME, ...} with `handlers[NAME](request)` until stdin ends.

    An answer has the processor time of its timed calls too, all threads together.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not get between the answers
    for line in sys.stdin:
        request = json.loads(line)
        CPU_MS.clear()
        try:
            answer = handlers[request["do"]](request) or {}
            answer |= {"cpu_ms": sum(CPU_MS)} if CPU_MS else {}
        except Exception as exc:  # noqa: BLE001 -- the answer says what went wrong
            text = (str(exc).strip().splitlines() or [""])[0]
            answer = {"error": f"{type(exc).__name__}: {text[:200]}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def timed(function):
    """Return the result and the milliseconds it took."""
    start, cpu = time.perf_counter(), time.process_time()
    result = function()
    CPU_MS.append(1e3 * (time.process_time() - cpu))
    return result, 1e3 * (time.perf_counter() - start)


def versions(*names):
    """Return installed versions."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def memory_kb():
    """Return this process's resident, proportional and peak memory in kB, from Linux."""
    found = {}
    with Path("/proc/self/status").open() as file:
        for line in file:
            if line.startswith(("VmRSS", "VmHWM")):
                found[line.split(":")[0]] = int(line.split()[1])
    with Path("/proc/self/smaps_rollup").open() as file:
        for line in file:
            if line.startswith(("Pss:", "Private_Clean", "Private_Dirty")):
                found[line.split(":")[0]] = int(line.split()[1])
    return found
