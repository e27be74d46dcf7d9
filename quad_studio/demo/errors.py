"""The errors of the demo model's training and evaluation."""

from __future__ import annotations

from quad_studio.errors import QuadError


class DemoError(QuadError):
    """Base of every error that building the demo model raises."""


class IconPackageError(DemoError):
    """An icon package could not be fetched, or is not the pinned one.

    Attributes:
        package: Its npm name.
        reason: What went wrong, and what to do.
    """

    def __init__(self, package: str, reason: str) -> None:
        super().__init__(package, reason)
        self.package = package
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.package}: {self.reason}"


class DemoStageError(DemoError):
    """A training stage cannot start or go on.

    Attributes:
        stage: The stage's name.
        reason: What went wrong, and what to do.
    """

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(stage, reason)
        self.stage = stage
        self.reason = reason

    def __str__(self) -> str:
        return f"demo stage {self.stage}: {self.reason}"
