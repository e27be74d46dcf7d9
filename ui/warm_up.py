"""What a first use would wait for, done while nobody waits: after the start, in small steps.

That is also when the scratch folders go that a window left which was killed.

PySide makes the Python class of a Qt type when it first meets it, and to name an unknown widget it
makes those of every kind of widget there is: 50 ms in one go, whenever that happens to be.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import perf_counter

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from quad_studio.scratch import sweep_once
from ui.worker import Jobs

DELAY_MS, BEAT_MS = 400, 15
SLICE_S = 0.004


class WarmUp(QObject):
    """Makes Qt's types and dresses what is hidden, in slices; loads modules in a worker."""

    def __init__(self, window: QWidget, parent: QObject) -> None:
        """Wait for `start`; `window` has its panels."""
        super().__init__(parent)
        self._window = window
        self._steps: Iterator[None] = iter(())
        self._jobs = Jobs("warm-up", self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_beat)

    @property
    def is_active(self) -> bool:
        """Return whether something is left to do."""
        return self._timer.isActive() or self._jobs.is_active

    def start(self) -> None:
        """Begin soon: whatever the start itself needs goes first."""
        self._steps = chain(_qt_types(), _hidden(self._window))
        self._timer.start(DELAY_MS)

    def shutdown(self) -> None:
        """End; what is not done yet is done where it is needed."""
        self._timer.stop()
        self._jobs.shutdown()

    @Slot()
    def _on_beat(self) -> None:
        if self._timer.interval() == DELAY_MS:
            self._timer.setInterval(BEAT_MS)
            self._jobs.submit("modules", _load_modules)
            self._jobs.submit("scratch", sweep_once)
        end = perf_counter() + SLICE_S
        while perf_counter() < end:
            if next(self._steps, self) is self:
                self._timer.stop()
                return


def _qt_types() -> Iterator[None]:
    """Meet every type of the three modules; each step makes one."""
    for module in (QtWidgets, QtCore, QtGui):
        for name in dir(module):
            if name.startswith("Q"):
                getattr(module, name)
                yield


def _hidden(window: QWidget) -> Iterator[None]:
    """Give every widget its style: a page that is shown for the first time would do it at once."""
    for widget in window.findChildren(QWidget):
        if isValid(widget):
            widget.ensurePolished()
            yield


def _load_modules() -> None:
    """Do once what the panels do at first, for the modules that it loads."""
    import ui.models.kpi_building  # noqa: F401 -- to name a KPI
    from quad_studio.project_document import NEW, ProjectDocument

    document = ProjectDocument(NEW, Path("project.toml"))
    document.set("project", "name", "warm-up")
    document.problems()
