"""The Log panel: the run's log, with the lines of the selected pair marked."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from ui.icons import Repaints
from ui.theme import current_theme
from ui.widgets.parts import StateBanner

MOST_LINES = 20_000


class LogView(QWidget, Repaints):
    """Shows text lines; long logs keep their newest lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)  # else Tab would not get out again
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlaceholderText(
            self.tr("The log of the run that is open, and of work under way.")
        )
        self.text.setAccessibleName(self.tr("Log"))
        self.banner = StateBanner()
        self._total = 0
        self._marked: tuple[int, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.text)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show `lines` in place of what was there."""
        self._marked, self._total = (), len(lines)
        self.text.setPlainText("\n".join(lines[-MOST_LINES:]))

    def append(self, line: str, level: str = "info") -> None:
        """Add one line at the end."""
        prefix = {"warning": "WARNING ", "error": "ERROR "}.get(level, "")
        self._total += 1
        self.text.appendPlainText(prefix + line)

    def mark_lines(self, numbers: Sequence[int]) -> None:
        """Mark the lines `numbers` (from 0) and scroll to the first."""
        self._marked = tuple(numbers)
        selections = self._show_marks()
        if selections:
            self.text.setTextCursor(selections[0].cursor)
            self.text.centerCursor()

    def repaint_theme(self) -> None:
        """Mark the lines in the colours of another theme."""
        self._show_marks()

    def _show_marks(self) -> list[QTextEdit.ExtraSelection]:
        color = QColor(current_theme().color("accent_soft"))
        selections = []
        gone = max(0, self._total - MOST_LINES)  # the oldest lines, which are not shown
        for number in self._marked:
            block = self.text.document().findBlockByNumber(number - gone)
            if block.isValid():
                mark = QTextEdit.ExtraSelection()
                how = QTextCharFormat()
                how.setBackground(color)
                how.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
                mark.format = how
                mark.cursor = QTextCursor(block)
                selections.append(mark)
        self.text.setExtraSelections(selections)
        return selections
