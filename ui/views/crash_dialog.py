"""The crash dialog: what broke, in full, before anything is sent anywhere by anybody."""

from PySide6.QtWidgets import QApplication, QDialog, QTextEdit, QVBoxLayout, QWidget

from ui.crash_report import as_html
from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import button, label, row


class CrashDialog(QDialog):
    """Shows a report; it can be copied."""

    def __init__(self, report: str, *, earlier: bool, parent: QWidget | None = None) -> None:
        """Show `report`; `earlier` says that it is of the last start."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something broke"))
        self.setMinimumSize(680, 420)
        self._report = report
        if earlier:
            words = self.tr("QUAD Studio did not end well the last time. Your runs are safe.")
        else:
            words = self.tr(
                "This is a bug in QUAD Studio. The window goes on; finished rows are on the disk."
            )
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setHtml(as_html(report))
        self.text.setAccessibleName(self.tr("Report"))
        copy = button(self.tr("Copy the report"), "copy")
        copy.clicked.connect(self._on_copy)
        close = button(self.tr("Go on"), primary=True)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.addWidget(label(words, "heading", wrap=True))
        column.addWidget(self.text, 1)
        column.addLayout(row(copy, 1, close))
        assign_mnemonics(self)

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self._report)
