"""The results of a session, newest first, one card an image."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from ui.models.results_model import ResultsModel
from ui.widgets.parts import label, row

ICON = 112


class ResultsView(QWidget):
    """Shows results as a strip of pictures.

    Signals:
        result_chosen: The place of a result in the model.
    """

    result_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the strip."""
        super().__init__(parent)
        self.setObjectName("plain")
        self.model = ResultsModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(ICON, ICON))
        self.list.setGridSize(QSize(ICON + 54, ICON + 62))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAccessibleName(self.tr("Results of the session"))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.count = label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 4)
        column.addLayout(row(label(self.tr("Results"), "heading"), 1, self.count))
        column.addWidget(self.list)

    def show_newest(self) -> None:
        """Choose the newest result."""
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))
        count = self.model.rowCount()
        words = self.tr("1 image") if count == 1 else self.tr("{0} images")
        self.count.setText(words.format(count))

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.result_chosen.emit(current.row())
