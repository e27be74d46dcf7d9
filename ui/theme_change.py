"""A change of theme while the window is in use: in slices, what is seen in one moment.

Every widget takes its new colours by being polished again, which takes far less than a new style
sheet and can be spread over turns of the event loop. Nothing is painted until all that is visible
has the new colours; what is hidden follows.
"""

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ui.icons import Repaints, repaint_icon
from ui.theme import ThemeSwitch

SLICE_S = 0.006
PAINT_MS = 30


class ThemeChange(QObject):
    """Changes the theme of a window and of the dialogs over it.

    Signals:
        finished: Everything has the colours of the theme, hidden panels too.
    """

    finished = Signal()

    def __init__(self, theme: ThemeSwitch, window: QWidget) -> None:
        """Change `theme` for `window`."""
        super().__init__(window)
        self._theme, self._window = theme, window
        self._seen: deque[QObject] = deque()
        self._hidden: deque[QObject] = deque()
        self._still: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_active(self) -> bool:
        """Return whether something has the colours of the old theme."""
        return self._timer.isActive()

    def start(self, name: str) -> None:
        """Show the theme `name`; a change that is under way goes on with it."""
        below = [*self._window.findChildren(QWidget), *self._window.findChildren(QAction)]
        every: list[QObject] = [self._window, *below]
        self._hold([one for one in every if isinstance(one, QWidget) and one.isWindow()])
        self._theme.announce(name)
        self._seen, self._hidden = deque(), deque()
        for one in every:
            is_hidden = isinstance(one, QWidget) and not one.isVisible()
            (self._hidden if is_hidden else self._seen).append(one)
        self._timer.start(0)

    def shutdown(self) -> None:
        """Leave the rest as it is: the window closes."""
        self._timer.stop()
        self._release()

    def _hold(self, windows: list[QWidget]) -> None:
        for window in windows:
            if window.isVisible() and window.updatesEnabled():
                window.setUpdatesEnabled(False)
                self._still.append(window)

    def _release(self) -> None:
        for window in self._still:
            if isValid(window):
                window.setUpdatesEnabled(True)
        self._still = []

    @Slot()
    def _on_turn(self) -> None:
        if self._still and not self._seen:
            self._release()
            self._timer.start(PAINT_MS)  # the whole window is painted: a turn of its own
            return
        self._timer.setInterval(0)
        end = perf_counter() + SLICE_S
        queue = self._seen or self._hidden
        while queue and perf_counter() < end:
            _repaint(queue.popleft())
        if not self._seen and not self._hidden and not self._still:
            self._timer.stop()
            self.finished.emit()


def _repaint(one: QObject) -> None:
    """Give `one` the colours of the theme, unless it has gone meanwhile."""
    if not isValid(one):
        return
    if isinstance(one, QWidget):
        one.style().polish(one)
        if isinstance(one, Repaints):
            one.repaint_theme()
    repaint_icon(one)
