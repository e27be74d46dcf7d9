"""Push throughput against plain `adb push`: same bytes, same virtual phone, same adb server.

    python -m benchmarks.push_throughput                        256 MB, five rounds
    python -m benchmarks.push_throughput --mb 64 --files 20 --json

Each round runs every way once, in an order that turns from round to round, so that load on the
machine hits all alike. Ways:

    adb push           the adb program, files one after the other in one call
    own push           our sync connection, without looking at the result
    deploy             what `quad-studio deploy` does: plan, push, SHA-256 on the phone, rename
    adb push + sha256  the adb program, and the same check afterwards
    again              `deploy` of the unchanged bundle

The numbers are a host's loopback, never a phone's USB; the ratio is what counts.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from device.adb import AdbPhone, AdbServer, find_adb
from device.deploy import deploy_bundle
from device.local_bundle import MANIFEST, file_sha256
from device.remote_store import RemoteStore
from device.sync_push import SyncPusher
from device.virtual_phone.client import start_phone

PEER = "adb push"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all ways and print the medians; 1 where own push is below --at-least of adb push."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=int, default=256, help="megabytes in all")
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--preset", default="s25-qualcomm")
    parser.add_argument("--at-least", type=float, default=0.0, help="fail below this ratio")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle = make_bundle(folder / "bundle", given.mb * 1_000_000, given.files)
        seconds = measure(folder, bundle, given.preset, given.rounds)
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    rates = {way: given.mb / median for way, median in medians.items()}
    ratios = {way: medians[PEER] / median for way, median in medians.items()}
    result = {
        "mb": given.mb, "files": given.files, "rounds": given.rounds, "seconds": seconds,
        "median_mb_per_s": rates, "ratio_to_adb_push": ratios,
        "again_seconds": medians["again"], "cpus": os.cpu_count(), "load": os.getloadavg()[0],
    }  # fmt: skip
    if given.json:
        print(json.dumps(result, indent=1))
    else:
        print(f"{given.mb} MB in {given.files} files, median of {given.rounds} rounds")
        for way in seconds:
            if way != "again":
                print(f"  {way:<18} {rates[way]:7.0f} MB/s   {ratios[way]:5.2f} of {PEER}")
        print(f"  {'again':<18} {medians['again']:7.2f} s      nothing changed, nothing sent")
    return 1 if ratios["own push"] < given.at_least else 0


def make_bundle(path: Path, size: int, files: int) -> Path:
    """Write a bundle of random bytes."""
    path.mkdir()
    listed = {}
    for number in range(files):
        file = path / f"part{number}.bin"
        file.write_bytes(os.urandom(size // files))
        listed[file.name] = {"sha256": file_sha256(file), "bytes": file.stat().st_size}
    manifest = {
        "schema": "quad-studio/bundle/1", "name": "bench", "fingerprint": "0" * 64, "files": listed,
    }  # fmt: skip
    (path / MANIFEST).write_text(json.dumps(manifest))
    return path


def measure(folder: Path, bundle: Path, preset: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every way and round."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = AdbServer(port=int(probe.getsockname()[1]), program=find_adb())
    control = start_phone(preset, folder / "phone")
    try:
        server.connect(control.serial)
        phone = AdbPhone(server, control.serial)
        ways = ways_of(phone, RemoteStore.find(phone), bundle, folder / "phone")
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        names = [way for way in ways if way != "again"]
        for number in range(rounds):
            for way in [*names[number % len(names) :], *names[: number % len(names)]]:
                shutil.rmtree(folder / "phone/data/local/tmp/plain", ignore_errors=True)
                shutil.rmtree(folder / "phone/data/local/tmp/quad-studio", ignore_errors=True)
                seconds[way].append(timed(ways[way]))
                if way == "deploy":
                    seconds["again"].append(timed(ways["again"]))
        return seconds
    finally:
        subprocess.run([*server.argv, "kill-server"], check=False, timeout=10)
        control.stop()


def ways_of(
    phone: AdbPhone, store: RemoteStore, bundle: Path, root: Path
) -> dict[str, Callable[[], None]]:
    """Return every way as a function."""
    files = sorted(str(path) for path in bundle.iterdir())
    plain = root / "data/local/tmp/plain"

    def adb_push() -> None:
        phone.shell("mkdir", "-p", str(plain), timeout_s=10)
        argv = [*phone.server.argv, "-s", phone.serial, "push", *files, str(plain)]
        subprocess.run(argv, check=True, capture_output=True, timeout=600)

    def own_push() -> None:
        with SyncPusher(phone) as pusher:
            for file in files:
                pusher.push(Path(file), f"{plain}/{Path(file).name}")

    def adb_push_and_check() -> None:
        adb_push()
        names = [f"{plain}/{Path(file).name}" for file in files]
        printed = phone.shell("sha256sum", *names, timeout_s=600)
        expected = [file_sha256(Path(file)) for file in files]
        if [line.split()[0] for line in printed.splitlines()] != expected:
            raise RuntimeError("what arrived is not what was sent")

    def deploy() -> None:
        report = deploy_bundle(
            store, bundle, progress=lambda what, done, total: None, check=lambda: None
        )
        if report.files_sent != len(files):
            raise RuntimeError(f"{report.files_sent} files were sent instead of {len(files)}")

    def again() -> None:
        report = deploy_bundle(
            store, bundle, progress=lambda what, done, total: None, check=lambda: None
        )
        if report.bytes_sent:
            raise RuntimeError("an unchanged bundle was sent again")

    return {
        PEER: adb_push,
        "own push": own_push,
        "adb push + sha256": adb_push_and_check,
        "deploy": deploy,
        "again": again,
    }


def timed(function: Callable[[], None]) -> float:
    """Return how long `function` takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
