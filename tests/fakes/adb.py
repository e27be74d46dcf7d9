"""An adb program that answers from a script and remembers what it was asked."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from subprocess import CompletedProcess

from device.adb import AdbServer

Answer = "str | tuple[str, str, int] | BaseException"


@dataclass
class FakeAdb:
    """Looks for the first rule whose words all occur in the command line, in order of addition.

    A rule's answer is stdout, or (stdout, stderr, status), or an exception to raise, or a function
    that returns one of these.
    """

    rules: list[tuple[str, object]] = field(default_factory=list)
    calls: list[list[str]] = field(default_factory=list)

    def on(self, words: str, answer: object) -> "FakeAdb":
        self.rules.append((words, answer))
        return self

    def __call__(self, argv: Sequence[str], timeout_s: float) -> "CompletedProcess[str]":
        self.calls.append(list(argv))
        line = " ".join(argv)
        for words, answer in self.rules:
            if words in line:
                found = answer() if isinstance(answer, Callable) else answer  # type: ignore[arg-type]
                if isinstance(found, BaseException):
                    raise found
                out, err, code = (found, "", 0) if isinstance(found, str) else found
                return CompletedProcess(argv, code, out, err)
        return CompletedProcess(argv, 0, "", "")

    def server(self) -> AdbServer:
        """Return a server that runs this program; nothing listens on its port."""
        return AdbServer(port=1, program="adb", run=self)


def timeout() -> subprocess.TimeoutExpired:
    return subprocess.TimeoutExpired("adb", 1.0)
