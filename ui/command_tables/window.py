"""The commands that hold in the whole window."""

from ui.command import QT_TRANSLATE_NOOP, Command, command

COMMANDS: tuple[Command, ...] = (
    command(
        "copy.export",
        QT_TRANSLATE_NOOP("Commands", "Export the report…"),
        "Ctrl+E",
        "export",
        is_global=True,
    ),
    command(
        "file.open_run",
        QT_TRANSLATE_NOOP("Commands", "Open a run…"),
        "Ctrl+O",
        "open",
        is_global=True,
    ),
    command(
        "file.open_project",
        QT_TRANSLATE_NOOP("Commands", "Open a project…"),
        "Ctrl+Shift+O",
        "project",
        is_global=True,
    ),
    command(
        "file.reload",
        QT_TRANSLATE_NOOP("Commands", "Read the run again"),
        "F5",
        "refresh",
        is_global=True,
    ),
    command(
        "file.settings",
        QT_TRANSLATE_NOOP("Commands", "Settings…"),
        "Ctrl+,",
        "settings",
        is_global=True,
    ),
    command("file.quit", QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q", "", is_global=True),
    command(
        "go.build",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Build"),
        "Alt+1",
        "pipeline",
        is_global=True,
        is_checkable=True,
    ),
    command(
        "go.devices",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Devices"),
        "Alt+2",
        "devices",
        is_global=True,
        is_checkable=True,
    ),
    command(
        "go.session",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Session"),
        "Alt+3",
        "session",
        is_global=True,
        is_checkable=True,
    ),
    command(
        "go.judge",
        QT_TRANSLATE_NOOP("Commands", "Workspace: Judge"),
        "Alt+4",
        "compare",
        is_global=True,
        is_checkable=True,
    ),
    command("go.next_panel", QT_TRANSLATE_NOOP("Commands", "Next panel"), "F6", "", is_global=True),
    command(
        "go.previous_panel",
        QT_TRANSLATE_NOOP("Commands", "Previous panel"),
        "Shift+F6",
        "",
        is_global=True,
    ),
    command(
        "window.maximise",
        QT_TRANSLATE_NOOP("Commands", "Give the panel the whole window"),
        "F11",
        "fit",
        is_global=True,
        is_checkable=True,
    ),
    command(
        "window.wider",
        QT_TRANSLATE_NOOP("Commands", "Make the panel wider"),
        "Alt+Shift+Right",
        is_global=True,
    ),
    command(
        "window.narrower",
        QT_TRANSLATE_NOOP("Commands", "Make the panel narrower"),
        "Alt+Shift+Left",
        is_global=True,
    ),
    command(
        "window.taller",
        QT_TRANSLATE_NOOP("Commands", "Make the panel taller"),
        "Alt+Shift+Down",
        is_global=True,
    ),
    command(
        "window.shorter",
        QT_TRANSLATE_NOOP("Commands", "Make the panel shorter"),
        "Alt+Shift+Up",
        is_global=True,
    ),
    command(
        "window.theme",
        QT_TRANSLATE_NOOP("Commands", "Light or dark theme"),
        "Ctrl+T",
        "sun",
        is_global=True,
    ),
    command(
        "window.reset_layout",
        QT_TRANSLATE_NOOP("Commands", "Reset the layout"),
        "",
        "refresh",
        is_global=True,
    ),
    command(
        "help.palette",
        QT_TRANSLATE_NOOP("Commands", "Command palette…"),
        "Ctrl+Shift+P",
        "search",
        is_global=True,
    ),
    command(
        "help.keys",
        QT_TRANSLATE_NOOP("Commands", "Keyboard shortcuts"),
        "? F1",
        "keyboard",
        is_global=True,
    ),
    command(
        "help.tour", QT_TRANSLATE_NOOP("Commands", "Two-minute tour"), "", "tour", is_global=True
    ),
    command("help.demo", QT_TRANSLATE_NOOP("Commands", "Run the demo"), "", "play", is_global=True),
    command(
        "help.about", QT_TRANSLATE_NOOP("Commands", "About QUAD Studio"), "", "info", is_global=True
    ),
)
