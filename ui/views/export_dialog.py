"""The export dialog: which reports of the run shall be written."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import StateBanner, button, label, row

USUAL = ("html", "md")


class ExportDialog(QDialog):
    """Shows the formats.

    Signals:
        export_clicked: The chosen formats, a list of names.
    """

    export_clicked = Signal(object)

    def __init__(self, run: str, formats: Sequence[str], parent: QWidget | None = None) -> None:
        """Offer `formats` for the run called `run`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export the report"))
        self.setMinimumWidth(400)
        self.boxes = {name: QCheckBox(name.upper()) for name in formats}
        self.state = StateBanner()
        self.export_button = button(self.tr("Export"), primary=True)
        self.export_button.clicked.connect(self._on_export)
        self.export_button.setDefault(True)
        self.close_button = button(self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        text = self.tr("Reports of {0}: the same numbers in every format.").format(run)
        column.addWidget(label(text, wrap=True))
        for name, box in self.boxes.items():
            box.setChecked(name in USUAL)
            column.addWidget(box)
        column.addWidget(self.state)
        column.addLayout(row(1, self.close_button, self.export_button))
        assign_mnemonics(self)

    def show_state(self, text: str, kind: str) -> None:
        """Say what is going on."""
        self.state.show_state(text, kind)
        self.export_button.setEnabled(kind != "info")

    def _on_export(self) -> None:
        self.export_clicked.emit([name for name, box in self.boxes.items() if box.isChecked()])
