"""The Runs panel: history, search, tags, comparing two."""

from pathlib import Path

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.commands import allow, make_actions
from ui.models.runs_model import ENTRY_ROLE, RunsModel
from ui.widgets.action_button import ActionButton
from ui.widgets.parts import EmptyState, StateBanner, button, row, rule
from ui.widgets.run_delegate import RunDelegate


class RunsView(QWidget):
    """Shows the runs; says which was chosen.

    Signals:
        run_chosen: The folder (Path) of a run to open.
        compare_chosen: The folder of a run to compare the open one with.
        folder_chosen: The folder of a run to show in the file manager.
        tag_chosen: The folder of a run whose tags shall change.
        search_edited: The words of the search.
        open_clicked, refresh_clicked: The buttons.
    """

    run_chosen = Signal(object)
    compare_chosen = Signal(object)
    folder_chosen = Signal(object)
    tag_chosen = Signal(object)
    search_edited = Signal(str)
    open_clicked = Signal()
    refresh_clicked = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self._model = model
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search…"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the runs"))
        self.search.setToolTip(self.tr("By name, device or tag"))
        self.search.textChanged.connect(self.search_edited)
        self.open_button = button(self.tr("Open…"), "open")
        self.open_button.clicked.connect(self.open_clicked)
        self.actions_by_name = make_actions(("runs",), self)
        actions = self.actions_by_name
        actions["runs.find"].triggered.connect(self._on_find)
        actions["runs.refresh"].triggered.connect(self.refresh_clicked)
        actions["runs.open"].triggered.connect(self._on_open)
        actions["runs.compare"].triggered.connect(self._on_compare)
        actions["runs.tag"].triggered.connect(self._on_tag)
        actions["runs.folder"].triggered.connect(self._on_folder)
        self.refresh_button = ActionButton(actions["runs.refresh"], "", "refresh")
        self._open_run: Path | None = None
        self.banner = StateBanner()
        self.list = QListView()
        self.list.setModel(model)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(RunDelegate(self.list))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(self.tr("Runs"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.clicked.connect(self._on_activated)
        self.list.activated.connect(self._on_activated)
        self.list.selectionModel().currentChanged.connect(self._show_possible)
        model.modelReset.connect(self._show_possible)
        self._build()
        self._show_possible()

    def _build(self) -> None:
        self.empty = EmptyState(
            "runs",
            self.tr("No runs here yet"),
            self.tr("Runs appear after a plan or a session; Help > Run the demo makes one."),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row(self.search, margins=8))
        column.addWidget(rule())
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        column.addWidget(rule())
        column.addLayout(row(self.open_button, 1, self.refresh_button, margins=8))

    def show_count(self, total: int, folder: Path) -> None:
        """Show the list, or that there is none below `folder`."""
        self.pages.setCurrentIndex(1 if total else 0)
        self.list.setToolTip(str(folder))

    def show_current(self, path: Path | None) -> None:
        """Mark the open run."""
        self._open_run = path
        place = self._model.row_of(path) if path is not None else None
        if place is None:
            self.list.clearSelection()
        else:
            self.list.selectionModel().setCurrentIndex(
                self._model.index(place), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self._show_possible()

    def _show_possible(self) -> None:
        """Let the commands of the chosen run be given, or say what they lack."""
        chosen = self._chosen()
        none = "" if chosen is not None else self.tr("Choose a run in the list first.")
        for name in ("open", "tag", "folder"):
            allow(self.actions_by_name[f"runs.{name}"], none)
        if self._open_run is None:
            none = none or self.tr("Open a run first.")
        elif chosen == self._open_run:
            none = self.tr("This run is the one that is open: choose another.")
        allow(self.actions_by_name["runs.compare"], none)

    def _chosen(self) -> Path | None:
        index = self.list.currentIndex()
        return index.data(ENTRY_ROLE).path if index.isValid() else None

    def _on_activated(self, index: QModelIndex) -> None:
        self.run_chosen.emit(index.data(ENTRY_ROLE).path)

    def _show_menu(self, at: QPoint) -> None:
        """Offer what can be done with the chosen run, at the mouse or at the run itself."""
        index = self.list.currentIndex()
        if not index.isValid():
            return
        place = self.list.visualRect(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for name in ("open", "compare", "tag", "folder"):
            menu.addAction(self.actions_by_name[f"runs.{name}"])
        menu.popup(self.list.viewport().mapToGlobal(at if place.contains(at) else place.center()))

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _on_open(self) -> None:
        self._emit_chosen(self.run_chosen)

    def _on_compare(self) -> None:
        self._emit_chosen(self.compare_chosen)

    def _on_tag(self) -> None:
        self._emit_chosen(self.tag_chosen)

    def _on_folder(self) -> None:
        self._emit_chosen(self.folder_chosen)

    def _emit_chosen(self, signal: SignalInstance) -> None:
        path = self._chosen()
        if path is not None:
            signal.emit(path)
