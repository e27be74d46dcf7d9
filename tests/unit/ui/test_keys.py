"""The user's own keys: kept, in force at once, never two commands for one key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from ui.app import Studio
from ui.command import Command
from ui.commands import COMMANDS
from ui.models.key_book import KeyBook, is_possible
from ui.views.key_sheet import KeySheet
from ui.window_state import WindowState

pytestmark = pytest.mark.timeout(60)
SMALL = (
    Command("file.save", "Save", ("Ctrl+S",), is_global=True),
    Command("pair.next", "Next", ("Right", "N")),
    Command("runs.open", "Open", ("Return",)),
    Command("paint.all", "All", ("A",)),
    Command("session.again", "Again", ("R",)),
    Command("view.hold", "Hold", ("Z",), is_hold=True),
    Command("view.pan", "Pan", ("Ctrl+Left", "Ctrl+Right"), is_series=True),
)


@pytest.fixture
def book():
    return KeyBook(SMALL)


def test_that_a_key_is_taken_from_the_command_that_had_it(book):
    book.change("pair.next", ("Ctrl+S",))
    assert book.keys_of("pair.next") == ("Ctrl+S",)
    assert book.keys_of("file.save") == ()
    assert book.own == {"pair.next": "Ctrl+S", "file.save": ""}


def test_that_a_key_of_another_panel_is_no_rival(book):
    assert book.rivals("pair.next", "R") == []
    assert book.rivals("runs.open", "Right") == []
    assert [one.name for one in book.rivals("paint.all", "R")] == ["session.again"]
    assert [one.name for one in book.rivals("file.save", "n")] == ["pair.next"]


def test_that_only_the_key_that_is_taken_is_lost(book):
    book.change("file.save", ("N",))
    assert book.keys_of("pair.next") == ("Right",)


@pytest.mark.parametrize("key", ["Z", "Ctrl+Left"])
def test_that_held_keys_and_rows_of_keys_stay(book, key):
    with pytest.raises(ValueError, match="stays with view"):
        book.change("pair.next", (key,))
    assert book.own == {}


@pytest.mark.parametrize(
    "key", ["Tab", "Esc", "Space", "Return", "Alt+F", "Ctrl+K, K", "Shift", ""]
)
def test_that_a_key_of_qt_itself_is_refused(book, key):
    assert not is_possible(key)
    with pytest.raises(ValueError, match="no key of a command"):
        book.change("pair.next", (key,))


def test_that_reset_takes_the_first_keys_back_from_who_got_them(book):
    book.change("pair.next", ("Ctrl+S",))
    book.reset("file.save")
    assert book.keys_of("file.save") == ("Ctrl+S",)
    assert book.own == {"pair.next": ""}
    book.reset_all()
    assert book.keys_of("pair.next") == ("Right", "N")


def test_that_a_file_edited_by_hand_cannot_break_the_keys():
    own = {"pair.next": "Nonsense", "no.such": "F2", "view.hold": "F3", "runs.open": "F4"}
    assert KeyBook(SMALL, own).own == {"runs.open": "F4"}


def test_that_a_key_of_the_user_stays_when_a_later_table_gives_it_away():
    """A key of two commands would give neither."""
    book = KeyBook(SMALL, {"pair.next": "Ctrl+S"})
    assert book.keys_of("pair.next") == ("Ctrl+S",)
    assert book.keys_of("file.save") == ()
    swapped = KeyBook(SMALL, {"paint.all": "R", "session.again": "A"})
    assert swapped.own == {"paint.all": "R", "session.again": "A"}


def test_that_a_first_key_which_nobody_could_choose_comes_back(book):
    book.change("runs.open", ("F4",))
    book.reset("runs.open")
    assert book.keys_of("runs.open") == ("Return",)


def test_that_the_tables_themselves_only_have_keys_that_can_be_chosen_again():
    """Reset gives them back; what Qt needs itself could not be taken."""
    book = KeyBook(COMMANDS)
    for command in COMMANDS:
        for key in command.keys:
            assert book.rivals(command.name, key) == [], command.name


# ---- in the window --------------------------------------------------------------------------


@pytest.fixture
def studio(qapp, qtbot, settings, tmp_path):
    made = Studio(qapp, root=tmp_path, settings=settings)
    made.show()
    qtbot.addWidget(made.window)
    yield made
    made.end()


@pytest.fixture
def sheet(studio):
    studio.run_command("help.keys")
    opened = studio.help.dialog
    assert isinstance(opened, KeySheet)
    yield opened
    opened.close()


def choose(sheet, name):
    sheet._choose(name)
    assert sheet._chosen().name == name


def shortcuts(studio, name):
    return [key.toString() for key in studio.window.actions_by_name[name].shortcuts()]


def test_that_a_key_is_changed_by_pressing_it(studio, sheet, settings):
    choose(sheet, "window.theme")
    QTest.keyClick(sheet.editor, Qt.Key.Key_F8)
    assert "F8 is free" in sheet.hint.text()
    QTest.keyClick(sheet.editor, Qt.Key.Key_Return)
    assert shortcuts(studio, "window.theme") == ["F8"]
    assert "(F8)" in studio.window.actions_by_name["window.theme"].toolTip()
    assert sheet._chosen().name == "window.theme"
    assert WindowState(settings).own_keys() == {"window.theme": "F8"}


def test_that_the_sheet_says_who_has_the_key_and_takes_it_from_there(studio, sheet):
    choose(sheet, "window.theme")
    QTest.keyClick(sheet.editor, Qt.Key.Key_F5)
    assert "Read the run again" in sheet.hint.text()
    sheet.use_button.click()
    assert shortcuts(studio, "window.theme") == ["F5"]
    assert shortcuts(studio, "file.reload") == []
    choose(sheet, "file.reload")
    sheet.reset_button.click()
    assert shortcuts(studio, "file.reload") == ["F5"]
    assert shortcuts(studio, "window.theme") == []
    sheet.reset_all_button.click()
    assert shortcuts(studio, "window.theme") == ["Ctrl+T"]
    assert not sheet.reset_all_button.isEnabled()


def test_that_a_key_can_be_taken_away(studio, sheet):
    choose(sheet, "window.theme")
    sheet.editor.clear()
    assert "no key" in sheet.hint.text()
    sheet.use_button.click()
    assert shortcuts(studio, "window.theme") == []


@pytest.mark.parametrize("name", ["view.loupe", "verdict.accept"])
def test_that_a_held_key_is_kept_for_what_it_does(sheet, name):
    """Only what can be changed offers it; the other side of the same rule."""
    command = next(one for one in COMMANDS if one.name == name)
    choose(sheet, name)
    assert sheet.editor.isEnabled() == (not command.is_hold)


def test_that_escape_closes_the_sheet_from_the_field_too(sheet, qtbot):
    choose(sheet, "window.theme")
    with qtbot.waitSignal(sheet.finished):
        QTest.keyClick(sheet.editor, Qt.Key.Key_Escape)


def test_that_own_keys_hold_at_the_next_start(qapp, qtbot, settings, tmp_path):
    WindowState(settings).set_own_keys({"window.theme": "F8", "file.reload": ""})
    made = Studio(qapp, root=tmp_path, settings=settings)
    qtbot.addWidget(made.window)
    assert made.window.actions_by_name["window.theme"].shortcut() == QKeySequence("F8")
    assert made.window.actions_by_name["file.reload"].shortcuts() == []
    made.end()


@pytest.mark.parametrize(
    ("workspace", "panel", "side", "more", "less"),
    [
        ("judge", "runs", "width", "wider", "narrower"),
        ("devices", "log", "height", "taller", "shorter"),
    ],
)
def test_that_a_panel_is_resized_by_command(studio, qtbot, workspace, panel, side, more, less):
    studio.window.show_workspace(workspace)
    dock = studio.window.docks[panel]
    dock.focus_target().setFocus()
    qtbot.wait(10)
    before = getattr(dock, side)()
    studio.run_command(f"window.{more}")
    qtbot.waitUntil(lambda: getattr(dock, side)() > before)
    grown = getattr(dock, side)()
    studio.run_command(f"window.{less}")
    qtbot.waitUntil(lambda: getattr(dock, side)() < grown)
