"""The results of a session, newest first."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap

from ui.core_texts import core_text, use_case_text
from ui.models.kpi_names import kpi_style
from ui.models.run_model import device_label
from ui.services import SessionResult
from ui.widgets.frame import Frame

Index = QModelIndex | QPersistentModelIndex
THUMB = 112


class ResultsModel(QAbstractListModel):
    """What the devices made."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._results: list[tuple[SessionResult, QIcon]] = []

    def add(self, result: SessionResult) -> None:
        """Put `result` first."""
        frame = Frame(result.image)
        pixmap = QPixmap.fromImage(frame.image).scaled(
            THUMB,
            THUMB,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        icon = QIcon()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            icon.addPixmap(pixmap, mode)  # the same: a selection must not tint a picture
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._results.insert(0, (result, icon))
        self.endInsertRows()

    def result(self, place: int) -> SessionResult:
        """Return the result at `place`."""
        return self._results[place][0]

    def clear(self) -> None:
        """Forget every result."""
        self.beginResetModel()
        self._results.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        """Return how many results there are."""
        return 0 if parent.isValid() else len(self._results)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return picture or words."""
        if not index.isValid():
            return None
        result, icon = self._results[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return icon
        if role == Qt.ItemDataRole.DisplayRole:
            lines = (use_case_text(result.ask.use_case), result.target, times_line(result))
            return "\n".join(line for line in lines if line)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            ask = result.ask
            adapter = ask.adapter or core_text("base model")
            seed = core_text(f"seed {ask.seed}")
            what = f"{use_case_text(ask.use_case)}, {adapter}, {seed}"
            return f"{device_label(result.row)}\n{what}\n{times_line(result)}"
        return None


def times_line(result: SessionResult) -> str:
    """Return time and switch in short."""
    timing = result.row.get("timing_ms") or {}
    switch = result.row.get("switch") or {}
    parts = []
    if timing.get("end_to_end_ms") is not None:
        parts.append(f"{float(timing['end_to_end_ms']):,.0f} ms")
    if switch.get("kind") in ("cold", "warm"):
        style = kpi_style(f"switch_{switch['kind']}_ms")
        parts.append(f"{core_text(switch['kind'])} {style.text(float(switch['ms']))} ms")
    return " · ".join(parts)
