"""Start the window, begin some work in it, and quit it as the first argument says.

    python -m tests.end_to_end.quit_job WORK HOW FOLDER BUNDLE

WORK is build, deploy, session or nothing. HOW is a list of what to do, joined by "+": "signal" (say
so and wait for one), "report" (read the crash dialog), or a button of the question that comes when
the window is closed: "stay", "stop" or "finish". What is seen is printed as JSON lines.
"""

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton

import ui.start
from device.virtual_phone.client import find_phone, phone_root
from tests.end_to_end.fault_window import LONG, Witness
from tests.end_to_end.window_job import PHONE
from ui.app import Studio
from ui.views.crash_dialog import CrashDialog
from ui.window_state import WindowState

BUTTONS = {
    "stay": "Cancel",
    "stop": "Stop, keep what is done",
    "finish": "Finish without a window",
}


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def begin(person: Witness, work: str, folder: Path, bundle: Path) -> None:
    """Let the window work."""
    studio = person.studio
    if work == "nothing":
        return
    if work == "build":
        studio.open_path(folder / "project.toml")
        person.click(studio.pipeline_view.build_button)
        busy = studio.window.state_label
        person.wait("calibration is done", lambda: "Export" in busy.text())
        return
    studio.open_bundle(bundle)
    person.go("devices")
    person.becomes(PHONE, "stopped")
    person.press_button_of(PHONE)
    person.becomes(PHONE, "ready")
    person.use("host", PHONE)
    if work == "deploy":
        find_phone(phone_root(PHONE.partition(":")[2])).fault("slow-link", 800_000)
        person.click(studio.devices_view.deploy_button)
        card = studio.devices_view.cards[PHONE]
        person.wait("bytes are sent", lambda: card.bar.isVisible() and card.bar.value() > 0)
        return
    person.go("session")
    person.wait("the bundle is known", lambda: studio.session_view.request.use_case.count() > 0)
    person.choose(studio.session_view.request.use_case, "text_to_image")
    studio.session_view.request.prompt.setText("red")
    person.image()
    person.run(LONG)
    person.wait("an image is being made", person.is_drawing)


def read_report(person: Witness) -> str:
    """Return all that the crash dialog says."""
    person.wait("a report is shown", lambda: isinstance(person.studio.help.dialog, CrashDialog))
    person.picture("g-earlier")
    dialog = person.studio.help.dialog
    words = [label.text() for label in dialog.findChildren(QLabel)]
    return "\n".join([*words, dialog.text.toPlainText()])


def answer(person: Witness, choice: str) -> None:
    """Close the window and answer the question."""
    studio = person.studio
    studio.window.close()
    person.wait("the question is there", lambda: isinstance(studio.help.dialog, QMessageBox))
    person.picture(f"e-quit-{choice}")
    box = studio.help.dialog
    asked = [button.text().replace("&", "") for button in box.findChildren(QPushButton)]
    (wanted,) = [b for b in box.findChildren(QPushButton) if BUTTONS[choice] in b.text()]
    text = box.text()
    wanted.click()
    say(
        choice=choice, text=text, buttons=asked,
        visible=studio.window.isVisible(), busy=studio.busy_with,
    )  # fmt: skip


def main() -> int:
    """Open the real window, and do the steps as soon as it is there."""
    work, how, folder, bundle = sys.argv[1:]
    os.chdir(folder)
    made: list[Studio] = []

    class Noted(Studio):
        """A window that can be found."""

        def show(self, workspace: str = "judge") -> None:
            made.append(self)
            super().show(workspace)

    def act() -> None:
        person = Witness(made[0])
        begin(person, work, Path(folder), Path(bundle))
        for step in how.split("+"):
            if step == "signal":
                say(ready=True)
            elif step == "report":
                say(report=read_report(person))
            else:
                answer(person, step)

    ui.start.Studio = Noted
    WindowState().set_text("tour_seen", "yes")
    app = QApplication(sys.argv[:1])
    QTimer.singleShot(0, app, act)
    return ui.start.main()


if __name__ == "__main__":
    sys.exit(main())
