"""The Project panel: a form and the TOML behind it, both editable."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGroupBox,
    QHeaderView,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.commands import allow, make_actions, move_keys
from ui.core_texts import core_text
from ui.services import FitEstimate
from ui.views.project_fields import project_fields
from ui.widgets.action_button import ActionButton
from ui.widgets.parts import EmptyState, StateBanner, button, chip, label, row, rule, set_chip
from ui.widgets.settings_form import SettingsForm

LEAST_LINES, MOST_LINES = 2, 8
ADAPTER_COLUMNS = ("name", "path", "use_cases", "strength")


class ProjectView(QWidget):
    """Shows a project; says what was edited.

    Signals:
        field_edited: (key, value) of the form.
        adapters_edited: The adapters, a list of dicts.
        text_edited: The TOML text.
        open_clicked, new_clicked, save_clicked, build_clicked, estimate_clicked: The buttons.
        add_adapter_clicked: A LoRA file shall be chosen.
        browse_model_clicked: A model directory shall be chosen.
    """

    field_edited = Signal(str, object)
    adapters_edited = Signal(object)
    text_edited = Signal(str)
    open_clicked = Signal()
    new_clicked = Signal()
    save_clicked = Signal()
    build_clicked = Signal()
    estimate_clicked = Signal()
    add_adapter_clicked = Signal()
    browse_model_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.title = label("", "title")
        self.path_label = label("", "muted")
        self.state_chip = chip()
        self.banner = StateBanner()
        self.forms: dict[str, SettingsForm] = {}
        self._is_open = False
        self.adapters = self._make_adapters()
        self.text = QPlainTextEdit()
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("Project as TOML"))
        self.text.setTabChangesFocus(True)  # else Tab would not get out again
        self.text.textChanged.connect(self._on_text)
        self.fit = QTreeWidget()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Views of the project"))
        self.actions_by_name = make_actions(("project",), self)
        actions = self.actions_by_name
        self.save_button = ActionButton(actions["project.save"], self.tr("Save"), "save")
        self.build_button = button(self.tr("Build"), primary=True)
        self.estimate_button = ActionButton(actions["project.estimate"], self.tr("Will it fit?"))
        actions["project.new"].triggered.connect(self.new_clicked)
        actions["project.save"].triggered.connect(self.save_clicked)
        actions["project.add_adapter"].triggered.connect(self.add_adapter_clicked)
        actions["project.remove_adapter"].triggered.connect(self._on_remove_adapter)
        actions["project.choose_model"].triggered.connect(self.browse_model_clicked)
        actions["project.estimate"].triggered.connect(self.estimate_clicked)
        move_keys(actions["project.remove_adapter"], self, self.adapters)
        self._why_no_estimate = ""
        self._build()

    def _make_adapters(self) -> QTableWidget:
        made = QTableWidget(0, len(ADAPTER_COLUMNS))
        made.setHorizontalHeaderLabels(
            [self.tr("Name"), self.tr("File"), self.tr("Use cases"), self.tr("Strength")]
        )
        made.setAccessibleName(self.tr("Adapters"))
        made.verticalHeader().hide()
        header = made.horizontalHeader()
        for column in (0, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        made.setWordWrap(False)
        made.setTextElideMode(Qt.TextElideMode.ElideLeft)  # the end of a path tells files apart
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setTabKeyNavigation(False)
        made.cellChanged.connect(self._on_adapter_cell)
        made.itemSelectionChanged.connect(self._show_possible)
        return made

    def _build(self) -> None:
        self.empty = EmptyState(
            "project",
            self.tr("No project is open"),
            self.tr(
                "A project names the foundation model, its adapters and how they are quantized."
                " Open a project.toml, or begin a new one."
            ),
            self.tr("Open a project…"),
        )
        self.empty.action_clicked.connect(self.open_clicked)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row(self.title, self.state_chip, 1, self.path_label, margins=10))
        column.addWidget(self.banner)
        self.tabs.addTab(self._form_page(), self.tr("Form"))
        self.tabs.addTab(self.text, self.tr("TOML"))
        self.tabs.addTab(self._fit_page(), self.tr("Will it fit?"))
        column.addWidget(self.tabs, 1)
        column.addWidget(rule())
        new_button = ActionButton(self.actions_by_name["project.new"], self.tr("New…"))
        open_button = button(self.tr("Open…"), "open")
        open_button.clicked.connect(self.open_clicked)
        self.build_button.clicked.connect(self.build_clicked)
        column.addLayout(
            row(new_button, open_button, 1, self.save_button, self.build_button, margins=8)
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _form_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("plain")
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(10)
        for title, fields in project_fields():
            box = QGroupBox(title)
            inside = QVBoxLayout(box)
            form = SettingsForm(fields)
            form.edited.connect(self.field_edited)
            inside.addWidget(form)
            self.forms[title] = form
            if any(field.key == "model.path" for field in fields):
                choose = self.actions_by_name["project.choose_model"]
                browse = ActionButton(choose, self.tr("Choose the model…"), "open")
                inside.addLayout(row(browse, 1))
                column.addWidget(box)
                column.addWidget(self._adapters_box())
            else:
                column.addWidget(box)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        return area

    def _adapters_box(self) -> QGroupBox:
        box = QGroupBox(self.tr("Adapters (LoRAs)"))
        inside = QVBoxLayout(box)
        inside.addWidget(self.adapters)
        actions = self.actions_by_name
        add = ActionButton(actions["project.add_adapter"], self.tr("Add…"), "add")
        remove = actions["project.remove_adapter"]
        self.remove_adapter_button = ActionButton(remove, self.tr("Remove"), "remove")
        self.adapter_note = label("", "bad", wrap=True)
        inside.addLayout(row(add, self.remove_adapter_button, 1))
        inside.addWidget(self.adapter_note)
        return box

    def _fit_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("plain")
        self.fit.setColumnCount(4)
        self.fit.setRootIsDecorated(False)
        self.fit.setHeaderLabels(
            [self.tr("Device"), self.tr("Storage"), self.tr("Memory"), self.tr("Answer")]
        )
        for at in range(3):
            self.fit.header().setSectionResizeMode(at, QHeaderView.ResizeMode.ResizeToContents)
        self.fit.setAccessibleName(self.tr("Estimate for each device"))
        column = QVBoxLayout(page)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(
            label(
                self.tr("An estimate before anything is built, from the sizes of model and LoRAs."),
                "muted",
                wrap=True,
            )
        )
        column.addWidget(self.fit, 1)
        column.addLayout(row(self.estimate_button, 1))
        return page

    # ---- showing -------------------------------------------------------------------------------

    def show_project(self, name: str, folder: str, *, is_open: bool) -> None:
        """Show the project, or what to do first."""
        self.pages.setCurrentIndex(1 if is_open else 0)
        self.title.setText(name)
        room = self.path_label.fontMetrics()
        self.path_label.setText(room.elidedText(folder, Qt.TextElideMode.ElideMiddle, 260))
        self.path_label.setToolTip(folder)
        self._is_open = is_open
        self._show_possible()

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show the form's values by `table.key`."""
        for form in self.forms.values():
            form.show_values(values)

    def show_adapters(self, entries: Sequence[Mapping[str, object]]) -> None:
        """Show the adapters."""
        self.adapters.blockSignals(True)
        self.adapters.setRowCount(len(entries))
        for at, entry in enumerate(entries):
            for column, key in enumerate(ADAPTER_COLUMNS):
                value = entry.get(key, "")
                text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                self.adapters.setItem(at, column, QTableWidgetItem(text))
        self.adapters.blockSignals(False)
        self._fit_adapters()

    def _fit_adapters(self) -> None:
        """Give the table the height of its lines: an empty half of a table looks unfinished."""
        lines = min(max(self.adapters.rowCount(), LEAST_LINES), MOST_LINES)
        line = self.adapters.verticalHeader().defaultSectionSize()
        head = self.adapters.horizontalHeader().sizeHint().height()
        self.adapters.setFixedHeight(head + lines * line + 2)

    def show_text(self, text: str) -> None:
        """Show the TOML, unless it is what is being typed."""
        if self.text.toPlainText() != text:
            self.text.blockSignals(True)
            self.text.setPlainText(text)
            self.text.blockSignals(False)

    def show_problems(self, problems: Sequence[str], *, unsaved: bool) -> None:
        """Show every problem: at its field where there is one, all of them in the banner."""
        problems = [core_text(line) for line in problems]
        by_key = dict(reversed([line.partition(": ")[::2] for line in problems]))
        for form in self.forms.values():
            form.show_problems(by_key)
        own = [line for line in problems if line.startswith("adapters")]
        self.adapter_note.setText("\n".join(own))
        self.adapter_note.setVisible(bool(own))
        self.banner.show_state("\n".join(problems), "bad")
        self.build_button.setEnabled(not problems)
        why = self.tr("Nothing has changed since it was saved.")
        allow(self.actions_by_name["project.save"], "" if unsaved else why)
        if problems:
            set_chip(self.state_chip, self.tr("Problems: {0}").format(len(problems)), "bad")
        elif unsaved:
            set_chip(self.state_chip, self.tr("not saved"), "warn")
        else:
            set_chip(self.state_chip, self.tr("valid"), "good")

    def show_fit(self, estimates: Sequence[FitEstimate]) -> None:
        """Show the estimate for each device."""
        self.fit.clear()
        for one in estimates:
            cells = [
                one.target,
                self._of(one.rom_mb, one.rom_free_mb),
                self._of(one.ram_mb, one.ram_free_mb),
                self._answer(one),
            ]
            item = QTreeWidgetItem(cells)
            item.setToolTip(3, cells[3])
            self.fit.addTopLevelItem(item)

    def _answer(self, one: FitEstimate) -> str:
        """Return whether it fits, and what is missing or why nobody can say."""
        words = {True: self.tr("fits"), False: self.tr("does not fit"), None: self.tr("unknown")}
        missing = [
            text.format(math.ceil(needed - free))
            for text, needed, free in (
                (self.tr("{0} MB of storage are missing"), one.rom_mb, one.rom_free_mb),
                (self.tr("{0} MB of memory are missing"), one.ram_mb, one.ram_free_mb),
            )
            if needed is not None and free is not None and needed > free
        ]
        reason = ", ".join(missing) or core_text(one.why)
        return f"{words[one.fits]}: {reason}" if reason else words[one.fits]

    def _of(self, needed: float | None, free: float | None) -> str:
        first = "?" if needed is None else f"{needed:.0f}"
        second = "?" if free is None else f"{free:.0f}"
        return self.tr("{0} of {1} MB").format(first, second)

    def show_can_estimate(self, why_not: str) -> None:
        """Enable the estimate, or say why there can be none now."""
        self._why_no_estimate = why_not
        self._show_possible()

    def _show_possible(self) -> None:
        closed = "" if self._is_open else self.tr("Open a project first.")
        for name in ("add_adapter", "choose_model"):
            allow(self.actions_by_name[f"project.{name}"], closed)
        if closed:
            allow(self.actions_by_name["project.save"], closed)
        allow(self.actions_by_name["project.estimate"], closed or self._why_no_estimate)
        chosen = self.adapters.currentIndex().isValid()
        none = "" if chosen else self.tr("Choose an adapter in the table first.")
        allow(self.actions_by_name["project.remove_adapter"], closed or none)

    # ---- what the user did ---------------------------------------------------------------------

    def _on_text(self) -> None:
        self.text_edited.emit(self.text.toPlainText())

    def _on_adapter_cell(self, at: int, column: int) -> None:
        self.adapters_edited.emit(self.adapter_entries())

    def _on_remove_adapter(self) -> None:
        index: QModelIndex = self.adapters.currentIndex()
        if index.isValid():
            self.adapters.removeRow(index.row())
            self._fit_adapters()
            self.adapters_edited.emit(self.adapter_entries())

    def adapter_entries(self) -> list[dict[str, object]]:
        """Return the adapters as the file has them."""
        found: list[dict[str, object]] = []
        for at in range(self.adapters.rowCount()):
            entry: dict[str, object] = {}
            for column, key in enumerate(ADAPTER_COLUMNS):
                item = self.adapters.item(at, column)
                text = item.text().strip() if item is not None else ""
                if text:
                    entry[key] = _value(key, text)
            found.append(entry)
        return found


def _value(key: str, text: str) -> object:
    if key == "use_cases":
        return [part.strip() for part in text.split(",") if part.strip()]
    if key == "strength":
        try:
            return float(text)
        except ValueError:
            return text
    return text
