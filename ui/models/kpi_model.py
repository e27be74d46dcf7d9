"""The KPI table as Qt shows it."""

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ui.core_texts import core_text
from ui.models.kpi_names import KpiStyle
from ui.models.kpi_pivot import KpiCell, KpiGrid

Index = QModelIndex | QPersistentModelIndex
CELL_ROLE = int(Qt.ItemDataRole.UserRole)
STYLE_ROLE = CELL_ROLE + 1


class KpiTableModel(QAbstractTableModel):
    """KPIs in rows, what is compared in columns."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._grid: KpiGrid | None = None
        self._styles: list[KpiStyle] = []

    @property
    def grid(self) -> KpiGrid | None:
        """Return what is shown."""
        return self._grid

    def show(
        self, grid: KpiGrid | None, *, only_failing: bool = False, only_different: bool = False
    ) -> None:
        """Show `grid`, or only its rows that fail a gate or differ from the baseline."""
        self.beginResetModel()
        self._grid = grid
        self._styles = []
        for style in grid.styles if grid is not None else ():
            cells = grid.cells[style.name] if grid is not None else ()
            if only_failing and not any(
                cell.gate in ("fail", "warn", "not comparable") for cell in cells
            ):
                continue
            if only_different and not any(cell.delta for cell in cells):
                continue
            self._styles.append(style)
        self.endResetModel()

    def style_at(self, row: int) -> KpiStyle:
        """Return the KPI of `row`."""
        return self._styles[row]

    def row_of(self, name: str) -> int | None:
        """Return the row of the KPI `name`, None when it is not shown."""
        return next((at for at, style in enumerate(self._styles) if style.name == name), None)

    def cell_at(self, row: int, column: int) -> KpiCell | None:
        """Return the cell at (row, column)."""
        if self._grid is None:
            return None
        return self._grid.cells[self._styles[row].name][column]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        """Return the number of KPIs."""
        return 0 if parent.isValid() else len(self._styles)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() or self._grid is None else len(self._grid.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the cell, its text, or why it is empty."""
        if not index.isValid():
            return None
        cell = self.cell_at(index.row(), index.column())
        style = self._styles[index.row()]
        if cell is None:
            return None
        if role == CELL_ROLE:
            return cell
        if role == STYLE_ROLE:
            return style
        if role == Qt.ItemDataRole.DisplayRole:
            return value_text(cell, style)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{style.header}: {value_text(cell, style)} {delta_text(cell, style)}"
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return the KPI with unit and direction, or the column."""
        if self._grid is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                name = self._grid.columns[section]
                mark = "\n" + self.tr("baseline") if section == self._grid.baseline else ""
                return f"{name}{mark}"
            return self._styles[section].header
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return self._grid.columns[section]
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Vertical:
            style = self._styles[section]
            return f"{style.header}\n{style.definition}"
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Vertical:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _tip(self, cell: KpiCell) -> str:
        if cell.value is None:
            return core_text(cell.note) or self.tr("not measured")
        text = self.tr("{0} of {1} values").format(core_text(cell.statistic), len(cell.samples))
        return f"{text}\n{core_text(cell.note)}" if cell.note else text


def value_text(cell: KpiCell, style: KpiStyle) -> str:
    """Return the value with its interval.

    >>> value_text(KpiCell(33.018, 0.412), KpiStyle("psnr_db", "PSNR", "dB", "higher", 2))
    '33.02 ± 0.41'
    """
    if cell.value is None:
        return "–"
    half = cell.half_width
    if half is None or not math.isfinite(cell.value):
        return style.text(cell.value)
    return f"{style.text(cell.value)} ± {style.text(half)}"


def delta_text(cell: KpiCell, style: KpiStyle) -> str:
    """Return the difference to the baseline, absolute and in per cent.

    >>> cell = KpiCell(90.0, delta=-10.0, delta_percent=-10.0)
    >>> delta_text(cell, KpiStyle("x_ms", "x", "ms", "lower", 1))
    '-10.0 (-10.0 %)'
    >>> cell = KpiCell(0.9945, delta=-0.0003, delta_percent=-0.0302)
    >>> delta_text(cell, KpiStyle("ssim", "SSIM", "", "higher", 4))
    '-0.0003 (-0.03 %)'
    """
    if cell.delta is None:
        return ""
    percent = ""
    if cell.delta_percent is not None and not is_nothing(cell, style):
        form = "+.1f" if abs(cell.delta_percent) >= 0.05 else "+.1g"  # never "-0.0 %"
        percent = f" ({cell.delta_percent:{form}} %)"
    return f"{style.text(cell.delta, signed=True)}{percent}"


def is_nothing(cell: KpiCell, style: KpiStyle) -> bool:
    """Return whether the difference vanishes in the digits shown, so that it is no change."""
    return cell.delta is None or not style.text(cell.delta).strip("-0.")


def as_tsv(grid: KpiGrid) -> str:
    """Return the table as tab-separated text for a spreadsheet."""
    lines = ["\t".join(["KPI", *(name.replace("\n", ", ") for name in grid.columns)])]
    for style in grid.styles:
        values = [value_text(cell, style) for cell in grid.cells[style.name]]
        lines.append("\t".join([style.header, *values]))
    return "\n".join(lines) + "\n"


def as_markdown(grid: KpiGrid) -> str:
    """Return the table as Markdown."""
    names = [name.replace("\n", ", ").replace("|", "\\|") for name in grid.columns]
    lines = [f"| KPI | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for style in grid.styles:
        values = [value_text(cell, style) for cell in grid.cells[style.name]]
        lines.append(f"| {style.header} | {' | '.join(values)} |")
    return "\n".join(lines) + "\n"
