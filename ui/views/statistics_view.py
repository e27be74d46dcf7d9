"""The Statistics panel: levels of A, B and their difference, in a region or the whole picture."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ui.commands import allow, make_actions
from ui.models.error_maps import RegionStatistics
from ui.widgets.action_button import ActionButton
from ui.widgets.histogram import Histogram, Spread
from ui.widgets.parts import EmptyState, label, row


class StatisticsView(QWidget):
    """Shows numbers and two histograms.

    Signals:
        whole_clicked: Forget the region.
        copy_clicked: Put the region of A and of every candidate on the clipboard, at 1:1.
    """

    whole_clicked = Signal()
    copy_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.setMinimumWidth(250)
        self.title = label("", "heading", wrap=True)
        self.hint = label(
            self.tr("Hold C and drag over the picture to look at a region."), "muted", wrap=True
        )
        self.cells: list[list[QLabel]] = []
        self.levels = Histogram()
        self.errors = Histogram()
        self.actions_by_name = make_actions(("statistics",), self)
        whole = self.actions_by_name["statistics.whole"]
        crops = self.actions_by_name["statistics.copy_crops"]
        whole.triggered.connect(self.whole_clicked)
        crops.triggered.connect(self.copy_clicked)
        self.whole_button = ActionButton(whole, self.tr("Whole picture"))
        self.copy_button = ActionButton(crops, self.tr("Copy crops"), "copy")
        content = QWidget()
        content.setObjectName("plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.title)
        column.addLayout(self._grid())
        column.addWidget(label(self.tr("Luma: A blue, B orange"), "muted"))
        column.addWidget(self.levels)
        column.addWidget(label(self.tr("Error map (logarithmic counts)"), "muted"))
        column.addWidget(self.errors)
        column.addWidget(self.hint)
        column.addLayout(row(self.whole_button, self.copy_button, 1))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Statistics"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        self.empty = EmptyState("histogram", "", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _grid(self) -> QGridLayout:
        made = QGridLayout()
        made.setHorizontalSpacing(6)
        made.setVerticalSpacing(3)
        heads = ("", self.tr("Mean"), self.tr("Dev."), self.tr("Min"), self.tr("Max"))
        for at, text in enumerate(heads):
            made.addWidget(label(text, "muted"), 0, at, Qt.AlignmentFlag.AlignRight)
        for at, name in enumerate(("A", "B", "B - A"), start=1):
            made.addWidget(label(name, "heading"), at, 0)
            line = [label("–", "mono") for _ in heads[1:]]
            for column, cell in enumerate(line, start=1):
                made.addWidget(cell, at, column, Qt.AlignmentFlag.AlignRight)
            self.cells.append(line)
        return made

    def show_title(self, text: str, *, is_region: bool) -> None:
        """Name what the numbers are of."""
        self.title.setText(text)
        why = "" if is_region else self.tr("Hold C and drag over the picture first.")
        for action in self.actions_by_name.values():
            allow(action, why)

    def show_nothing(self, title: str, text: str) -> None:
        """Say why there are no numbers."""
        self.empty.show_text(title, text)
        self.pages.setCurrentIndex(0)

    def show_computing(self) -> None:
        """Say that numbers are on their way, where there are none to stand until then."""
        if self.pages.currentIndex() == 0:
            text = self.tr("A 4K picture takes most of a second.")
            self.empty.show_text(self.tr("Computing…"), text)

    def show_statistics(self, lines: Sequence[RegionStatistics | None]) -> None:
        """Show the statistics of A, B and B - A."""
        self.pages.setCurrentIndex(1)
        for cells, found in zip(self.cells, lines, strict=True):
            values = (
                ("–",) * 4
                if found is None
                else tuple(
                    f"{value:z.1f}"
                    for value in (found.mean, found.deviation, found.low, found.high)
                )
            )
            for cell, text in zip(cells, values, strict=True):
                cell.setText(text)

    def show_histograms(self, levels: Spread, errors: Spread, axis: str) -> None:
        """Show how levels and errors are spread."""
        self.levels.show_spread(levels, self.tr("luma, 0 to 255"))
        self.errors.show_spread(errors, axis, log=True)
