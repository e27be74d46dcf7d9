"""Run a vendor's command line tool: its own words in the error, and a cancel that ends it."""

import contextlib
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from device.callbacks import CheckFn
from device.errors import ToolchainError, ToolchainMissingError

_POLL_S = 0.25
_TAIL_LINES = 5


@dataclass(frozen=True)
class Command:
    """One command line: what it does in a word, its words, where and with which variables."""

    step: str
    argv: tuple[str, ...]
    cwd: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def run_command(command: Command, environment: Mapping[str, str], check: CheckFn) -> str:
    """Run `command` and return what it printed.

    Raises:
        ToolchainMissingError: The program is not there.
        ToolchainError: It ended with another status than 0; the message has its last lines.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        try:
            process = subprocess.Popen(
                command.argv, cwd=command.cwd, env={**environment, **command.variables},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except OSError as exc:
            raise ToolchainMissingError(f"{command.argv[0]}: {exc.strerror}") from exc
        try:
            while True:
                check()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=_POLL_S)
                    break
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0)
        printed = output.read()
    if process.returncode != 0:
        raise ToolchainError(f"{command.step}: status {process.returncode}: {tail(printed)}")
    return printed


def tail(printed: str) -> str:
    """Return the last lines of a tool's output as one line."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return " | ".join(lines[-_TAIL_LINES:]) or "no message"
