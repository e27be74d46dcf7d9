"""What the machine can do at best: bytes and operations a second, measured beside the rest."""

import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np


def copy_bytes_per_s(size: int = 64 << 20, rounds: int = 7) -> float:
    """Return how fast one core copies memory that no cache holds."""
    source = np.ones(size, np.uint8)
    target = np.zeros_like(source)
    return size / _median(lambda: np.copyto(target, source), rounds)


def read_bytes_per_s(path: Path, rounds: int = 7) -> float:
    """Return how fast a file is read that the system has in memory."""
    size = path.stat().st_size
    return size / _median(path.read_bytes, rounds)


def macs_per_s(threads: int, size: int = 768, rounds: int = 7) -> float:
    """Return the FP32 multiply-accumulates a second of a large matrix product.

    By processor time: a floor is what the processor could do, whatever else it does just now.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    left, right = torch.ones(size, size), torch.ones(size, size)
    seconds = _median(lambda: left @ right, rounds, clock=process_time) / threads
    torch.set_num_threads(before)
    return size**3 / seconds


def _median(work: object, rounds: int, clock: Callable[[], float] = perf_counter) -> float:
    """Return the median seconds of calls after one to warm up."""
    times = []
    for turn in range(rounds + 1):
        start = clock()
        work()  # type: ignore[operator]
        if turn:
            times.append(clock() - start)
    return statistics.median(times)


def spread(values: list[float]) -> tuple[float, float]:
    """Return the median and the interquartile range."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(middle), float(high - low)
