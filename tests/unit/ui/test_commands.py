"""Commands as data, and as actions in the whole window."""

import pytest
from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.command import OUTER_SCOPES, SCOPES, WINDOW
from ui.commands import COMMANDS, GROUP_TITLES, SCOPE_TITLES, allow, make_action
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.translations import install_translator
from ui.views.command_palette import CommandPalette
from ui.widgets.action_button import ActionButton

pytestmark = pytest.mark.timeout(60)
CONTEXT = Qt.ShortcutContext


@pytest.fixture
def studio(qapp, qtbot, settings, tmp_path):
    services = Services(SceneDevices(), SceneSessions(), SceneBuild(tmp_path))
    made = Studio(qapp, root=tmp_path, settings=settings, services=services)
    made.show()
    yield made
    made.end()


def active_scopes(scope):
    """Return the scopes whose keys hold while the focus is in `scope`."""
    found = {WINDOW, scope}
    while scope in OUTER_SCOPES:
        scope = OUTER_SCOPES[scope]
        found.add(scope)
    return found


@pytest.mark.parametrize("scope", sorted({WINDOW, *SCOPES.values(), *OUTER_SCOPES}))
def test_that_no_two_commands_active_in_the_same_scope_share_a_key(scope):
    active, seen = active_scopes(scope), {}
    for command in COMMANDS:
        if command.scope in active:
            for key in command.keys:
                sequence = QKeySequence(key)
                assert not sequence.isEmpty(), f"{command.name}: {key} is no key"
                assert sequence not in seen, f"{key}: {command.name} and {seen[sequence]}"
                seen[sequence] = command.name


def test_that_every_group_and_every_scope_has_a_title():
    assert {command.group for command in COMMANDS} <= set(GROUP_TITLES)
    assert {command.scope for command in COMMANDS} <= set(SCOPE_TITLES)


def keys_that_reach(widget, window):
    """Yield (key, name) of every shortcut that holds while `widget` has the focus."""
    for action in window.findChildren(QAction):
        owners = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
        context = action.shortcutContext()
        reaches = {
            CONTEXT.WindowShortcut: bool(owners),
            CONTEXT.WidgetShortcut: widget in owners,
            CONTEXT.WidgetWithChildrenShortcut: any(
                one is widget or one.isAncestorOf(widget) for one in owners
            ),
        }[context]
        if reaches:
            for key in action.shortcuts():
                yield key, action.objectName()


def test_that_no_key_is_ambiguous_at_any_control_of_the_window(studio):
    window, looked_at = studio.window, 0
    groups = {}
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            chain = tuple(id(one) for one in _chain(widget) if one.actions())
            groups.setdefault(chain, widget)
    for widget in groups.values():
        seen = {}
        for key, name in keys_that_reach(widget, window):
            other = seen.setdefault(key, name)
            assert other == name, f"{key.toString()}: {name} and {other}"
            looked_at += 1
    assert looked_at > 300


def _chain(widget):
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


@pytest.mark.parametrize("language", ["en", "de"])
def test_that_the_menus_have_letters_of_their_own(qapp, qtbot, settings, tmp_path, language):
    install_translator(qapp, language)
    made = Studio(qapp, root=tmp_path, settings=settings)
    letters = [QKeySequence.mnemonic(one.text()) for one in made.window.menuBar().actions()]
    made.end()
    made.window.deleteLater()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    assert QKeySequence() not in letters
    assert len(letters) == len(set(letters)) >= 8


def test_that_every_command_is_in_the_palette_with_its_reason_if_it_cannot_be_given(studio):
    offered = {action.objectName(): action for action in studio.commands.all_actions()}
    wanted = {one.name for one in COMMANDS if not one.is_hold and not one.is_series}
    assert wanted <= set(offered)
    silent = [
        name
        for name, action in offered.items()
        if not action.isEnabled() and not action.property("why_not")
    ]
    assert silent == []
    assert offered["build.start"].property("why_not") == "Open a project first."
    assert "Open a project first." in offered["build.start"].toolTip()


def test_that_every_command_of_a_panel_is_in_a_menu(studio):
    def below(menu):
        for action in menu.actions():
            yield action.objectName()
            if action.menu() is not None:
                yield from below(action.menu())

    shown = set(below(studio.window.menuBar()))
    wanted = {one.name for one in COMMANDS if not one.is_hold and not one.is_series}
    series = {f"{one.name}:{key}" for one in COMMANDS if one.is_series for key in one.keys}
    assert wanted | {name for name in series if not name.startswith("paint.")} <= shown


def test_that_the_palette_offers_each_device_and_each_recent_file(studio, qtbot, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=1, repeats=1)
    with qtbot.waitSignal(studio.runs.opened, timeout=30_000):
        studio.open_path(folder)
    qtbot.waitUntil(lambda: bool(studio.devices_view.cards), timeout=30_000)
    names = {action.objectName() for action in studio.commands.all_actions()}
    for card in studio.devices.cards:
        assert {f"devices.check:{card.name}", f"devices.show:{card.name}"} <= names
        if card.action not in ("", "wait"):
            assert f"devices.act:{card.name}" in names
    assert f"recent.open:{folder.resolve()}" in names


def test_that_a_device_is_used_by_its_command(studio, qtbot):
    qtbot.waitUntil(lambda: bool(studio.devices_view.cards), timeout=30_000)
    name = next(one for one in studio.devices_view.cards if one.startswith("virtual:"))
    was = name in studio.devices.checked
    studio.help._on_chosen(f"devices.check:{name}")
    assert (name in studio.devices.checked) != was
    assert studio.devices_view.cards[name].check.isChecked() != was


def test_that_the_palette_says_why_and_does_nothing_for_what_cannot_be(studio):
    studio.run_command("help.palette")
    palette = studio.help.dialog
    assert isinstance(palette, CommandPalette)
    palette.search.setText("cancel deploying")
    index = palette.view.currentIndex()
    assert index.siblingAtColumn(0).data() == "Cancel deploying"
    assert index.siblingAtColumn(2).data() == "Nothing is running."
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_that_a_command_from_elsewhere_shows_its_panel(studio):
    studio.run_command("go.judge")
    studio.devices_view.actions_by_name["devices.pair"].trigger()
    assert studio.window.docks["devices"].isVisible()
    studio.pairing.dialog.close()


def test_that_a_button_follows_its_command_with_the_reason(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    action = make_action("project.save", holder)
    button = ActionButton(action, "Save", parent=holder)
    given = []
    action.triggered.connect(lambda: given.append(1))
    button.click()
    allow(action, "Nothing has changed.")
    button.click()
    assert given == [1]
    assert not button.isEnabled()
    assert button.toolTip().endswith("Nothing has changed.")
    assert button.accessibleDescription() == "Nothing has changed."
    allow(action)
    assert button.isEnabled()
    assert "Nothing has changed." not in button.toolTip()


def test_that_delete_takes_an_adapter_out_in_its_table_only(studio, tmp_path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.safetensors").write_bytes(b"")
    (tmp_path / "project.toml").write_text('schema = "quad-studio/project/1"\n')
    studio.open_path(tmp_path / "project.toml")
    view, window = studio.project_view, studio.window
    for name in ("first", "second"):
        studio.project.add_adapter(str(tmp_path / f"{name}.safetensors"))
    window.activateWindow()
    view.adapters.setFocus()
    view.adapters.setCurrentCell(0, 0)
    field = next(iter(view.forms.values())).editors["project.name"]
    field.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Delete)
    assert view.adapters.rowCount() == 2
    view.adapters.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Delete)
    assert [entry["name"] for entry in view.adapter_entries()] == ["second"]


def test_that_keys_go_from_use_case_to_use_case(studio, qtbot, tmp_path):
    studio.open_bundle(tmp_path)
    box = studio.session_view.request.use_case
    qtbot.waitUntil(lambda: box.count() > 1, timeout=30_000)
    studio.run_command("go.session")
    studio.window.activateWindow()
    studio.session_view.input.picture.setFocus()
    at, handle = box.currentIndex(), studio.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert box.currentIndex() == (at + 1) % box.count()
    QTest.keyClick(handle, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert box.currentIndex() == at


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # a real one does
def test_that_the_menu_key_offers_what_can_be_done_with_the_chosen_run(studio, qtbot, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=1, repeats=1)
    with qtbot.waitSignal(studio.runs.opened, timeout=30_000):
        studio.open_path(folder)
    view = studio.runs_view.list
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5000, 5000))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    names = [action.objectName() for action in menu.actions()]
    menu.close()
    assert names == ["runs.open", "runs.compare", "runs.tag", "runs.folder"]


def test_that_an_open_menu_of_devices_is_not_filled_anew_for_the_same_devices(studio, qtbot):
    qtbot.waitUntil(lambda: bool(studio.devices_view.cards), timeout=30_000)
    menu = studio.window.device_menu
    menu.setActiveAction(menu.actions()[1])
    studio.devices_view.show_cards(studio.devices.cards, studio.devices.checked)
    assert menu.activeAction() is menu.actions()[1]


def test_that_a_reference_is_chosen_by_the_menu_as_by_its_key(studio, qtbot, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=1, repeats=1)
    with qtbot.waitSignal(studio.runs.opened, timeout=30_000):
        studio.open_path(folder)
    actions = studio.compare_view.actions_by_name
    canvas = studio.compare_view.canvas
    assert canvas.label_a == "FP32 reference"
    actions["pair.reference:Shift+1"].trigger()
    assert canvas.label_a == studio.selection.pair.device_label
    actions["pair.reference:Shift+0"].trigger()
    assert canvas.label_a == "FP32 reference"
