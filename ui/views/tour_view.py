"""The tour: a card at the foot of the window that explains one place after another."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.widgets.parts import button, label, row

WIDTH = 520


class TourView(QFrame):
    """Shows one step.

    Signals:
        next_clicked, back_clicked, ended: The buttons.
    """

    next_clicked = Signal()
    back_clicked = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Stand at the foot of `parent`."""
        super().__init__(parent)
        self.setObjectName("panel")
        self.title = label("", "title")
        self.text = label("", wrap=True)
        self.count = label("", "muted")
        self.back_button = button(self.tr("Back"))
        self.next_button = button(self.tr("Next"), primary=True)
        self.end_button = button(self.tr("End the tour"))
        self.back_button.clicked.connect(self.back_clicked)
        self.next_button.clicked.connect(self.next_clicked)
        self.end_button.clicked.connect(self.ended)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row(self.count, 1, self.end_button, self.back_button, self.next_button))
        parent.installEventFilter(self)

    def show_step(self, number: int, total: int, title: str, text: str) -> None:
        """Show step `number` (from 1) of `total`."""
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(f"{number} / {total}")
        self.back_button.setEnabled(number > 1)
        self.next_button.setText(self.tr("Done") if number == total else self.tr("Next"))
        self._place()
        self.show()
        self.raise_()
        self.next_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot while the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        self.setFixedWidth(min(WIDTH, window.width() - 40))
        self.text.setMinimumHeight(self.text.heightForWidth(self.width() - 32))
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(left, window.height() - self.height() - 48)
