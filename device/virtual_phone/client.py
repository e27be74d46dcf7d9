"""Find, start and control virtual phones from other processes."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.errors import VirtualPhoneError
from device.state_folder import state_folder

RECORD = "phone.json"
_START_TIMEOUT_S = 20.0
_STARTED: dict[int, "subprocess.Popen[str]"] = {}


@dataclass(frozen=True)
class PhoneRecord:
    """How to reach a virtual phone that runs; stands in its directory, readable by its owner."""

    preset: str
    root: str
    serial: str
    control_port: int
    token: str
    pid: int

    @classmethod
    def read(cls, root: Path) -> "PhoneRecord | None":
        """Return the record in `root`, or None where there is none that can be read."""
        try:
            data = json.loads((root / RECORD).read_text(encoding="utf-8"))
            return cls(**data)
        except (OSError, ValueError, TypeError):
            return None

    def write(self, root: Path) -> None:
        """Put the record into `root`, for its owner only."""
        path = root / RECORD
        partial = path.with_suffix(f".new-{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(vars(self), file)
        partial.replace(path)


def phone_root(preset: str) -> Path:
    """Return the directory of the virtual phone that `virtual:PRESET` names."""
    return state_folder() / "virtual-phones" / preset


class PhoneControl:
    """A running virtual phone as its users see it: its serial, its faults, its end."""

    def __init__(self, record: PhoneRecord, process: "subprocess.Popen[str] | None" = None) -> None:
        """Control the phone of `record`; `process` is set where we started it."""
        self.record = record
        self.process = process

    @property
    def serial(self) -> str:
        """Return what adb calls it, ``127.0.0.1:PORT``."""
        return self.record.serial

    def send(self, line: str, timeout_s: float = 10.0) -> dict[str, Any]:
        """Send a command line, e.g. ``fault hot=47``, and return the phone's state.

        Raises:
            VirtualPhoneError: It does not answer, or refuses the command.
        """
        address = ("127.0.0.1", self.record.control_port)
        try:
            with socket.create_connection(address, timeout=timeout_s) as connection:
                request = {"token": self.record.token, "line": line}
                connection.sendall(json.dumps(request).encode() + b"\n")
                with connection.makefile("rb") as file:
                    answer = json.loads(file.readline() or b"{}")
        except (OSError, ValueError) as exc:
            raise VirtualPhoneError(
                f"virtual phone {self.record.preset}: no answer ({exc}); start it again with "
                f"quad-studio virtual-phone --preset {self.record.preset}"
            ) from exc
        if not answer.get("ok"):
            raise VirtualPhoneError(f"virtual phone {self.record.preset}: {answer.get('error')}")
        return dict(answer)

    def fault(self, name: str, value: float | None = None) -> dict[str, Any]:
        """Let a fault of `faults.FAULTS` happen."""
        return self.send(f"fault {name}" if value is None else f"fault {name}={value:g}")

    def clear(self) -> dict[str, Any]:
        """End every fault and plug the phone in again."""
        return self.send("clear")

    def alive(self) -> bool:
        """Return whether the phone answers."""
        try:
            self.send("state", timeout_s=2.0)
        except VirtualPhoneError:
            return False
        return True

    def stop(self) -> None:
        """End the phone, and wait for the process where we started it."""
        with contextlib.suppress(VirtualPhoneError):
            self.send("stop")
        if self.process is not None:
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            _STARTED.pop(self.process.pid, None)


def find_phone(root: Path) -> PhoneControl | None:
    """Return the phone that runs in `root`, or None."""
    record = PhoneRecord.read(root)
    if record is None:
        return None
    control = PhoneControl(record)
    return control if control.alive() else None


def start_phone(
    preset: str, root: Path, *, faults: Sequence[str] = (), auth: str = "own", port: int = 0
) -> PhoneControl:
    """Start a virtual phone in a process of its own, which ends with this one or by `stop`.

    Raises:
        VirtualPhoneError: It does not come up; the message has what it said.
    """
    if os.name != "posix":
        raise VirtualPhoneError(
            "the virtual phone needs a POSIX shell: run it on Linux, macOS or in WSL"
        )
    root.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "device.virtual_phone", "--preset", preset, "--root", str(root)]
    argv += ["--auth", auth, "--port", str(port), "--with-parent"]
    argv += [word for fault in faults for word in ("--fault", fault)]
    source = Path(__file__).resolve().parents[2]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), *_python_path()])}
    log = root / "phone.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            env=variables, start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    record = PhoneRecord.read(root) if '"ready"' in line else None
    if record is None:
        process.kill()
        process.wait()
        said = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
        raise VirtualPhoneError(f"virtual phone {preset} did not start: {''.join(said) or line}")
    # The phone ends when its stdin does: keep it open although the caller may forget the phone.
    _STARTED[process.pid] = process
    return PhoneControl(record, process)


def _python_path() -> list[str]:
    return list(filter(None, [os.environ.get("PYTHONPATH", "")]))


def wait_until_plugged(control: PhoneControl, timeout_s: float = _START_TIMEOUT_S) -> None:
    """Wait until a phone that reboots listens again and has booted.

    Raises:
        VirtualPhoneError: Not within `timeout_s`.
    """
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        conditions = control.send("state")["conditions"]
        if conditions["plugged"] and conditions["boot_completed"]:
            return
        time.sleep(0.1)
    raise VirtualPhoneError(f"virtual phone {control.record.preset}: not back in {timeout_s:g} s")
