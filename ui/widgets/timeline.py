"""What a session did, over time: phases of every image, switches of adapters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core_texts import core_text, use_case_text
from ui.theme import current_theme
from ui.widgets.plot_axes import nice_ticks

LANE, HEAD, FOOT = 34, 4, 22
PHASE_COLORS = {
    "switch": "plot_5",
    "text_encoder": "plot_4",
    "vae_encoder": "plot_2",
    "unet": "plot_1",
    "vae_decoder": "plot_3",
}


@dataclass(frozen=True)
class Phase:
    """A piece of an entry: its kind and how long it took."""

    kind: str
    milliseconds: float


@dataclass(frozen=True)
class Entry:
    """One image on one lane.

    Attributes:
        switch: "cold", "warm" or "none".
    """

    lane: str
    label: str
    phases: tuple[Phase, ...]
    switch: str = "none"

    @property
    def milliseconds(self) -> float:
        """Return the sum of the phases."""
        return sum(phase.milliseconds for phase in self.phases)


@dataclass
class _Lane:
    entries: list[Entry] = field(default_factory=list)


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Return the timeline entry of a row (contracts, section 8)."""
    timing = row.get("timing_ms") or {}
    calls = timing.get("unet_step_ms") or ()
    steps = list(calls) if isinstance(calls, Sequence) else [float(calls)]
    switch = row.get("switch") or {}
    phases = [Phase("switch", float(switch.get("ms") or timing.get("switch_ms") or 0.0))]
    phases += [
        Phase("text_encoder", float(timing.get("text_encoder_ms") or 0.0)),
        Phase("vae_encoder", float(timing.get("vae_encoder_ms") or 0.0)),
        *(Phase("unet", float(step)) for step in steps),
        Phase("vae_decoder", float(timing.get("vae_decoder_ms") or 0.0)),
    ]
    use_case, adapter = str(row.get("use_case")), str(row.get("adapter") or "–")
    task = use_case_text(use_case)
    if adapter == "none":
        adapter = core_text("base model")
    label = task if adapter == use_case else f"{task} · {adapter}"
    return Entry(
        lane=str(row.get("target") or "?"),
        label=label,
        phases=tuple(phase for phase in phases if phase.milliseconds > 0),
        switch=str(switch.get("kind") or timing.get("switch_kind") or "none"),
    )


class Timeline(QWidget):
    """One lane a target; an image is a row of phases, a switch is a labelled mark before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lanes: dict[str, _Lane] = {}
        self.setAccessibleName(self.tr("Timeline of the session"))
        self._describe()

    def sizeHint(self) -> QSize:
        """Ask for one line a target."""
        return QSize(400, HEAD + FOOT + 18 + LANE * max(1, len(self._lanes)))

    def add(self, entry: Entry) -> None:
        """Let the lane of `entry` go on with it."""
        self._lanes.setdefault(entry.lane, _Lane()).entries.append(entry)
        self._lanes = dict(sorted(self._lanes.items()))  # not by who was first, which varies
        self.setFixedHeight(self.sizeHint().height())
        self._describe()
        self.update()

    def clear(self) -> None:
        """Forget everything."""
        self._lanes.clear()
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader what each device made, and what it made last."""
        words = []
        for name, lane in self._lanes.items():
            last = lane.entries[-1]
            text = self.tr("{0}: {1} images, the last: {2}, {3:.0f} ms, switch: {4}")
            words.append(
                text.format(
                    name, len(lane.entries), last.label, last.milliseconds, core_text(last.switch)
                )
            )
        empty = self.tr("Phases and switches appear here after the first image.")
        self.setAccessibleDescription("; ".join(words) or empty)

    @property
    def count(self) -> int:
        """Return how many images are shown."""
        return sum(len(lane.entries) for lane in self._lanes.values())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lanes, the scale and the legend."""
        painter = QPainter(self)
        theme = current_theme()
        if not self._lanes:
            painter.setPen(theme.color("muted"))
            text = self.tr("Phases and switches appear here after the first image.")
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
            return
        names = min(200, max(self.fontMetrics().horizontalAdvance(n) for n in self._lanes) + 12)
        total = max(sum(e.milliseconds for e in lane.entries) for lane in self._lanes.values())
        scale = (self.width() - names - 12) / max(total, 1e-9)
        for at, (name, lane) in enumerate(self._lanes.items()):
            top = HEAD + at * LANE
            painter.setPen(theme.color("text"))
            text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, names - 6)
            painter.drawText(QRectF(0, top, names, LANE), Qt.AlignmentFlag.AlignVCenter, text)
            self._lane(painter, lane, names, top, scale)
        self._scale(painter, names, total, scale)
        painter.end()

    def _lane(self, painter: QPainter, lane: _Lane, left: float, top: float, scale: float) -> None:
        theme, x = current_theme(), left
        for entry in lane.entries:
            start, ends = x, list[int]()
            for phase in entry.phases:
                width = phase.milliseconds * scale
                box = QRectF(x, top + 14, max(width, 1.0), LANE - 18)
                painter.fillRect(box, theme.color(PHASE_COLORS[phase.kind]))
                if phase.kind == "unet" and width > 3:
                    ends.append(round(x + width))
                x += width
            painter.setPen(QPen(theme.color("surface"), 1))
            for end in ends:  # after the fills, which would cover a line at a fraction of a pixel
                painter.drawLine(end, int(top + 14), end, int(top + LANE - 5))
            painter.setPen(theme.color("muted"))
            mark = "" if entry.switch == "none" else f"{core_text(entry.switch)} → "
            text = self.fontMetrics().elidedText(
                mark + entry.label, Qt.TextElideMode.ElideRight, int(x - start - 4)
            )
            painter.drawText(QRectF(start + 2, top - 1, x - start, 15), 0, text)
            painter.setPen(QPen(theme.color("border_strong"), 1))
            painter.drawLine(int(x), int(top), int(x), int(top + LANE - 4))

    def _scale(self, painter: QPainter, left: float, total: float, scale: float) -> None:
        theme, line = current_theme(), self.fontMetrics().height()
        y = HEAD + LANE * len(self._lanes)
        painter.setPen(theme.color("muted"))
        for value in nice_ticks(0.0, total, most=6):
            box = QRectF(left + value * scale - 40, y, 80, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{value / 1000:.4g} s")
        words = {
            "switch": self.tr("switch"),
            "text_encoder": self.tr("text encoder"),
            "vae_encoder": self.tr("VAE encoder"),
            "unet": self.tr("U-Net calls"),
            "vae_decoder": self.tr("VAE decoder"),
        }
        x = left
        for kind, word in words.items():
            painter.fillRect(QRectF(x, y + line + 4, 10, 10), theme.color(PHASE_COLORS[kind]))
            painter.drawText(QRectF(x + 14, y + line, 160, line + 2), 0, word)
            x += 14 + self.fontMetrics().horizontalAdvance(word) + 16
