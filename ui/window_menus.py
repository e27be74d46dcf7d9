"""The menu bar: every command of the list, under the title where one looks for it."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from ui.command import QT_TRANSLATE_NOOP, Command
from ui.commands import COMMANDS, group_title

CONTEXT = "MainWindow"
PANEL_MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (QT_TRANSLATE_NOOP("MainWindow", "&Build"), ("project", "build")),
    (QT_TRANSLATE_NOOP("MainWindow", "&Devices"), ("devices",)),
    (QT_TRANSLATE_NOOP("MainWindow", "&Session"), ("session", "paint")),
    (QT_TRANSLATE_NOOP("MainWindow", "&Compare"), ("mode", "view", "map")),
    (QT_TRANSLATE_NOOP("MainWindow", "&Pairs"), ("pair", "verdict", "copy")),
    (QT_TRANSLATE_NOOP("MainWindow", "&Numbers"), ("runs", "kpi", "statistics")),
)
FILE_TITLE = QT_TRANSLATE_NOOP("MainWindow", "&File")
WINDOW_TITLE = QT_TRANSLATE_NOOP("MainWindow", "&Window")
RECENT_TITLE = QT_TRANSLATE_NOOP("MainWindow", "Open recent")
DEVICES_TITLE = QT_TRANSLATE_NOOP("MainWindow", "Every device")
HELP_TITLE = QT_TRANSLATE_NOOP("MainWindow", "&Help")


def fill_menu_bar(
    bar: QMenuBar,
    own: Mapping[str, QAction],
    of_panels: Mapping[str, QAction],
    toggles: Iterable[QAction],
) -> tuple[QMenu, QMenu]:
    """Offer every command in the menus of `bar`.

    Args:
        bar: Empty.
        own: The actions of the window, by command.
        of_panels: The actions of its panels, by command.
        toggles: Show and hide the panels.

    Returns:
        The menu of recent files and that of single devices, for the window to fill.
    """
    every = {**of_panels, **own}
    recent = QMenu(_words(RECENT_TITLE), bar)
    devices = QMenu(_words(DEVICES_TITLE), bar)
    devices.setEnabled(False)
    _fill_file_menu(_menu(bar, FILE_TITLE), every, recent)
    for title, groups in PANEL_MENUS:
        menu = _menu(bar, title)
        for group in groups:
            menu.addSection(group_title(group))
            for command in COMMANDS:
                if command.group == group:
                    _add_command(menu, command, of_panels)
        if "devices" in groups:
            menu.addMenu(devices)
    window = _menu(bar, WINDOW_TITLE)
    _add_group(window, "go", own)
    window.addSeparator()
    window.addActions(list(toggles))
    window.addSeparator()
    _add_group(window, "window", own)
    _add_group(_menu(bar, HELP_TITLE), "help", own)
    return recent, devices


def _fill_file_menu(menu: QMenu, every: Mapping[str, QAction], recent: QMenu) -> None:
    for name in ("file.open_run", "file.open_project", "project.new"):
        menu.addAction(every[name])
    menu.addMenu(recent)
    for name in ("project.save", "file.reload", "copy.export", "", "file.settings", ""):
        if name in every:
            menu.addAction(every[name])
        elif not name:
            menu.addSeparator()
    menu.addAction(every["file.quit"])


def _menu(bar: QMenuBar, title: str) -> QMenu:
    menu = bar.addMenu(_words(title))
    menu.setToolTipsVisible(True)  # they say why a command cannot be given
    return menu


def _words(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def _add_group(menu: QMenu, group: str, actions: Mapping[str, QAction]) -> None:
    for command in COMMANDS:
        if command.group == group:
            menu.addAction(actions[command.name])


def _add_command(menu: QMenu, command: Command, actions: Mapping[str, QAction]) -> None:
    """Offer a command, one of several keys as a menu of its own; the panel does the rest."""
    if command.name in actions:
        menu.addAction(actions[command.name])
    elif command.is_series:
        each = [
            actions[name] for key in command.keys if (name := f"{command.name}:{key}") in actions
        ]
        if each:
            menu.addMenu(command.words).addActions(each)
