"""Throw damaged frames at a real runner for a while: it must neither end nor answer wrongly.

    python -m device.runner_build --sanitize
    python -m tests.fuzz.runner_protocol [--frames 86400] [--seconds 600] [--seed 20260322]

A day of one request a second is 86,400 frames; the run ends at that many or at `--seconds`. What is
sent depends on the seed only. Kinds: random bytes, valid frames with flipped bits, cut or glued
frames, absurd lengths, headers grown from a grammar (wrong types, wrong tensors, unknown words),
and valid requests whose client leaves or cancels in the middle.

Checked: the process lives; every so often a valid request gives the very bits it gave first; no
descriptor stays open; it ends with 0; nothing of a sanitizer stands in its log. Exit status 1
otherwise, with the number of the connection that did it: `--from N --connections 1` repeats it.
"""

import argparse
import contextlib
import json
import os
import random
import socket
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from device.errors import DeviceError
from device.runner_frames import MAGIC, encode_frame
from device.runner_process import RUNNER_FOLDER, RunnerProcess, host_triple
from device.targets import SessionRequest
from tests.fakes.runner import connect, request_for
from tests.fakes.tiny_bundle import make_tiny_bundle, tiny_inputs

CHECK_EVERY = 250
DRAIN_S = 0.002
WORDS = ("hello", "ping", "stats", "cancel", "preload", "load", "generate", "run_graph", "evict",
         "reload_adapters", "result", "", "GENERATE", "x" * 70)  # fmt: skip
FIELDS = ("type", "id", "protocol", "token", "client", "target", "adapter", "adapters", "strength",
          "policy", "components", "component", "use_case", "plan", "unet", "want", "seed",
          "progress", "tensors", "input_ids", "fault", "ms")  # fmt: skip
ODD = (None, True, -1, 0, 1, 2**31, 2**63, 2**64, -(2**63), 1e308, -0.0, "", "x", "object_removal",
       "transform", "unet", "../../etc/hosts", "\x00", "\ud7ff", [], {}, [[]], [None])  # fmt: skip
SANITIZER = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "UndefinedBehavior")


class Fuzzer:
    """Makes the bytes of one connection from the seed and the connection's number."""

    def __init__(self, seed: int, token: str) -> None:
        self._seed, self._token = seed, token
        self._valid = [self._request() for _ in range(2)] + [
            encode_frame({"type": word, "id": "1"}) for word in ("ping", "stats")
        ]

    def connection(self, number: int) -> list[bytes]:
        """Return the pieces that connection `number` sends."""
        rng = random.Random(f"{self._seed}/{number}")
        pieces = [self._hello()] if rng.random() < 0.85 else []
        makers: tuple[Callable[[random.Random], bytes], ...] = (
            self._noise, self._flipped, self._cut, self._lengths, self._grown, self._grown,
            self._grown, self._whole,
        )  # fmt: skip
        return pieces + [rng.choice(makers)(rng) for _ in range(rng.randint(1, 12))]

    def _hello(self) -> bytes:
        header = {"type": "hello", "id": "0", "protocol": 1, "token": self._token}
        return encode_frame({**header, "client": "fuzz"})

    def _request(self) -> bytes:
        inputs = tiny_inputs()
        header = {"type": "generate", "id": "9", "use_case": "object_removal"}
        uses = [{"name": "transform", "strength": 1.0}]
        return encode_frame({**header, "adapters": uses, "progress": False}, inputs)

    def _noise(self, rng: random.Random) -> bytes:
        start = MAGIC if rng.random() < 0.5 else b""
        return start + rng.randbytes(rng.randint(0, 200))

    def _flipped(self, rng: random.Random) -> bytes:
        frame = bytearray(rng.choice(self._valid))
        reach = len(frame) if rng.random() < 0.5 else min(len(frame), 400)  # the header's part
        for _ in range(rng.randint(1, 8)):
            frame[rng.randrange(reach)] ^= 1 << rng.randrange(8)
        return bytes(frame)

    def _cut(self, rng: random.Random) -> bytes:
        frame = rng.choice(self._valid)
        begin = rng.randrange(len(frame)) if rng.random() < 0.3 else 0
        return frame[begin : begin + rng.randint(0, len(frame))]

    def _lengths(self, rng: random.Random) -> bytes:
        header = rng.choice((0, 1, 2, 4096, 4097, 2**20, 2**20 + 1, 2**31, 2**32 - 1))
        payload = rng.choice((0, 1, 2**28, 2**28 + 1, 2**32, 2**63, 2**64 - 1))
        return struct.pack("<4sIQ", MAGIC, header, payload) + rng.randbytes(rng.randint(0, 50))

    def _whole(self, rng: random.Random) -> bytes:
        return rng.choice(self._valid)

    def _grown(self, rng: random.Random) -> bytes:
        header: dict[str, Any] = {"type": rng.choice(WORDS), "id": str(rng.randint(0, 99))}
        for _ in range(rng.randint(0, 6)):
            header[rng.choice(FIELDS)] = self._value(rng, 3)
        payload = rng.randbytes(rng.choice((0, 0, 8, 64, 4096)))
        if rng.random() < 0.6:
            header["tensors"] = [self._tensor(rng, len(payload)) for _ in range(rng.randint(0, 4))]
        if header["type"] == "inject_fault":  # ends the runner by design, where it is allowed
            header["type"] = "ping"
        text = json.dumps(header).encode()
        if rng.random() < 0.1:
            text = b"[" * rng.randint(1, 200) + text
        return struct.pack("<4sIQ", MAGIC, len(text), len(payload)) + text + payload

    def _value(self, rng: random.Random, depth: int) -> Any:
        kind = rng.random()
        if depth and kind < 0.15:
            return [self._value(rng, depth - 1) for _ in range(rng.randint(0, 4))]
        if depth and kind < 0.3:
            words = rng.sample(FIELDS, rng.randint(0, 4))
            return {word: self._value(rng, depth - 1) for word in words}
        return rng.choice(ODD)

    def _tensor(self, rng: random.Random, size: int) -> dict[str, Any]:
        tensor: dict[str, Any] = {
            "name": rng.choice(("noise", "input_ids", "mask", "image", "lora_alpha", "", "x" * 99)),
            "dtype": rng.choice(("float32", "int64", "int16", "bool", "complex64", "", 4)),
            "shape": [
                rng.choice((0, 1, 4, 8, 77, -1, 2**31, 2**62)) for _ in range(rng.randint(0, 9))
            ],
            "offset": rng.choice((0, 8, 4, -8, size, 2**63)),
            "bytes": rng.choice((0, size, 4, -1, 2**63)),
        }
        if rng.random() < 0.2:
            tensor.pop(rng.choice(list(tensor)))
        return tensor


def fuzz(process: RunnerProcess, given: argparse.Namespace) -> tuple[Counter[str], list[str]]:
    """Send until frames or time are used up; return counters and problems."""
    fuzzer, seen = Fuzzer(given.seed, process.token), Counter[str]()
    expected, files = witness(process)
    end = time.monotonic() + given.seconds
    number = given.start
    while seen["frames"] < given.frames and time.monotonic() < end:
        if given.connections and seen["connections"] >= given.connections:
            break
        pieces = fuzzer.connection(number)
        send(process.address, pieces, seen)
        seen["connections"] += 1
        number += 1
        if process.process.poll() is not None:
            return seen, [f"connection {number - 1}: the runner ended"]
        if seen["connections"] % CHECK_EVERY == 0:
            found, _ = witness(process)
            seen["checks"] += 1
            if found != expected:
                return seen, [f"before connection {number}: a valid request gave other bits"]
    found, files_now = witness(process)
    problems = [] if found == expected else ["at the end a valid request gave other bits"]
    if files_now > files:
        problems.append(f"{files_now - files} more descriptors are open than at the start")
    return seen, problems


def send(address: tuple[str, int], pieces: Sequence[bytes], seen: Counter[str]) -> None:
    """Send the pieces over one connection and leave; answers are counted, not judged."""
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=5) as link:
        link.settimeout(DRAIN_S)
        for piece in pieces:
            seen["frames"] += 1
            seen["bytes"] += len(piece)
            link.sendall(piece)
            with contextlib.suppress(TimeoutError):
                answer = link.recv(1 << 16)
                if not answer:
                    seen["closed"] += 1
                    return
                seen["answers"] += answer.count(MAGIC)


def witness(process: RunnerProcess) -> tuple[bytes, int]:
    """Return the bits of a valid request and how many descriptors are open."""
    end = time.monotonic() + 120
    while True:  # clients that left may still be in the way
        try:
            with connect(process, "witness") as session:
                image = session.generate(request_for("transform")).image.tobytes()
                while session.stats()["clients"] > 1 and time.monotonic() < end:
                    time.sleep(0.02)
                return image, int(session.stats()["open_files"])
        except DeviceError as exc:
            if process.process.poll() is not None or time.monotonic() > end:
                raise
            if getattr(exc, "code", "") not in ("busy", "lost"):
                time.sleep(0.02)


def say(text: str) -> None:
    """Print a line; this is a program."""
    sys.stdout.write(f"{text}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz and print what was done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", type=Path, help="default: the sanitized build, else the usual")
    parser.add_argument("--frames", type=int, default=86_400)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=20260322)
    parser.add_argument("--from", dest="start", type=int, default=0, help="first connection")
    parser.add_argument("--connections", type=int, default=0, help="at most so many")
    given = parser.parse_args(arguments)
    build = RUNNER_FOLDER / "build"
    runner = given.runner or build / f"{host_triple()}-asan" / "quad_runner"
    if not runner.is_file():
        say(f"{runner} is not there: python -m device.runner_build --sanitize")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        bundle = make_tiny_bundle(Path(folder) / "bundle")
        request = SessionRequest(bundle=bundle.path, threads=1)
        process = RunnerProcess.start(runner, request)
        log = Path(folder) / "log"
        os.link(process.folder / "log", log)  # its own goes with the process
        begin = time.monotonic()
        try:
            seen, problems = fuzz(process, given)
        finally:
            seconds = time.monotonic() - begin
            process.close()
        if process.process.returncode != 0:
            problems.append(f"the runner ended with status {process.process.returncode}")
        lines = log.read_text("utf-8", "replace").splitlines()
        problems += [line for line in lines if any(word in line for word in SANITIZER)][:10]
    build_kind = "ASan and UBSan" if "asan" in str(runner.parent) else "no sanitizer"
    say(
        f"seed {given.seed}, {build_kind}: {seen['frames']} frames, {seen['connections']} "
        f"connections, {seen['bytes'] / 1e6:.1f} MB, {seen['answers']} answers, {seen['closed']} "
        f"closed by the runner, {seen['checks']} checks, {seconds:.0f} s"
    )
    say("\n".join(f"PROBLEM {problem}" for problem in problems) or "no problem")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
