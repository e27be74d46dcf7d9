"""The window: a rail of workspaces, dock panels, menus, the status bar."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QMainWindow,
    QTabWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from ui.commands import COMMANDS, make_action
from ui.icons import Repaints, application_icon, repaint_icons
from ui.widgets.dock import Dock
from ui.window_layouts import RESIZES, WORKSPACES, lay_out, resize_panel
from ui.window_menus import fill_menu_bar
from ui.window_state import WindowState

MAIN_PANELS = {"build": "project", "devices": "devices", "session": "session", "judge": "compare"}
ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
GLOBAL_GROUPS = ("file", "go", "window", "help", "copy")


class MainWindow(QMainWindow):
    """Holds the panels; knows nothing of what they show.

    Signals:
        command: The name of a global command that was given.
        dropped: A file or folder (Path) was dropped on the window.
        recent_chosen: A run or project (Path) of the "Open recent" menu.
        closing: The window is asked to close; `veto_close` keeps it open.
    """

    command = Signal(str)
    dropped = Signal(object)
    recent_chosen = Signal(object)
    closing = Signal()

    def __init__(self, state: WindowState) -> None:
        """Build an empty window."""
        super().__init__()
        self.state = state
        self.docks: dict[str, Dock] = {}
        self.workspace = ""
        self._before_maximise: QByteArray | None = None
        self._may_close = True
        self.setWindowTitle("QUAD Studio")
        self.setWindowIcon(application_icon())
        self.setDockNestingEnabled(True)
        self.setAcceptDrops(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.actions_by_name = self._make_actions()
        self._build_rail()
        self.run_label, self.state_label = QLabel(), QLabel()
        self.statusBar().addWidget(self.run_label, 1)
        self.statusBar().addPermanentWidget(self.state_label)
        self.resize(QSize(1480, 920))

    # ---- building ------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        made = {}
        workspaces = QActionGroup(self)
        for command in COMMANDS:
            if command.group not in GLOBAL_GROUPS or not command.is_global:
                continue
            action = make_action(command.name, self)
            action.triggered.connect(self._on_triggered)
            self.addAction(action)
            if command.group == "go" and command.is_checkable:
                workspaces.addAction(action)
            made[command.name] = action
        return made

    def _build_rail(self) -> None:
        self.rail = QToolBar(self.tr("Workspaces"))
        self.rail.setObjectName("rail")
        self.rail.setMovable(False)
        self.rail.setOrientation(Qt.Orientation.Vertical)
        self.rail.setIconSize(QSize(24, 24))
        self.rail.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.rail.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        words = {
            "go.build": self.tr("Build"),
            "go.devices": self.tr("Devices"),
            "go.session": self.tr("Session"),
            "go.judge": self.tr("Judge"),
        }
        for name, text in words.items():
            action = self.actions_by_name[name]
            action.setIconText(text)
            self.rail.addAction(action)
        spacer = QWidget()
        spacer.setSizePolicy(
            spacer.sizePolicy().Policy.Minimum, spacer.sizePolicy().Policy.Expanding
        )
        self.rail.addWidget(spacer)
        small = {
            "help.palette": self.tr("Find"),
            "window.theme": self.tr("Theme"),
            "file.settings": self.tr("Settings"),
        }
        for name, text in small.items():
            action = self.actions_by_name[name]
            action.setIconText(text)
            self.rail.addAction(action)
        for made in self.rail.findChildren(QToolButton):
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.rail)

    def add_panel(self, name: str, title: str, content: QWidget) -> Dock:
        """Add a dock panel; `lay_out` decides where it stands."""
        dock = Dock(name, title, content, self)
        dock.maximise_clicked.connect(self.toggle_maximised)
        self.docks[name] = dock
        return dock

    def build_menus(self, panel_actions: dict[str, QAction]) -> None:
        """Fill the menu bar from the list of commands."""
        toggles = [dock.toggleViewAction() for dock in self.docks.values()]
        self.recent_menu, self.device_menu = fill_menu_bar(
            self.menuBar(), self.actions_by_name, panel_actions, toggles
        )
        self.recent_menu.triggered.connect(self._on_recent)

    def run_command(self, name: str) -> None:
        """Do a command about where the panels are."""
        group, _, what = name.partition(".")
        if group == "go" and what in MAIN_PANELS:
            self.show_workspace(what)
        elif what in RESIZES:
            resize_panel(self, self._panel_with_focus(), what)
        elif name == "go.next_panel":
            self.focus_next_panel()
        elif name == "go.previous_panel":
            self.focus_next_panel(-1)
        elif name == "window.maximise":
            self.toggle_maximised()
        elif name == "window.reset_layout":
            self.reset_layout()

    # ---- workspaces ----------------------------------------------------------------------------

    def show_workspace(self, name: str) -> None:
        """Show the panels of `name` where they were left."""
        if name == self.workspace:
            return
        self.leave_maximised()
        if self.workspace:
            self.state.save_layout(self.workspace, self)
        self.workspace = name
        self.actions_by_name[f"go.{name}"].setChecked(True)
        with self._kept_size():
            for dock in self.docks.values():
                # A panel that the saved layout does not know would stay where it is.
                if dock.isFloating():
                    dock.setFloating(False)  # also one in its place would be laid out again
                self.removeDockWidget(dock)
            if not self.state.restore_layout(name, self):
                lay_out(self, self.docks, name)
            for other in self.docks.keys() - set(WORKSPACES[name]):
                self.docks[other].hide()  # Qt shows again what the restored state does not know
        self._focus_panel(self.docks.get(MAIN_PANELS[name]))

    def reset_layout(self) -> None:
        """Put the panels of every workspace back to where they began."""
        self.leave_maximised()
        self.state.forget_layouts()
        with self._kept_size():
            lay_out(self, self.docks, self.workspace)

    @contextmanager
    def _kept_size(self) -> Iterator[None]:
        """Let no passing arrangement of the panels make the window larger than it is.

        Between the old layout and the new one panels stand below each other for a moment; Qt would
        give the window room for all of them at once, and never take it back.
        """
        most = self.maximumSize()
        self.setFixedSize(self.size())
        try:
            yield
            if (layout := self.layout()) is not None:
                layout.activate()
        finally:
            self.setMinimumSize(0, 0)  # the layout's own again
            self.setMaximumSize(most)

    def show_panel(self, name: str) -> None:
        """Bring the panel `name` to the front, in a workspace that has it."""
        if not self.docks[name].isVisible():
            self.leave_maximised()
            home = next((w for w, panels in WORKSPACES.items() if name in panels), self.workspace)
            self.show_workspace(home)
        self.docks[name].show()
        self.docks[name].raise_()
        self._focus_panel(self.docks[name])

    @Slot(str)
    def toggle_maximised(self, name: str = "") -> None:
        """Give the panel `name` the whole window, or every panel its place again.

        Without a name it is the panel that has the keyboard, else the workspace's main one.
        """
        if self.leave_maximised():
            return
        dock = self.docks[name] if name else self._panel_with_focus()
        if dock.isFloating():
            dock.setFloating(False)
        self._before_maximise = self.saveState()
        for other in self.docks.values():
            if other is not dock:
                other.hide()
        dock.show()
        self.actions_by_name["window.maximise"].setChecked(True)
        self._focus_panel(dock)

    def leave_maximised(self) -> bool:
        """Give every panel its place again; return whether one had the whole window."""
        self.actions_by_name["window.maximise"].setChecked(False)
        if self._before_maximise is None:
            return False
        state, self._before_maximise = self._before_maximise, None
        with self._kept_size():
            self.restoreState(state)
        return True

    def _panel_with_focus(self) -> Dock:
        """Return the panel that has the keyboard, else the workspace's main one."""
        focus = self.focusWidget()
        found = (dock for dock in self.docks.values() if focus and dock.isAncestorOf(focus))
        return next(found, self.docks[MAIN_PANELS[self.workspace]])

    def focus_next_panel(self, step: int = 1) -> None:
        """Move the keyboard to the next visible panel, or to the previous one for -1."""
        seen = [dock for dock in self.docks.values() if not dock.visibleRegion().isEmpty()]
        focus = self.focusWidget()
        at = next((i for i, dock in enumerate(seen) if focus and dock.isAncestorOf(focus)), None)
        if seen:
            first = 0 if step > 0 else -1
            self._focus_panel(seen[first if at is None else (at + step) % len(seen)])

    def _focus_panel(self, dock: Dock | None) -> None:
        """Give the keyboard to what a panel names first, or to its first control."""
        if dock is None:
            return
        target = dock.focus_target()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- showing -------------------------------------------------------------------------------

    def show_run_name(self, text: str, detail: str) -> None:
        """Name the open run in the title and the status bar."""
        self.setWindowTitle(f"{text} – QUAD Studio" if text else "QUAD Studio")
        self.run_label.setText(detail)

    def show_status(self, text: str) -> None:
        """Show what is going on, at the right of the status bar."""
        self.state_label.setText(text)

    def show_recent(self, entries: Sequence[tuple[str, Path]]) -> None:
        """Offer these files in the "Open recent" menu."""
        self.recent_menu.clear()
        for text, path in entries:
            action = self.recent_menu.addAction(text)
            action.setObjectName(f"recent.open:{path}")
            action.setData(str(path))
        self.recent_menu.setEnabled(bool(entries))

    def show_device_actions(self, actions: Sequence[QAction]) -> None:
        """Offer these actions of single devices in the Devices menu."""
        if list(actions) == self.device_menu.actions():
            return  # filled anew, an open menu would lose what is chosen in it
        self.device_menu.clear()
        self.device_menu.addActions(actions)
        self.device_menu.setEnabled(bool(actions))

    def repaint_theme(self) -> None:
        """Draw icons and canvases again after the theme changed."""
        repaint_icons(self)
        for child in self.findChildren(QWidget):
            if isinstance(child, Repaints):
                child.repaint_theme()
            child.update()

    def veto_close(self) -> None:
        """Keep the window open; only while `closing` is being handled."""
        self._may_close = False

    # ---- Qt ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus: in a main window Qt leaves that out."""
        pressed = self.focusWidget()
        if event.key() in ENTER_KEYS and isinstance(pressed, QAbstractButton):
            pressed.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether the window may close, and remember where everything was."""
        self._may_close = True
        self.closing.emit()
        if not self._may_close:
            event.ignore()
            return
        self.remember()
        event.accept()

    def remember(self) -> None:
        """Remember where everything is, unless the window is hidden: nothing is in place then."""
        if not self.isVisible():
            return
        self.leave_maximised()
        if self.workspace:
            self.state.save_layout(self.workspace, self)
        self.state.save_geometry(self)
        self.state.sync()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped."""
        for url in event.mimeData().urls()[:1]:
            if url.isLocalFile():
                self.dropped.emit(Path(url.toLocalFile()))
                event.acceptProposedAction()

    def _on_triggered(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.command.emit(sender.objectName())

    def _on_recent(self, action: QAction) -> None:
        self.recent_chosen.emit(Path(str(action.data())))
