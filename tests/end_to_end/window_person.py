"""A person at the window who has one thing to work with: a keyboard, or a mouse.

Events go to the window that has the focus, never to a widget: which widget gets a key is decided by
the focus, which one gets a click by what lies under the pointer. So a widget that Tab does not
reach, or that something covers, is noticed. Both persons type text where a text is asked for.
"""

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from ui.app import Studio
from ui.commands import BY_NAME

PATIENCE_S = float(os.environ.get("WINDOW_JOB_PATIENCE_S", "600"))
KEY, MODIFIER, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
MOST_STEPS = 150  # of Tab, until a control counts as out of reach


def pause(milliseconds: int) -> None:
    """Let the event loop run, and other threads too: `QTest.qWait` would keep Python's lock."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Person(ABC):
    """Someone with patience, who looks at the window to know when to go on."""

    def __init__(self, studio: Studio, *, patience_s: float = PATIENCE_S) -> None:
        self.studio, self.window = studio, studio.window
        self.patience_s = patience_s
        self.started = time.monotonic()

    # ---- looking -------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self.started:7.1f} s  {text}\n")

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Look at the window until `condition()` holds."""
        end = time.monotonic() + self.patience_s
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"waited in vain for: {what}; banners: {self.banners()}")
            pause(20)
        self.say(what)

    def banners(self) -> list[str]:
        views = self.studio
        shown = (views.pipeline_view, views.devices_view, views.session_view, views.runs_view)
        return [view.banner.text.text() for view in shown]

    def front(self) -> QWidget:
        """Return the window in front: a dialog, else the main one."""
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
        return next((dialog for dialog in shown if dialog.isVisible()), self.window)

    def come_to_the_front(self) -> QWindow:
        """Give what is in front the keyboard; a bare X server has no window manager that would."""
        front = self.front()
        handle = front.windowHandle()
        if not front.isActiveWindow():
            self.wait(f"{type(front).__name__} is on the screen", handle.isExposed)

            def is_active() -> bool:
                front.activateWindow()
                pause(50)
                return front.isActiveWindow()

            self.wait(f"{type(front).__name__} has the keyboard", is_active)
        return handle

    def can_use(self, widget: QWidget, what: str = "") -> None:
        """Wait until a widget can be used."""
        name = what or widget.accessibleName() or getattr(widget, "text", str)()
        self.wait(
            f"{type(widget).__name__} {name!r} can be used",
            lambda: widget.isVisible() and widget.isEnabled(),
        )

    # ---- typing, which both do -----------------------------------------------------------------

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = MODIFIER.NoModifier) -> None:
        """Press a key; it goes where the focus is."""
        QTest.keyClick(self.come_to_the_front(), key, modifier)
        pause(1)

    def type(self, text: str) -> None:
        """Type `text` in place of what the field with the focus holds."""
        self.key(KEY.Key_A, MODIFIER.ControlModifier)
        handle = self.come_to_the_front()
        for letter in text:
            QTest.keyClick(handle, letter)

    def write(self, field: QLineEdit, text: str) -> None:
        """Put `text` into a field."""
        self.go_to(field)
        self.type(text)
        assert field.text() == text, f"{field.accessibleName()}: {field.text()!r}"

    # ---- what each does in their own way -------------------------------------------------------

    @abstractmethod
    def go_to(self, widget: QWidget) -> None:
        """Give `widget` the focus."""

    @abstractmethod
    def press(self, widget: QWidget) -> None:
        """Press a button, or change a check box."""

    @abstractmethod
    def give(self, command: str, shown_as: QWidget) -> None:
        """Give a command, which the window shows as this button too."""

    @abstractmethod
    def workspace(self, name: str) -> None:
        """Go to the workspace `name`."""

    @abstractmethod
    def choose(self, box: QComboBox, data: object) -> None:
        """Choose an entry of a closed list."""

    @abstractmethod
    def check_entry(self, items: QListWidget, at: int) -> None:
        """Check or uncheck an entry of a list."""

    @abstractmethod
    def open_tab(self, tabs: QTabWidget, at: int) -> None:
        """Bring a tab to the front."""

    @abstractmethod
    def choose_file(self, dialog: QFileDialog, path: Path) -> None:
        """Choose a file in the dialog that is open."""

    @abstractmethod
    def leave_dialog(self, dialog: QDialog, close: QWidget) -> None:
        """Close a dialog, which has this button for it."""

    def answer_file_dialog(self, path: Path) -> None:
        """Choose `path` in the file dialog that opens."""
        self.wait("a file dialog opens", lambda: isinstance(self.front(), QFileDialog))
        dialog = self.front()
        assert isinstance(dialog, QFileDialog)
        self.choose_file(dialog, path)
        self.wait("the file dialog closes", lambda: not isinstance(self.front(), QFileDialog))
        self.come_to_the_front()

    def check(self, box: QCheckBox) -> None:
        """Check a box that may be checked already."""
        if not box.isChecked():
            self.press(box)


class Typist(Person):
    """Someone with a keyboard alone."""

    def go_to(self, widget: QWidget) -> None:
        self.can_use(widget)
        self._go_to_panel(widget)
        seen: dict[int, str] = {}
        for _ in range(MOST_STEPS):
            focus = QApplication.focusWidget()
            if focus is widget:
                return
            if id(focus) in seen:
                break  # once around
            seen[id(focus)] = self._name(focus)
            self.key(KEY.Key_Tab)
        on_the_way = list(seen.values())
        raise SystemExit(f"no way to {self._name(widget)} by Tab; on the way: {on_the_way}")

    def _go_to_panel(self, widget: QWidget) -> None:
        """Let F6 lead to the panel of `widget`, unless the focus is in it."""
        dock = next((d for d in self.window.docks.values() if d.isAncestorOf(widget)), None)
        for _ in range(len(self.window.docks)):
            focus = QApplication.focusWidget()
            if dock is None or (focus is not None and dock.isAncestorOf(focus)):
                return
            self.key(KEY.Key_F6)
        raise SystemExit(f"F6 does not lead to the panel {dock.name}")

    def _name(self, widget: QWidget | None) -> str:
        if widget is None:
            return "nothing"
        return (
            f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}"
        )

    def press(self, widget: QWidget) -> None:
        self.go_to(widget)
        self.key(KEY.Key_Space)

    def give(self, command: str, shown_as: QWidget) -> None:
        self.can_use(shown_as)
        keys = BY_NAME[command].keys
        if keys:
            pressed = QKeySequence(keys[0])[0]
            self.key(pressed.key(), pressed.keyboardModifiers())
            return
        self.key(KEY.Key_P, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
        self.wait("the palette is open", lambda: self.studio.help.dialog is not None)
        self.type(BY_NAME[command].words)
        self.key(KEY.Key_Return)
        self.wait("the palette is closed", lambda: self.studio.help.dialog is None)

    def workspace(self, name: str) -> None:
        at = ("build", "devices", "session", "judge").index(name)
        self.key(KEY(KEY.Key_1.value + at), MODIFIER.AltModifier)

    def choose(self, box: QComboBox, data: object) -> None:
        self.go_to(box)
        steps = box.findData(data) - box.currentIndex()
        for _ in range(abs(steps)):
            self.key(KEY.Key_Down if steps > 0 else KEY.Key_Up)
        self.wait(f"{box.accessibleName()} is {data}", lambda: box.currentData() == data)

    def check_entry(self, items: QListWidget, at: int) -> None:
        self.go_to(items)
        self.key(KEY.Key_Home)
        while items.currentRow() < at:
            before = items.currentRow()
            self.key(KEY.Key_Down)
            assert items.currentRow() > before, f"no way to entry {at} of {items.accessibleName()}"
        self.key(KEY.Key_Space)

    def open_tab(self, tabs: QTabWidget, at: int) -> None:
        self.go_to(tabs.tabBar())
        while tabs.currentIndex() != at:
            before = tabs.currentIndex()
            self.key(KEY.Key_Right if before < at else KEY.Key_Left)
            assert tabs.currentIndex() != before, "the arrow keys do not change the tab"

    def choose_file(self, dialog: QFileDialog, path: Path) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        self.go_to(field)
        self.type(str(path))
        self.key(KEY.Key_Return)

    def leave_dialog(self, dialog: QDialog, close: QWidget) -> None:
        self.key(KEY.Key_Escape)


class Clicker(Person):
    """Someone with a mouse, who has a keyboard for texts only."""

    def go_to(self, widget: QWidget) -> None:
        self.click(widget)

    def click(self, widget: QWidget, at: QPoint | None = None, *, twice: bool = False) -> None:
        """Click where `widget` is shown; what lies there must be it."""
        self.can_use(widget)
        handle, point = self._point(widget, widget.rect().center() if at is None else at)
        QTest.mouseClick(handle, LEFT, MODIFIER.NoModifier, point)
        if twice:
            QTest.mouseDClick(handle, LEFT, MODIFIER.NoModifier, point)
        pause(1)

    def _point(self, widget: QWidget, at: QPoint) -> tuple[QWindow, QPoint]:
        self._scroll_to(widget, at)
        top = widget.window()
        point = widget.mapTo(top, at)
        there = top.childAt(point)
        hit = there is not None and (there is widget or widget.isAncestorOf(there))
        name = type(there).__name__
        is_all = there is None and widget is top  # a menu has no parts
        assert hit or is_all, f"{widget.accessibleName()} is covered by {name}"
        assert top.rect().contains(point), f"{widget.accessibleName()} lies outside of its window"
        if top.windowType() != Qt.WindowType.Popup:
            self.come_to_the_front()
        return top.windowHandle(), point

    def _scroll_to(self, widget: QWidget, at: QPoint) -> None:
        """Turn the wheel until the place can be seen."""
        for _ in range(60):
            if widget.visibleRegion().contains(at):
                return
            area = widget.parentWidget()
            while area is not None and not isinstance(area, QScrollArea):
                area = area.parentWidget()
            if area is None:
                raise SystemExit(f"{widget.accessibleName()} cannot be seen")
            down = widget.mapTo(area, at).y() > area.rect().center().y()
            self._wheel(area.viewport(), -120 if down else 120)

    def _wheel(self, widget: QWidget, by: int) -> None:
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle,
            widget.mapToGlobal(middle),
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            MODIFIER.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        pause(1)

    def drag(self, widget: QWidget, way: list[QPoint]) -> None:
        """Draw a line with the button down."""
        handle, first = self._point(widget, way[0])
        QTest.mousePress(handle, LEFT, MODIFIER.NoModifier, first)
        for at in way[1:]:
            QTest.mouseMove(handle, widget.mapTo(widget.window(), at))
            pause(5)
        last = widget.mapTo(widget.window(), way[-1])
        QTest.mouseRelease(handle, LEFT, MODIFIER.NoModifier, last)
        pause(1)

    def press(self, widget: QWidget) -> None:
        # The words of a check box are a part of it; the box itself is at its left.
        at = QPoint(10, widget.height() // 2) if isinstance(widget, QCheckBox) else None
        self.click(widget, at)

    def give(self, command: str, shown_as: QWidget) -> None:
        self.press(shown_as)

    def menu(self, command: str) -> None:
        """Give a command by the menus."""
        bar = self.window.menuBar()
        for head in bar.actions():
            if any(one.objectName() == command for one in head.menu().actions()):
                self.click(bar, bar.actionGeometry(head).center())
                menu = head.menu()
                self.wait(f"the menu {head.text()} is open", menu.isVisible)
                found = next(one for one in menu.actions() if one.objectName() == command)
                self.click(menu, menu.actionGeometry(found).center())
                return
        raise SystemExit(f"{command} is in no menu")

    def workspace(self, name: str) -> None:
        action = self.window.actions_by_name[f"go.{name}"]
        self.click(self.window.rail.widgetForAction(action))

    def choose(self, box: QComboBox, data: object) -> None:
        self.click(box)
        view = box.view()
        self.wait(f"the list of {box.accessibleName()} is open", view.isVisible)
        pause(300)  # the release that opened the list must not choose at once
        self.click_entry(view, box.findData(data))
        self.wait(f"{box.accessibleName()} is {data}", lambda: box.currentData() == data)

    def click_entry(self, view: QAbstractItemView, row: int, *, twice: bool = False) -> None:
        """Click an entry of a list."""
        index = view.model().index(row, 0, view.rootIndex())
        for _ in range(200):
            place = view.visualRect(index)
            if view.viewport().rect().contains(place.center()):
                break
            self._wheel(view.viewport(), -120 if place.center().y() > 0 else 120)
        self.click(view.viewport(), view.visualRect(index).center(), twice=twice)

    def check_entry(self, items: QListWidget, at: int) -> None:
        place: QRect = items.visualItemRect(items.item(at))
        self.click(items.viewport(), QPoint(place.left() + 10, place.center().y()))

    def open_tab(self, tabs: QTabWidget, at: int) -> None:
        self.click(tabs.tabBar(), tabs.tabBar().tabRect(at).center())

    def choose_file(self, dialog: QFileDialog, path: Path) -> None:
        views = [dialog.findChild(QAbstractItemView, name) for name in ("listView", "treeView")]
        self.wait("the files are listed", lambda: any(one.isVisible() for one in views))
        view = next(one for one in views if one.isVisible())
        here = Path(dialog.directory().absolutePath())
        for name in path.relative_to(here).parts:
            self.wait(f"{name} is listed", lambda name=name: self._row_of(view, name) >= 0)
            self.click_entry(view, self._row_of(view, name), twice=True)

    def _row_of(self, view: QAbstractItemView, name: str) -> int:
        model, root = view.model(), view.rootIndex()
        names = [model.index(at, 0, root).data() for at in range(model.rowCount(root))]
        return names.index(name) if name in names else -1

    def leave_dialog(self, dialog: QDialog, close: QWidget) -> None:
        self.press(close)
