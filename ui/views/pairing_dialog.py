"""The pairing dialog: a QR code that the phone scans, or the six digits that it shows."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import StateBanner, button, label, row

SCALE = 6


class PairingDialog(QDialog):
    """Shows how to pair; says what was asked.

    Signals:
        regenerate_clicked: A new code, please.
        code_entered: (endpoint, six digits).
    """

    regenerate_clicked = Signal()
    code_entered = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the dialog."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Pair a phone over Wi-Fi"))
        self.qr = QLabel()
        self.qr.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.qr.setAccessibleName(self.tr("QR code for pairing"))
        self.state = StateBanner()
        self.regenerate_button = button(self.tr("New code"), "refresh")
        self.regenerate_button.clicked.connect(self.regenerate_clicked)
        self.endpoint, self.code = QLineEdit(), QLineEdit()
        self.endpoint.setPlaceholderText("192.168.1.20:37123")
        self.code.setPlaceholderText("123456")
        self.code.setMaxLength(6)
        self.pair_button = button(self.tr("Pair"), primary=True)
        self.pair_button.clicked.connect(self._on_pair)
        self.pair_button.setDefault(True)
        self.close_button = button(self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        tabs = QTabWidget()
        tabs.setAccessibleName(self.tr("Ways to pair"))
        tabs.addTab(self._qr_page(), self.tr("Scan a code"))
        tabs.addTab(self._code_page(), self.tr("Six digits"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.addWidget(tabs)
        column.addWidget(self.state)
        column.addLayout(row(1, self.close_button))
        self.setMinimumWidth(440)
        assign_mnemonics(self)

    def _qr_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("plain")
        column = QVBoxLayout(page)
        column.addWidget(
            label(
                self.tr(
                    "On the phone: Developer options, Wireless debugging, Pair device with QR code."
                    " Phone and computer must be in the same network."
                ),
                wrap=True,
            )
        )
        column.addWidget(self.qr)
        column.addLayout(row(1, self.regenerate_button, 1))
        return page

    def _code_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("plain")
        column = QVBoxLayout(page)
        column.addWidget(
            label(
                self.tr(
                    "On the phone: Wireless debugging, Pair device with pairing code. Copy the"
                    " address and the digits; this port is not the one of the connection."
                ),
                wrap=True,
            )
        )
        form = QFormLayout()
        form.addRow(self.tr("Address"), self.endpoint)
        form.addRow(self.tr("Six digits"), self.code)
        column.addLayout(form)
        column.addLayout(row(1, self.pair_button))
        column.addStretch(1)
        return page

    def show_code(self, text: str) -> None:
        """Draw `text` as a QR code, black on white in both themes."""
        import segno

        matrix = [list(line) for line in segno.make(text, error="m").matrix_iter(border=3)]
        side = len(matrix)
        image = QImage(side, side, QImage.Format.Format_RGB32)
        for y, line in enumerate(matrix):
            for x, dark in enumerate(line):
                image.setPixelColor(x, y, QColor("#000000" if dark else "#ffffff"))
        self.qr.setPixmap(QPixmap.fromImage(image.scaled(side * SCALE, side * SCALE)))

    def show_state(self, text: str, kind: str) -> None:
        """Say what is going on."""
        self.state.show_state(text, kind)

    def _on_pair(self) -> None:
        self.code_entered.emit(self.endpoint.text().strip(), self.code.text().strip())
