"""The settings: theme, language, blink rate."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import button, label, pad_number, row

FASTEST_HZ = 3.0  # WCAG 2.2, 2.3.1: no more than three flashes a second


class SettingsDialog(QDialog):
    """Every change holds at once; there is nothing to confirm.

    Signals:
        theme_chosen: "system", "dark" or "light".
        language_chosen: "system", "en" or "de"; holds from the next start.
        blink_chosen: Changes of picture a second in blink mode.
    """

    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    blink_chosen = Signal(float)

    def __init__(
        self, theme: str, language: str, blink_hz: float, parent: QWidget | None = None
    ) -> None:
        """Show the choices as they are."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(420)
        self.theme = QComboBox()
        for text, value in (
            (self.tr("As the desktop"), "system"),
            (self.tr("Dark"), "dark"),
            (self.tr("Light"), "light"),
        ):
            self.theme.addItem(text, value)
        self.theme.setCurrentIndex(max(self.theme.findData(theme), 0))
        self.language = QComboBox()
        for text, value in (
            (self.tr("As the desktop"), "system"),
            ("English", "en"),
            ("Deutsch", "de"),
        ):
            self.language.addItem(text, value)
        self.language.setCurrentIndex(max(self.language.findData(language), 0))
        self.blink = QDoubleSpinBox()
        pad_number(self.blink)
        self.blink.setRange(0.5, FASTEST_HZ)
        self.blink.setSingleStep(0.5)
        self.blink.setSuffix(" Hz")
        self.blink.setValue(blink_hz)
        self.note = label("", "muted", wrap=True)
        form = QFormLayout()
        form.addRow(self.tr("Theme"), self.theme)
        form.addRow(self.tr("Language"), self.language)
        form.addRow(self.tr("Blink rate"), self.blink)
        close = button(self.tr("Close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addLayout(row(1, close))
        assign_mnemonics(self)
        self.theme.currentIndexChanged.connect(self._on_theme)
        self.language.currentIndexChanged.connect(self._on_language)
        self.blink.valueChanged.connect(self.blink_chosen)

    def _on_theme(self) -> None:
        self.theme_chosen.emit(str(self.theme.currentData()))

    def _on_language(self) -> None:
        self.note.setText(self.tr("The language changes when QUAD Studio is started again."))
        self.language_chosen.emit(str(self.language.currentData()))
