"""Errors that the core raises.

QuadError
  UsageProblem        plan, project, command line or input file is wrong (exit 2)
    SettingsProblem   several problems of one file, all reported at once
    InputFileProblem  a file or folder is missing, corrupt or foreign
    UnsuitableInput   one input of a set does not suit its use case
  DeviceProblem       a device could not be used (exit 3)
  EvidenceProblem     evidence incomplete, invalid or not comparable (exit 4)
  StageError          a pipeline stage could not do its work (exit 5)
  Cancelled           the user stopped the work (exit 130)
"""

from collections.abc import Sequence
from pathlib import Path


class QuadError(Exception):
    """Base of every error raised by quad_studio.

    Attributes:
        exit_code: Status of the process when this error ends a command (DESIGN section 9).
    """

    exit_code = 5


class UsageProblem(QuadError):  # noqa: N818 -- what the user reads is a problem, not a crash
    """The command line, a plan, a project or an input file is wrong."""

    exit_code = 2


class SettingsProblem(UsageProblem):
    """A settings file has one or more mistakes.

    Attributes:
        path: The file.
        problems: One line each, naming the key, what is wrong and what to write instead.
    """

    def __init__(self, path: Path | str, problems: Sequence[str]) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(str(path), tuple(problems))
        self.path, self.problems = str(path), tuple(problems)

    def __str__(self) -> str:
        """Return one line a problem."""
        count = len(self.problems)
        head = f"{self.path}: {count} problem{'s' if count != 1 else ''}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


class InputFileProblem(UsageProblem):
    """A file or folder is missing, corrupt, of a newer schema or made for something else.

    Attributes:
        path: The file or folder.
        problem: What is wrong and what to do, one line.
    """

    def __init__(self, path: Path | str, problem: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(str(path), problem)
        self.path, self.problem = str(path), problem

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.path}: {self.problem}"


class UnsuitableInput(UsageProblem):
    """One input does not suit its use case: it becomes a failed row, the others are run."""


class DeviceProblem(QuadError):  # noqa: N818
    """A device is absent, lost, unauthorized or full."""

    exit_code = 3


class EvidenceProblem(QuadError):  # noqa: N818
    """The evidence is incomplete, invalid, or two runs cannot be compared."""

    exit_code = 4


class StageError(QuadError):
    """A pipeline stage could not do its work.

    Attributes:
        stage: Name of the stage, as in the events.
        problem: What went wrong and what to do, one line.
    """

    exit_code = 5

    def __init__(self, stage: str, problem: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(stage, problem)
        self.stage, self.problem = stage, problem

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.stage}: {self.problem}"


class Cancelled(QuadError):  # noqa: N818 -- a decision, not a failure
    """The user stopped the work."""

    exit_code = 130
