"""The commands of the Project, Pipeline, Devices and Session panels."""

from ui.command import QT_TRANSLATE_NOOP, Command, command

COMMANDS: tuple[Command, ...] = (
    command(
        "project.new",
        QT_TRANSLATE_NOOP("Commands", "New project…"),
        "Ctrl+N",
        "add",
        is_global=True,
    ),
    command(
        "project.save",
        QT_TRANSLATE_NOOP("Commands", "Save the project"),
        "Ctrl+S",
        "save",
        is_global=True,
    ),
    command("project.add_adapter", QT_TRANSLATE_NOOP("Commands", "Add an adapter…"), "", "add"),
    command(
        "project.remove_adapter",
        QT_TRANSLATE_NOOP("Commands", "Remove the adapter"),
        "Delete",
        "remove",
        place="adapters",
    ),
    command(
        "project.choose_model",
        QT_TRANSLATE_NOOP("Commands", "Choose the foundation model…"),
        "",
        "open",
    ),
    command(
        "project.estimate", QT_TRANSLATE_NOOP("Commands", "Estimate whether it will fit"), "", ""
    ),
    command(
        "build.start",
        QT_TRANSLATE_NOOP("Commands", "Build the project"),
        "F9",
        "pipeline",
        is_global=True,
    ),
    command(
        "build.plan", QT_TRANSLATE_NOOP("Commands", "Run a plan…"), "Ctrl+R", "play", is_global=True
    ),
    command(
        "build.cancel",
        QT_TRANSLATE_NOOP("Commands", "Cancel the build or the plan"),
        "Shift+F9",
        "stop",
        is_global=True,
    ),
    command(
        "build.lint",
        QT_TRANSLATE_NOOP("Commands", "Check the graphs (lint)"),
        "Ctrl+L",
        "lint",
        is_global=True,
    ),
    command(
        "devices.pair",
        QT_TRANSLATE_NOOP("Commands", "Pair a phone…"),
        "Ctrl+P",
        "pair",
        is_global=True,
    ),
    command(
        "devices.bundle", QT_TRANSLATE_NOOP("Commands", "Choose the bundle to deploy…"), "", "open"
    ),
    command(
        "devices.deploy",
        QT_TRANSLATE_NOOP("Commands", "Deploy to the checked devices"),
        "Ctrl+D",
        "deploy",
        is_global=True,
    ),
    command(
        "devices.cancel",
        QT_TRANSLATE_NOOP("Commands", "Cancel deploying"),
        "Ctrl+Shift+D",
        "stop",
        is_global=True,
    ),
    command(
        "devices.remove",
        QT_TRANSLATE_NOOP("Commands", "Remove the chosen item from the device"),
        "Delete",
        "clear",
        place="contents",
    ),
    command(
        "session.bundle",
        QT_TRANSLATE_NOOP("Commands", "Choose a bundle for the session…"),
        "",
        "open",
    ),
    command(
        "session.picture",
        QT_TRANSLATE_NOOP("Commands", "Open a picture…"),
        "Ctrl+I",
        "image",
        is_global=True,
    ),
    command(
        "session.next_use_case",
        QT_TRANSLATE_NOOP("Commands", "Next use case"),
        "Ctrl+Down",
    ),
    command(
        "session.previous_use_case",
        QT_TRANSLATE_NOOP("Commands", "Previous use case"),
        "Ctrl+Up",
    ),
    command("session.run", QT_TRANSLATE_NOOP("Commands", "Run the request"), "Ctrl+Return", "play"),
    command("session.cancel", QT_TRANSLATE_NOOP("Commands", "Cancel the image"), "Esc", "stop"),
    command("session.seed", QT_TRANSLATE_NOOP("Commands", "New seed"), "", "refresh"),
    command(
        "session.judge",
        QT_TRANSLATE_NOOP("Commands", "Judge the results"),
        "Ctrl+J",
        "compare",
        is_global=True,
    ),
    command(
        "session.save_plan",
        QT_TRANSLATE_NOOP("Commands", "Save the session as a plan…"),
        "",
        "record",
    ),
    command("session.replay", QT_TRANSLATE_NOOP("Commands", "Replay the saved plan"), "", "play"),
    command("session.end", QT_TRANSLATE_NOOP("Commands", "End the session"), "", "stop"),
    command("paint.brush", QT_TRANSLATE_NOOP("Commands", "Brush"), "B", "brush", is_checkable=True),
    command(
        "paint.eraser", QT_TRANSLATE_NOOP("Commands", "Eraser"), "E", "eraser", is_checkable=True
    ),
    command("paint.lasso", QT_TRANSLATE_NOOP("Commands", "Lasso"), "L", "lasso", is_checkable=True),
    command("paint.smaller", QT_TRANSLATE_NOOP("Commands", "Smaller brush"), "[", ""),
    command("paint.larger", QT_TRANSLATE_NOOP("Commands", "Larger brush"), "]", ""),
    command("paint.undo", QT_TRANSLATE_NOOP("Commands", "Undo the stroke"), "Ctrl+Z", "undo"),
    command("paint.clear", QT_TRANSLATE_NOOP("Commands", "Clear what is painted"), "", "clear"),
    command("paint.swap", QT_TRANSLATE_NOOP("Commands", "Invert the mask"), "I", "swap"),
    command(
        "paint.put",
        QT_TRANSLATE_NOOP("Commands", "Put the brush down, set a corner of the lasso"),
        "Space",
        is_hold=True,
    ),
    command("paint.fill", QT_TRANSLATE_NOOP("Commands", "Fill the lasso"), "Return", is_hold=True),
    command(
        "paint.move",
        QT_TRANSLATE_NOOP("Commands", "Move the brush"),
        "Left Right Up Down",
        is_series=True,
    ),
    command(
        "paint.move_far",
        QT_TRANSLATE_NOOP("Commands", "Move the brush four times as far"),
        "Shift+Left Shift+Right Shift+Up Shift+Down",
        is_series=True,
    ),
)
