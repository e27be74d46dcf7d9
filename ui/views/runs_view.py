"""The Runs panel: history, search, tags, comparing two."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.models.runs_model import ENTRY_ROLE, RunsModel
from ui.widgets.parts import EmptyState, StateBanner, button, label, row, rule
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
        self.refresh_button = button("", "refresh")
        self.refresh_button.setAccessibleName(self.tr("Look for runs again"))
        self.refresh_button.setToolTip(self.tr("Look for runs again"))
        self.refresh_button.clicked.connect(self.refresh_clicked)
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
        self.folder_label = label("", "muted")
        self._build()

    def _build(self) -> None:
        self.empty = EmptyState(
            "runs",
            self.tr("No runs here yet"),
            self.tr("Runs appear after a plan or a session. `make demo` makes the first one."),
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
        place = self._model.row_of(path) if path is not None else None
        if place is None:
            self.list.clearSelection()
        else:
            self.list.selectionModel().setCurrentIndex(
                self._model.index(place), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _on_activated(self, index: QModelIndex) -> None:
        self.run_chosen.emit(index.data(ENTRY_ROLE).path)

    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        path = index.data(ENTRY_ROLE).path
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, name in self._menu_choices():
            action = menu.addAction(text)
            action.setData((name, str(path)))
        menu.triggered.connect(self._on_menu)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _menu_choices(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Open"), "open"),
            (self.tr("Compare with the open run"), "compare"),
            (self.tr("Change tags…"), "tag"),
            (self.tr("Show in the file manager"), "folder"),
        ]

    def _on_menu(self, action: QAction) -> None:
        name, path = action.data()
        signals = {
            "open": self.run_chosen,
            "compare": self.compare_chosen,
            "tag": self.tag_chosen,
            "folder": self.folder_chosen,
        }
        signals[name].emit(Path(path))
