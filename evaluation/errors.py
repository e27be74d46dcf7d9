"""Errors that evaluation raises.

EvaluationError
  ImageShapeError         image batches that cannot be compared because of their shapes
  ImageRangeError         image values outside the declared range
  ImageFileError          an image file that is missing, corrupt or of an unsupported kind
  MetricUnavailableError  a metric whose weights or model are not there
  UnknownMetricError      a metric name that the registry does not hold
  RunFolderError          a run folder that is missing, corrupt or of a newer schema
  GatesError              a gates file with mistakes
  LayoutError             a table layout that cannot be built
  ReportError             a report that cannot be written
"""

from collections.abc import Sequence
from pathlib import Path


class EvaluationError(Exception):
    """Base of every error raised by evaluation.

    Attributes:
        exit_code: Status of the process when this error ends a command (DESIGN section 9).
    """

    exit_code = 5


class ImageShapeError(EvaluationError, ValueError):
    """Image batches that cannot be compared because of their shapes."""

    exit_code = 2


class ImageRangeError(EvaluationError, ValueError):
    """Image values outside the declared range."""

    exit_code = 2


class _FileError(EvaluationError):
    """A file with a problem.

    Attributes:
        path: The file or folder.
        problem: What is wrong and what to do, one line.
    """

    exit_code = 2

    def __init__(self, path: Path | str, problem: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(str(path), problem)
        self.path, self.problem = str(path), problem

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.path}: {self.problem}"


class ImageFileError(_FileError):
    """An image file that is missing, corrupt or of an unsupported kind."""


class RunFolderError(_FileError):
    """A run folder that is missing, corrupt or of a newer schema."""


class ReportError(_FileError):
    """A report that cannot be written; a full disk is exit 5."""

    exit_code = 5


class MetricUnavailableError(EvaluationError):
    """A metric whose weights or model are not there.

    Attributes:
        metric: Name of the metric, as in the registry.
        because: Why, and what would make it available.
    """

    exit_code = 4

    def __init__(self, metric: str, because: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(metric, because)
        self.metric, self.because = metric, because

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.metric}: not available, because {self.because}"


class UnknownMetricError(EvaluationError):
    """Metric names that the registry does not hold.

    Attributes:
        names: The unknown names.
        known: The names that exist.
    """

    exit_code = 2

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(tuple(names), tuple(known))
        self.names, self.known = tuple(names), tuple(known)

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"unknown metric {', '.join(self.names)}; known: {', '.join(self.known)}"


class GatesError(EvaluationError):
    """A gates file has one or more mistakes, all reported at once.

    Attributes:
        path: The file.
        problems: One line each, naming the key, what is wrong and what to write instead.
    """

    exit_code = 2

    def __init__(self, path: Path | str, problems: Sequence[str]) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(str(path), tuple(problems))
        self.path, self.problems = str(path), tuple(problems)

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.path}: {'; '.join(self.problems)}"


class LayoutError(EvaluationError):
    """A table layout that cannot be built: an unknown name, axis or KPI."""

    exit_code = 2
