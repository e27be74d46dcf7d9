"""Do the whole job in the window by key or by mouse events alone, and print what came of it.

    python -m tests.end_to_end.window_job FOLDER keyboard|mouse

The test starts it on a display of its own. FOLDER holds project.toml and becomes the working
directory. Nothing is called behind the window's back: the program looks at widgets to know when to
go on, and otherwise types or clicks (`window_person`).
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QPoint, QSettings, Qt, QThread, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QTabWidget

from device.virtual_phone.client import find_phone, phone_root
from tests.end_to_end.window_person import KEY, MODIFIER, Clicker, Person, Typist, pause
from ui.app import Studio
from ui.core_services import core_services
from ui.widgets.paint_canvas import PaintCanvas

PHONE = "virtual:s25-lsi"
DEVICES = ("host", PHONE)
PERSONS: dict[str, type[Person]] = {"keyboard": Typist, "mouse": Clicker}
TASKS = ("transform", "object_removal", "transform")


def open_and_build(person: Person, project: Path) -> None:
    """Open the project and build it."""
    studio = person.studio
    person.workspace("build")
    person.wait("the Build workspace is there", studio.pipeline_view.isVisible)
    person.press(studio.project_view.empty.button)
    person.answer_file_dialog(project)
    person.give("build.start", studio.pipeline_view.build_button)
    person.wait(
        "the bundle is ready", lambda: "bundle is ready" in studio.pipeline_view.banner.text.text()
    )


def prepare_devices(person: Person) -> None:
    """Start the virtual phone, use it beside this machine, and deploy to both."""
    studio, view = person.studio, person.studio.devices_view
    person.workspace("devices")
    person.wait("both devices are listed", lambda: set(DEVICES) <= set(view.cards))
    person.press(view.cards[PHONE].action)
    ready = lambda: any(c.name == PHONE and c.state == "ready" for c in studio.devices.cards)  # noqa: E731
    person.wait("the virtual phone is ready", ready)
    for name in DEVICES:
        person.check(view.cards[name].check)
    person.wait("both are checked", lambda: studio.devices.checked >= set(DEVICES))
    person.give("devices.deploy", view.deploy_button)
    person.wait("both have the bundle", lambda: view.banner.text.text().startswith("Deployed to"))
    person.press(view.cards[PHONE].details)
    person.open_tab(view.tabs, 2)
    person.wait("the phone lists the bundle", lambda: view.contents.topLevelItemCount() > 0)


def try_to_pair(person: Person) -> list[str]:
    """Look at the pairing code, type digits where no phone waits, then those that a phone shows."""
    studio = person.studio
    person.give("devices.pair", studio.devices_view.pair_button)
    person.wait("the pairing dialog is open", lambda: studio.pairing.dialog is not None)
    dialog = studio.pairing.dialog
    person.wait("the code is drawn", lambda: not dialog.qr.pixmap().isNull())
    person.open_tab(dialog.findChild(QTabWidget), 1)
    person.write(dialog.endpoint, "127.0.0.1:1")
    person.write(dialog.code, "123456")
    person.press(dialog.pair_button)
    person.wait("the answer is there", lambda: "127.0.0.1:1" in dialog.state.text.text())
    answers = [dialog.state.text.text()]
    phone = find_phone(phone_root(PHONE.partition(":")[2]))
    assert phone is not None
    shown = phone.send("pair")
    person.write(dialog.endpoint, shown["pairing"])
    person.write(dialog.code, shown["code"])
    person.press(dialog.pair_button)
    person.wait("the phone is paired", lambda: "adb-" in dialog.state.text.text())
    answers.append(dialog.state.text.text())
    person.leave_dialog(dialog, dialog.close_button)
    person.wait("the pairing dialog is closed", lambda: studio.pairing.dialog is None)
    return answers


def paint(person: Person, canvas: PaintCanvas) -> None:
    """Paint a part of the picture."""
    if isinstance(person, Clicker):
        middle = canvas.picture_rect().center().toPoint()
        person.drag(canvas, [middle + QPoint(step, step // 2) for step in range(0, 60, 6)])
    else:
        person.go_to(canvas)
        person.key(KEY.Key_BracketLeft)  # a smaller brush
        for key in (KEY.Key_Space, KEY.Key_Right, KEY.Key_Space, KEY.Key_Down, KEY.Key_Space):
            person.key(key)
        person.key(KEY.Key_Z, MODIFIER.ControlModifier)  # the last stroke was one too many
    person.wait("the mask is painted", lambda: canvas.is_painted)


def check_devices(person: Person, items: QListWidget) -> None:
    """Check the devices of the job in the list of the session, and no other."""
    for at in range(items.count()):
        name = items.item(at).data(Qt.ItemDataRole.UserRole)
        wanted = Qt.CheckState.Checked if name in DEVICES else Qt.CheckState.Unchecked
        if items.item(at).checkState() != wanted:
            person.check_entry(items, at)
            assert items.item(at).checkState() == wanted, f"{name} cannot be checked"


def run_session(person: Person, picture: Path) -> list[dict]:
    """Transform, remove, transform again: two switches on each device."""
    studio, view = person.studio, person.studio.session_view
    person.workspace("session")
    person.wait("the session knows the bundle", view.content.isVisible)
    check_devices(person, view.request.targets)
    person.choose(view.request.use_case, "transform")
    person.give("session.picture", view.input.open_button)
    person.answer_file_dialog(picture)
    person.wait("the picture is there", lambda: view.input.picture.pixels is not None)
    person.write(view.request.prompt, "a red cat in noto style")
    rows = view.results.model
    for count, use_case in enumerate(TASKS, start=1):
        person.choose(view.request.use_case, use_case)
        if use_case == "object_removal":
            paint(person, view.input.picture)
        person.give("session.run", view.request.run_button)
        want = count * len(DEVICES)
        person.wait(
            f"{use_case}: {want} results",
            lambda want=want: rows.rowCount() == want and not studio.session.is_busy,
        )
    return [dict(rows.result(at).row) for at in reversed(range(rows.rowCount()))]


def judge(person: Person) -> dict[str, str]:
    """Open the results in Judge, look, give verdicts; return them by input and device."""
    studio, view = person.studio, person.studio.compare_view
    person.give("session.judge", studio.session_view.judge_button)
    person.wait("the run is open", lambda: studio.selection.run is not None)
    person.wait("its pairs are listed", lambda: len(studio.pairs.shown) >= 2)
    person.wait("the first pair is drawn", lambda: view.canvas.frame_b is not None)
    look(person)
    bar = view.verdict_bar
    ways = (
        ("verdict.accept", bar.accept_button),
        ("verdict.reject", bar.reject_button),
        ("verdict.unsure", bar.unsure_button),
    )
    for at in range(len(studio.pairs.shown)):
        person.give(*ways[at % 3])
        pause(20)
    return {pair.key: studio.book.choice_of(pair.key) for pair in studio.pairs.shown}


def look(person: Person) -> None:
    """Go to the first pair, flip in place, go through some modes of the view."""
    view = person.studio.compare_view
    canvas = view.canvas
    handle = person.come_to_the_front()
    if isinstance(person, Clicker):
        person.click_entry(view.pair_list.list, 0)
        at = canvas.mapTo(person.window, canvas.rect().center())
        QTest.mousePress(handle, Qt.MouseButton.RightButton, MODIFIER.NoModifier, at)
        person.wait("the reference is shown in place", lambda: canvas.shows_a_in_place)
        QTest.mouseRelease(handle, Qt.MouseButton.RightButton, MODIFIER.NoModifier, at)
        buttons = [view.mode_buttons[name] for name in ("split", "side", "difference", "flip")]
        for button in buttons:
            person.click(button)
    else:
        person.go_to(canvas)
        person.key(KEY.Key_Home)
        QTest.keyPress(handle, KEY.Key_Space)  # flip in place: down, look, up
        person.wait("the reference is shown in place", lambda: canvas.shows_a_in_place)
        QTest.keyRelease(handle, KEY.Key_Space)
        for mode in (KEY.Key_2, KEY.Key_3, KEY.Key_5, KEY.Key_1):
            person.key(mode, MODIFIER.ControlModifier)
            pause(20)
    assert not canvas.shows_a_in_place


def read_numbers(person: Person) -> str:
    """Choose a KPI; return the pair that counts as its worst."""
    studio, table = person.studio, person.studio.kpi_view.table
    person.wait("there are KPIs", lambda: studio.kpi_model.rowCount() > 0)
    if isinstance(person, Clicker):
        index = studio.kpi_model.index(studio.kpi_model.row_of("psnr_db"), 0)
        person.click(table.viewport(), table.visualRect(index).center())
    else:
        person.go_to(table)
        person.key(KEY.Key_Home, MODIFIER.ControlModifier)
        while table.currentIndex().row() != studio.kpi_model.row_of("psnr_db"):
            person.key(KEY.Key_Down)
    person.give("kpi.worst", studio.kpi_view.worst_button)
    person.wait("the worst pair is chosen", lambda: studio.selection.pair is not None)
    return str(studio.selection.pair.key)


def export(person: Person) -> None:
    """Export the report in three formats."""
    studio = person.studio
    if isinstance(person, Clicker):
        person.menu("copy.export")
    else:
        person.key(KEY.Key_E, MODIFIER.ControlModifier)
    person.wait("the export dialog is open", lambda: studio.help.dialog is not None)
    dialog = studio.help.dialog
    person.check(dialog.boxes["json"])
    person.press(dialog.export_button)
    person.wait("the reports are written", lambda: "Written" in dialog.state.text.text())
    person.leave_dialog(dialog, dialog.close_button)
    person.wait("the export dialog is closed", lambda: studio.help.dialog is None)


def leave(person: Person) -> None:
    """End the session, switch the phone off and quit."""
    view = person.studio.devices_view
    person.workspace("session")
    person.give("session.end", person.studio.session_view.end_button)
    person.workspace("devices")
    person.press(view.cards[PHONE].action)
    stopped = lambda: any(  # noqa: E731
        c.name == PHONE and c.state == "stopped" for c in person.studio.devices.cards
    )
    person.wait("the virtual phone is off", stopped)
    if isinstance(person, Clicker):
        person.menu("file.quit")
    else:
        person.key(KEY.Key_Q, MODIFIER.ControlModifier)
    person.wait("the window is closed", lambda: not person.window.isVisible())


def main() -> int:
    """Do the job; print what was seen as JSON."""
    folder, how = Path(sys.argv[1]), sys.argv[2]
    os.chdir(folder)
    said: list[str] = []

    def on_message(kind, context, text) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            said.append(text)

    qInstallMessageHandler(on_message)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    app = QApplication(sys.argv[:1])
    settings = QSettings(str(folder / f"{how}.ini"), QSettings.Format.IniFormat)
    studio = Studio(app, root=folder / "out", settings=settings, services=core_services())
    studio.show()
    person = PERSONS[how](studio)
    try:
        person.come_to_the_front()
        open_and_build(person, folder / "project.toml")
        prepare_devices(person)
        answers = try_to_pair(person)
        rows = run_session(person, folder / "inputs" / "img" / "in-1.png")
        verdicts = judge(person)
        worst = read_numbers(person)
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
                "worst": worst,
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
