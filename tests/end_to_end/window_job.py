"""Do the whole job in the window by real key and mouse events, and print what came of it.

    python -m tests.end_to_end.window_job FOLDER        (the test starts it on a display of its own)

FOLDER holds project.toml and becomes the working directory. Nothing is called behind the window's
back: the program looks at widgets to know when to go on, and otherwise clicks and types.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QPoint,
    QSettings,
    Qt,
    QThread,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QTabWidget,
    QWidget,
)

from device.virtual_phone.client import find_phone, phone_root
from ui.app import Studio
from ui.core_services import core_services

PHONE = "virtual:s25-lsi"
DEVICES = ("host", PHONE)
PATIENCE_S = float(os.environ.get("WINDOW_JOB_PATIENCE_S", "600"))
KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


def pause(milliseconds: int) -> None:
    """Let the event loop run, and other threads too: `QTest.qWait` would keep Python's lock."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Person:
    """Someone with a mouse, a keyboard and patience."""

    def __init__(self, studio: Studio, *, patience_s: float = PATIENCE_S) -> None:
        self.studio, self.window = studio, studio.window
        self.patience_s = patience_s
        self.started = time.monotonic()

    def say(self, text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self.started:7.1f} s  {text}\n")

    def wait(self, what: str, condition) -> None:
        """Look at the window until `condition()` holds."""
        end = time.monotonic() + self.patience_s
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"waited in vain for: {what}; banners: {self.banners()}")
            pause(20)
        self.say(what)

    def come_to_the_front(self) -> None:
        """Give the window the keyboard; a bare X server has no window manager that would."""
        handle = self.window.windowHandle()
        self.wait("the window is on the screen", handle.isExposed)

        def is_active() -> bool:
            self.window.activateWindow()
            pause(50)
            return self.window.isActiveWindow()

        self.wait("the window has the keyboard", is_active)

    def banners(self) -> list[str]:
        views = self.studio
        shown = (views.pipeline_view, views.devices_view, views.session_view, views.runs_view)
        return [view.banner.text.text() for view in shown]

    def click(self, widget: QWidget, pos: QPoint | None = None) -> None:
        """Click on a widget as soon as that is possible."""
        self.wait(
            f"{type(widget).__name__} {getattr(widget, 'text', str)()!r} can be clicked",
            lambda: widget.isVisible() and widget.isEnabled(),
        )
        where = widget.rect().center() if pos is None else pos
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, MODIFIER.NoModifier, where)

    def press(self, key, modifier=MODIFIER.NoModifier, widget: QWidget | None = None) -> None:
        """Press a key where the keyboard is."""
        target = widget or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)
        pause(1)

    def write(self, field: QLineEdit, text: str) -> None:
        """Replace the text of a field by typing."""
        QTest.mouseClick(field, Qt.MouseButton.LeftButton)
        self.press(KEY.Key_A, MODIFIER.ControlModifier, field)
        QTest.keyClicks(field, text)

    def answer_file_dialog(self, path: Path) -> None:
        """Type a path into the file dialog that is open, and confirm."""
        self.wait("a file dialog opens", lambda: self._dialog() is not None)
        dialog = self._dialog()
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        field.setFocus()
        self.press(KEY.Key_A, MODIFIER.ControlModifier, field)
        QTest.keyClicks(field, str(path))
        self.press(KEY.Key_Return, widget=field)
        self.wait("the file dialog closes", lambda: self._dialog() is None)
        self.come_to_the_front()

    def _dialog(self) -> QFileDialog | None:
        shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog))
        return next((dialog for dialog in shown if dialog.isVisible()), None)

    def choose(self, box: QComboBox, data: object) -> None:
        """Choose an entry with the arrow keys."""
        box.setFocus()
        steps = box.findData(data) - box.currentIndex()
        for _ in range(abs(steps)):
            self.press(KEY.Key_Down if steps > 0 else KEY.Key_Up, widget=box)
        self.wait(f"{box.accessibleName()} is {data}", lambda: box.currentData() == data)

    def check(self, items: QListWidget, name: str) -> None:
        """Check an entry of a list with the space bar."""
        for at in range(items.count()):
            item = items.item(at)
            if item.data(Qt.ItemDataRole.UserRole) != name:
                continue
            items.setFocus()
            items.setCurrentRow(at)
            if item.checkState() != Qt.CheckState.Checked:
                self.press(KEY.Key_Space, widget=items)


def open_and_build(person: Person, project: Path) -> None:
    """Open the project by keyboard, build it by mouse."""
    studio = person.studio
    person.press(KEY.Key_1, MODIFIER.AltModifier)
    person.wait("the Build workspace is there", studio.pipeline_view.isVisible)
    person.press(KEY.Key_O, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
    person.answer_file_dialog(project)
    person.click(studio.pipeline_view.build_button)
    person.wait(
        "the bundle is ready", lambda: "bundle is ready" in studio.pipeline_view.banner.text.text()
    )


def prepare_devices(person: Person) -> None:
    """Start the virtual phone, use it beside this machine, and deploy to both."""
    studio, view = person.studio, person.studio.devices_view
    person.press(KEY.Key_2, MODIFIER.AltModifier)
    person.wait("both devices are listed", lambda: set(DEVICES) <= set(view.cards))
    person.click(view.cards[PHONE].action)
    ready = lambda: any(c.name == PHONE and c.state == "ready" for c in studio.devices.cards)  # noqa: E731
    person.wait("the virtual phone is ready", ready)
    for name in DEVICES:
        box = view.cards[name].check
        if not box.isChecked():
            box.setFocus()
            person.press(KEY.Key_Space, widget=box)
    person.wait("both are checked", lambda: studio.devices.checked >= set(DEVICES))
    person.click(view.deploy_button)
    person.wait("both have the bundle", lambda: view.banner.text.text() == "Deployed.")
    person.click(view.cards[PHONE].details)
    view.tabs.setCurrentIndex(2)
    person.wait("the phone lists the bundle", lambda: view.contents.topLevelItemCount() > 0)


def try_to_pair(person: Person) -> list[str]:
    """Look at the pairing code, type digits where no phone waits, then those that a phone shows."""
    studio = person.studio
    person.click(studio.devices_view.pair_button)
    person.wait("the pairing dialog is open", lambda: studio.pairing.dialog is not None)
    dialog = studio.pairing.dialog
    person.wait("the code is drawn", lambda: not dialog.qr.pixmap().isNull())
    tabs = dialog.findChild(QTabWidget)
    person.click(tabs.tabBar(), tabs.tabBar().tabRect(1).center())
    person.write(dialog.endpoint, "127.0.0.1:1")
    person.write(dialog.code, "123456")
    person.click(dialog.pair_button)
    person.wait("the answer is there", lambda: "127.0.0.1:1" in dialog.state.text.text())
    answers = [dialog.state.text.text()]
    phone = find_phone(phone_root(PHONE.partition(":")[2]))
    assert phone is not None
    shown = phone.send("pair")
    person.write(dialog.endpoint, shown["pairing"])
    person.write(dialog.code, shown["code"])
    person.click(dialog.pair_button)
    person.wait("the phone is paired", lambda: "adb-" in dialog.state.text.text())
    answers.append(dialog.state.text.text())
    person.press(KEY.Key_Escape, widget=dialog)
    person.wait("the pairing dialog is closed", lambda: studio.pairing.dialog is None)
    person.come_to_the_front()
    return answers


def run_session(person: Person, picture: Path) -> list[dict]:
    """Transform, make from text, transform again: two switches on each device."""
    studio, view = person.studio, person.studio.session_view
    person.press(KEY.Key_3, MODIFIER.AltModifier)
    person.wait("the session knows the bundle", view.content.isVisible)
    for name in DEVICES:
        person.check(view.request.targets, name)
    person.choose(view.request.use_case, "transform")
    person.click(view.input.open_button)
    person.answer_file_dialog(picture)
    person.wait("the picture is there", lambda: view.input.picture.pixels is not None)
    person.write(view.request.prompt, "a red cat in noto style")
    rows = view.results.model
    for count, use_case in enumerate(("transform", "text_to_image", "transform"), start=1):
        person.choose(view.request.use_case, use_case)
        if count == 1:
            person.click(view.request.run_button)
        else:
            person.press(KEY.Key_Return, MODIFIER.ControlModifier, view.request.prompt)
        want = count * len(DEVICES)
        person.wait(
            f"{use_case}: {want} results",
            lambda want=want: rows.rowCount() == want and not studio.session.is_busy,
        )
    return [dict(rows.result(at).row) for at in reversed(range(rows.rowCount()))]


def judge(person: Person) -> dict[str, str]:
    """Open the results in Judge, look, give verdicts; return them by input and device."""
    studio = person.studio
    person.click(studio.session_view.judge_button)
    person.wait("the run is open", lambda: studio.selection.run is not None)
    person.wait("its pairs are listed", lambda: len(studio.pairs.shown) >= 2)
    canvas = studio.compare_view.canvas
    person.wait("the first pair is drawn", lambda: canvas.frame_b is not None)
    canvas.setFocus()
    person.press(KEY.Key_Home)
    QTest.keyPress(canvas, KEY.Key_Space)  # flip in place: down, look, up
    pause(50)
    QTest.keyRelease(canvas, KEY.Key_Space)
    for mode in (KEY.Key_2, KEY.Key_3, KEY.Key_5, KEY.Key_1):
        person.press(mode, MODIFIER.ControlModifier, canvas)
        pause(20)
    keys = [KEY.Key_A, KEY.Key_X, KEY.Key_U]
    for at in range(len(studio.pairs.shown)):
        person.press(keys[at % 3], widget=canvas)
        pause(20)
    return {pair.key: studio.book.choice_of(pair.key) for pair in studio.pairs.shown}


def export(person: Person) -> None:
    """Export the report in three formats with keyboard and mouse."""
    studio = person.studio
    person.press(KEY.Key_E, MODIFIER.ControlModifier)
    person.wait("the export dialog is open", lambda: studio.help.dialog is not None)
    dialog = studio.help.dialog
    dialog.boxes["json"].setFocus()
    person.press(KEY.Key_Space, widget=dialog.boxes["json"])
    person.click(dialog.export_button)
    person.wait("the reports are written", lambda: "Written" in dialog.state.text.text())
    person.press(KEY.Key_Escape, widget=dialog)
    person.wait("the export dialog is closed", lambda: studio.help.dialog is None)
    person.come_to_the_front()


def leave(person: Person) -> None:
    """Switch the phone off and quit."""
    view = person.studio.devices_view
    person.press(KEY.Key_3, MODIFIER.AltModifier)
    person.click(person.studio.session_view.end_button)
    person.press(KEY.Key_2, MODIFIER.AltModifier)
    person.click(view.cards[PHONE].action)
    stopped = lambda: any(  # noqa: E731
        c.name == PHONE and c.state == "stopped" for c in person.studio.devices.cards
    )
    person.wait("the virtual phone is off", stopped)
    person.press(KEY.Key_Q, MODIFIER.ControlModifier)
    person.wait("the window is closed", lambda: not person.window.isVisible())


def main() -> int:
    """Do the job; print what was seen as JSON."""
    folder = Path(sys.argv[1])
    os.chdir(folder)
    said: list[str] = []

    def on_message(kind, context, text) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            said.append(text)

    qInstallMessageHandler(on_message)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    app = QApplication(sys.argv[:1])
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    studio = Studio(app, root=folder / "out", settings=settings, services=core_services())
    studio.show()
    person = Person(studio)
    try:
        person.come_to_the_front()
        open_and_build(person, folder / "project.toml")
        prepare_devices(person)
        answers = try_to_pair(person)
        rows = run_session(person, folder / "inputs" / "img" / "in-1.png")
        verdicts = judge(person)
        run = studio.selection.run
        export(person)
        leave(person)
    finally:
        studio.end()  # also where something was waited for in vain
    owners = (studio, studio.window)
    running = [t.objectName() for o in owners for t in o.findChildren(QThread) if t.isRunning()]
    kept = ("target", "use_case", "adapter", "status", "switch", "output_sha256")
    sys.stdout.write(
        json.dumps(
            {
                "platform": app.platformName(),
                "run": str(run.run.path),
                "rows": [{name: row.get(name) for name in kept} for row in rows],
                "verdicts": verdicts,
                "pairing": answers,
                "running": running,
                "warnings": said,
                "seconds": time.monotonic() - person.started,
            }
        )
        + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
