"""Every command of the window: its words, keys and icon, in one place.

Menus, toolbars, the command palette and the key sheet all read this list. A command becomes a
QAction by `make_action`; what it does is connected by the controller that owns it.
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ui.icons import set_icon

_CONTEXT = "Commands"


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark `text` for the translators; lupdate knows this function by its name."""
    return text


@dataclass(frozen=True)
class Command:
    """One thing that the user can do.

    Attributes:
        name: Identity, `group.verb`.
        text: English words, translated when shown.
        keys: Key sequences; those of "hold" commands are handled by the panel itself.
        is_global: The keys hold in the whole window, not only in the panel.
        is_hold: Acts while the key is down; listed in the key sheet, not in menus.
        is_series: Each key does something of its own; listed in the key sheet, not in menus.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_checkable: bool = False
    is_global: bool = False
    is_hold: bool = False
    is_series: bool = False

    @property
    def group(self) -> str:
        """Return the first part of the name."""
        return self.name.partition(".")[0]

    @property
    def words(self) -> str:
        """Return the text in the user's language."""
        return QCoreApplication.translate(_CONTEXT, self.text)


def _command(name: str, text: str, keys: str = "", icon: str = "", **flags: bool) -> Command:
    return Command(name, text, tuple(keys.split()) if keys else (), icon, **flags)


COMMANDS: tuple[Command, ...] = (
    _command(
        "mode.flip",
        QT_TRANSLATE_NOOP("Commands", "Flip in place"),
        "Ctrl+1",
        "flip",
        is_checkable=True,
    ),
    _command(
        "mode.split",
        QT_TRANSLATE_NOOP("Commands", "Split slider"),
        "Ctrl+2",
        "split",
        is_checkable=True,
    ),
    _command(
        "mode.side",
        QT_TRANSLATE_NOOP("Commands", "Side by side"),
        "Ctrl+3",
        "side",
        is_checkable=True,
    ),
    _command(
        "mode.grid",
        QT_TRANSLATE_NOOP("Commands", "Grid of all candidates"),
        "Ctrl+4",
        "grid",
        is_checkable=True,
    ),
    _command(
        "mode.difference",
        QT_TRANSLATE_NOOP("Commands", "Difference"),
        "Ctrl+5",
        "diff",
        is_checkable=True,
    ),
    _command(
        "mode.blend", QT_TRANSLATE_NOOP("Commands", "Blend"), "Ctrl+6", "blend", is_checkable=True
    ),
    _command(
        "mode.blink", QT_TRANSLATE_NOOP("Commands", "Blink"), "Ctrl+7", "blink", is_checkable=True
    ),
    _command("mode.next", QT_TRANSLATE_NOOP("Commands", "Next view mode"), "V"),
    _command(
        "view.show_reference",
        QT_TRANSLATE_NOOP("Commands", "Show the reference in place (hold)"),
        "Space",
        is_hold=True,
    ),
    _command(
        "view.loupe",
        QT_TRANSLATE_NOOP("Commands", "Loupe at the cursor (hold)"),
        "Z",
        "loupe",
        is_hold=True,
    ),
    _command(
        "view.region",
        QT_TRANSLATE_NOOP("Commands", "Choose a region (hold and drag)"),
        "C",
        "region",
        is_hold=True,
    ),
    _command(
        "view.swap", QT_TRANSLATE_NOOP("Commands", "Swap sides"), "S", "swap", is_checkable=True
    ),
    _command(
        "view.orientation",
        QT_TRANSLATE_NOOP("Commands", "Turn the split line"),
        "H",
        "split-h",
        is_checkable=True,
    ),
    _command("view.fit", QT_TRANSLATE_NOOP("Commands", "Fit to the pane"), "0", "fit"),
    _command(
        "view.one_to_one",
        QT_TRANSLATE_NOOP("Commands", "Device pixels 1:1"),
        "Ctrl+0",
        "one-to-one",
    ),
    _command("view.zoom_in", QT_TRANSLATE_NOOP("Commands", "Zoom in"), "+ =", "zoom-in"),
    _command("view.zoom_out", QT_TRANSLATE_NOOP("Commands", "Zoom out"), "-", "zoom-out"),
    _command("view.reset", QT_TRANSLATE_NOOP("Commands", "Reset the view"), "R", "refresh"),
    _command(
        "view.link", QT_TRANSLATE_NOOP("Commands", "Link the views"), "L", "link", is_checkable=True
    ),
    _command(
        "view.nudge_left", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel left"), "Shift+Left"
    ),
    _command(
        "view.nudge_right", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel right"), "Shift+Right"
    ),
    _command("view.nudge_up", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel up"), "Shift+Up"),
    _command(
        "view.nudge_down", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel down"), "Shift+Down"
    ),
    _command(
        "view.nudge_ten",
        QT_TRANSLATE_NOOP("Commands", "Shift B ten pixels"),
        "Ctrl+Shift+Left Ctrl+Shift+Right Ctrl+Shift+Up Ctrl+Shift+Down",
        is_series=True,
    ),
    _command("view.pin", QT_TRANSLATE_NOOP("Commands", "Pin the probe"), "P", is_checkable=True),
    _command("map.next", QT_TRANSLATE_NOOP("Commands", "Next error map"), "M"),
    _command("map.previous", QT_TRANSLATE_NOOP("Commands", "Previous error map"), "Shift+M"),
    _command("map.gain_up", QT_TRANSLATE_NOOP("Commands", "More gain (half a stop)"), "E"),
    _command("map.gain_down", QT_TRANSLATE_NOOP("Commands", "Less gain (half a stop)"), "Shift+E"),
    _command("map.normalise", QT_TRANSLATE_NOOP("Commands", "Normalise the map"), "N"),
    _command("pair.next", QT_TRANSLATE_NOOP("Commands", "Next pair"), "Right"),
    _command("pair.previous", QT_TRANSLATE_NOOP("Commands", "Previous pair"), "Left"),
    _command("pair.first", QT_TRANSLATE_NOOP("Commands", "First pair"), "Home"),
    _command("pair.last", QT_TRANSLATE_NOOP("Commands", "Last pair"), "End"),
    _command("pair.next_candidate", QT_TRANSLATE_NOOP("Commands", "Next candidate"), "Tab"),
    _command(
        "pair.previous_candidate", QT_TRANSLATE_NOOP("Commands", "Previous candidate"), "Shift+Tab"
    ),
    _command(
        "pair.candidate",
        QT_TRANSLATE_NOOP("Commands", "Candidate by its number"),
        "1 2 3 4 5 6 7 8 9",
        is_series=True,
    ),
    _command(
        "pair.reference",
        QT_TRANSLATE_NOOP("Commands", "Reference by number, 0 is FP32"),
        "Shift+0 Shift+1 Shift+2 Shift+3 Shift+4 Shift+5 Shift+6 Shift+7 Shift+8 Shift+9",
        is_series=True,
    ),
    _command("pair.worst", QT_TRANSLATE_NOOP("Commands", "Worst pair"), "W", "worst"),
    _command("pair.next_tile", QT_TRANSLATE_NOOP("Commands", "Next worst tile"), ".", "region"),
    _command("pair.previous_tile", QT_TRANSLATE_NOOP("Commands", "Previous worst tile"), ","),
    _command("pair.find", QT_TRANSLATE_NOOP("Commands", "Filter the pairs"), "Ctrl+F", "search"),
    _command(
        "pair.clear_filter",
        QT_TRANSLATE_NOOP("Commands", "Clear the filter"),
        "Ctrl+Shift+F",
        "clear",
    ),
    _command(
        "verdict.accept", QT_TRANSLATE_NOOP("Commands", "Accept"), "A", "accept", is_checkable=True
    ),
    _command(
        "verdict.reject", QT_TRANSLATE_NOOP("Commands", "Reject"), "X", "reject", is_checkable=True
    ),
    _command(
        "verdict.unsure", QT_TRANSLATE_NOOP("Commands", "Unsure"), "U", "unsure", is_checkable=True
    ),
    _command("verdict.undo", QT_TRANSLATE_NOOP("Commands", "Undo the verdict"), "Ctrl+Z", "undo"),
    _command(
        "verdict.redo", QT_TRANSLATE_NOOP("Commands", "Redo the verdict"), "Ctrl+Shift+Z", "redo"
    ),
    _command("verdict.note", QT_TRANSLATE_NOOP("Commands", "Write a note"), "Return", "note"),
    _command(
        "verdict.blind",
        QT_TRANSLATE_NOOP("Commands", "Blind mode"),
        "Ctrl+B",
        "blind",
        is_checkable=True,
    ),
    _command(
        "copy.view", QT_TRANSLATE_NOOP("Commands", "Copy the view as a picture"), "Ctrl+C", "copy"
    ),
    _command(
        "copy.repro",
        QT_TRANSLATE_NOOP("Commands", "Copy the repro command"),
        "Ctrl+Shift+C",
        "terminal",
    ),
    _command(
        "copy.export",
        QT_TRANSLATE_NOOP("Commands", "Export the report…"),
        "Ctrl+E",
        "export",
        is_global=True,
    ),
    _command(
        "file.open_run",
        QT_TRANSLATE_NOOP("Commands", "Open a run…"),
        "Ctrl+O",
        "open",
        is_global=True,
    ),
    _command(
        "file.open_project",
        QT_TRANSLATE_NOOP("Commands", "Open a project…"),
        "Ctrl+Shift+O",
        "project",
        is_global=True,
    ),
    _command(
        "file.reload",
        QT_TRANSLATE_NOOP("Commands", "Read the run again"),
        "F5",
        "refresh",
        is_global=True,
    ),
    _command(
        "file.settings",
        QT_TRANSLATE_NOOP("Commands", "Settings…"),
        "Ctrl+,",
        "settings",
        is_global=True,
    ),
    _command("file.quit", QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q", "", is_global=True),
    _command(
        "go.build",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Build"),
        "Alt+1",
        "pipeline",
        is_global=True,
        is_checkable=True,
    ),
    _command(
        "go.devices",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Devices"),
        "Alt+2",
        "devices",
        is_global=True,
        is_checkable=True,
    ),
    _command(
        "go.session",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Session"),
        "Alt+3",
        "session",
        is_global=True,
        is_checkable=True,
    ),
    _command(
        "go.judge",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Judge"),
        "Alt+4",
        "compare",
        is_global=True,
        is_checkable=True,
    ),
    _command(
        "go.next_panel", QT_TRANSLATE_NOOP("Commands", "Next panel"), "F6", "", is_global=True
    ),
    _command(
        "window.maximise",
        QT_TRANSLATE_NOOP("Commands", "Give the panel the whole window"),
        "F11",
        "fit",
        is_global=True,
        is_checkable=True,
    ),
    _command(
        "window.theme",
        QT_TRANSLATE_NOOP("Commands", "Light or dark theme"),
        "Ctrl+T",
        "sun",
        is_global=True,
    ),
    _command(
        "window.reset_layout",
        QT_TRANSLATE_NOOP("Commands", "Reset the layout"),
        "",
        "refresh",
        is_global=True,
    ),
    _command(
        "help.palette",
        QT_TRANSLATE_NOOP("Commands", "Command palette…"),
        "Ctrl+Shift+P",
        "search",
        is_global=True,
    ),
    _command(
        "help.keys",
        QT_TRANSLATE_NOOP("Commands", "Keyboard shortcuts"),
        "? F1",
        "keyboard",
        is_global=True,
    ),
    _command(
        "help.tour", QT_TRANSLATE_NOOP("Commands", "Two-minute tour"), "", "tour", is_global=True
    ),
    _command(
        "help.about", QT_TRANSLATE_NOOP("Commands", "About QUAD Studio"), "", "info", is_global=True
    ),
)

GROUP_TITLES: dict[str, str] = {
    "pair": QT_TRANSLATE_NOOP("Commands", "Pairs"),
    "mode": QT_TRANSLATE_NOOP("Commands", "View modes"),
    "view": QT_TRANSLATE_NOOP("Commands", "View"),
    "map": QT_TRANSLATE_NOOP("Commands", "Error maps"),
    "verdict": QT_TRANSLATE_NOOP("Commands", "Verdicts"),
    "copy": QT_TRANSLATE_NOOP("Commands", "Copy and export"),
    "file": QT_TRANSLATE_NOOP("Commands", "File"),
    "go": QT_TRANSLATE_NOOP("Commands", "Workspaces"),
    "window": QT_TRANSLATE_NOOP("Commands", "Window"),
    "help": QT_TRANSLATE_NOOP("Commands", "Help"),
}

BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}


def group_title(group: str) -> str:
    """Return the title of `group` in the user's language."""
    return QCoreApplication.translate(_CONTEXT, GROUP_TITLES[group])


def make_action(name: str, parent: QObject) -> QAction:
    """Return the action of command `name`, owned by `parent`."""
    command = BY_NAME[name]
    action = QAction(command.words, parent)
    action.setObjectName(command.name)
    if command.keys and not command.is_hold:
        action.setShortcuts([QKeySequence(key) for key in command.keys])
    action.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if command.is_global
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setCheckable(command.is_checkable)
    if command.icon:
        set_icon(action, command.icon)
    keys = ", ".join(
        QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in command.keys
    )
    action.setToolTip(f"{command.words} ({keys})" if keys else command.words)
    return action
