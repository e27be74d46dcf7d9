"""Every command of the window: its words, keys and icon, in one place.

Menus, toolbars, the command palette, the key sheet and the page of keys all read this list. A
command becomes a QAction by `make_action`; what it does is connected by the controller that owns
it. A command that cannot be given now is told why by `allow`; its buttons and menus follow.
"""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ui.command import CONTEXT, QT_TRANSLATE_NOOP, Command
from ui.command_tables import judge, numbers, window, work
from ui.icons import set_icon

COMMANDS: tuple[Command, ...] = (
    *work.COMMANDS,
    *judge.COMMANDS,
    *numbers.COMMANDS,
    *window.COMMANDS,
)
BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}

GROUP_TITLES: dict[str, str] = {
    "project": QT_TRANSLATE_NOOP("Commands", "Project"),
    "build": QT_TRANSLATE_NOOP("Commands", "Building"),
    "devices": QT_TRANSLATE_NOOP("Commands", "Devices"),
    "session": QT_TRANSLATE_NOOP("Commands", "Session"),
    "paint": QT_TRANSLATE_NOOP("Commands", "Mask and sketch"),
    "pair": QT_TRANSLATE_NOOP("Commands", "Pairs"),
    "mode": QT_TRANSLATE_NOOP("Commands", "View modes"),
    "view": QT_TRANSLATE_NOOP("Commands", "View"),
    "map": QT_TRANSLATE_NOOP("Commands", "Error maps"),
    "verdict": QT_TRANSLATE_NOOP("Commands", "Verdicts"),
    "copy": QT_TRANSLATE_NOOP("Commands", "Copy and export"),
    "runs": QT_TRANSLATE_NOOP("Commands", "Runs"),
    "kpi": QT_TRANSLATE_NOOP("Commands", "KPIs"),
    "statistics": QT_TRANSLATE_NOOP("Commands", "Statistics"),
    "file": QT_TRANSLATE_NOOP("Commands", "File"),
    "recent": QT_TRANSLATE_NOOP("Commands", "Open recent"),
    "go": QT_TRANSLATE_NOOP("Commands", "Workspaces"),
    "window": QT_TRANSLATE_NOOP("Commands", "Window"),
    "help": QT_TRANSLATE_NOOP("Commands", "Help"),
}
SCOPE_TITLES: dict[str, str] = {
    "window": QT_TRANSLATE_NOOP("Commands", "everywhere"),
    "compare": QT_TRANSLATE_NOOP("Commands", "in the Compare panel"),
    "project": QT_TRANSLATE_NOOP("Commands", "in the Project panel"),
    "pipeline": QT_TRANSLATE_NOOP("Commands", "in the Pipeline panel"),
    "devices": QT_TRANSLATE_NOOP("Commands", "in the Devices panel"),
    "session": QT_TRANSLATE_NOOP("Commands", "in the Session panel"),
    "input": QT_TRANSLATE_NOOP("Commands", "in the picture of the Session panel"),
    "adapters": QT_TRANSLATE_NOOP("Commands", "in the table of adapters"),
    "contents": QT_TRANSLATE_NOOP("Commands", "in the contents of a device"),
    "runs": QT_TRANSLATE_NOOP("Commands", "in the Runs panel"),
    "kpi_table": QT_TRANSLATE_NOOP("Commands", "in the table of KPIs"),
    "statistics": QT_TRANSLATE_NOOP("Commands", "in the Statistics panel"),
}


def group_title(group: str) -> str:
    """Return the title of `group` in the user's language."""
    return QCoreApplication.translate(CONTEXT, GROUP_TITLES[group])


def scope_title(scope: str) -> str:
    """Return where keys hold, in the user's language."""
    return QCoreApplication.translate(CONTEXT, SCOPE_TITLES[scope])


def make_action(name: str, parent: QObject) -> QAction:
    """Return the action of command `name`, owned by `parent`."""
    command = BY_NAME[name]
    action = QAction(command.words, parent)
    action.setObjectName(command.name)
    action.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if command.is_global
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setCheckable(command.is_checkable)
    if command.icon:
        set_icon(action, command.icon)
    give_keys(action, () if command.is_hold else command.keys)
    return action


def give_keys(action: QAction, keys: Iterable[str]) -> None:
    """Let `keys` give the command, and its tip say so."""
    sequences = [QKeySequence(key) for key in keys]
    action.setShortcuts(sequences)
    shown = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in sequences)
    action.setProperty("hint", f"{action.text()} ({shown})" if shown else action.text())
    _show_tip(action)


def make_actions(groups: Iterable[str], parent: QWidget) -> dict[str, QAction]:
    """Return the actions of `groups` by name; their keys hold in `parent`."""
    wanted, made = set(groups), dict[str, QAction]()
    for command in COMMANDS:
        if command.group in wanted and not command.is_hold and not command.is_series:
            made[command.name] = make_action(command.name, parent)
            parent.addAction(made[command.name])
    return made


def move_keys(action: QAction, whole: QWidget, part: QWidget) -> None:
    """Let the keys of a command hold in `part` alone, no longer in the `whole` panel."""
    whole.removeAction(action)
    part.addAction(action)


def allow(action: QAction, why_not: str = "") -> None:
    """Let a command be given, or say in one sentence why it cannot be now."""
    action.setProperty("why_not", why_not)
    _show_tip(action)
    action.setEnabled(not why_not)


def _show_tip(action: QAction) -> None:
    hint = str(action.property("hint") or action.text())
    why_not = str(action.property("why_not") or "")
    action.setToolTip(f"{hint}\n{why_not}" if why_not else hint)
