"""Decides how the canvas looks at the pair: zoom, nudge, error maps, the pixel under the cursor."""

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QApplication

from ui.controllers.map_controller import MapController, MapFn
from ui.views.compare_view import CompareView

NUDGES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class CanvasController(QObject):
    """Owns the error maps; answers the commands of the view and map groups.

    Signals:
        map_wanted: An error map was chosen by key: the difference shall be shown.
    """

    map_wanted = Signal()

    def __init__(self, view: CompareView, perceptual: MapFn | None, parent: QObject) -> None:
        """Wire the canvas of `view`."""
        super().__init__(parent)
        self._view = view
        self.maps = MapController(view, perceptual, self)
        self._at: tuple[int, int] | None = None
        self._pinned: tuple[int, int] | None = None
        view.canvas.probed.connect(self._on_probe)
        view.state.changed.connect(self.show_zoom)
        self._on_probe(-1, -1)

    def shutdown(self) -> None:
        """End the threads."""
        self._view.canvas.leave()
        self.maps.shutdown()

    def run_command(self, group: str, what: str) -> None:
        """Do a command of the group "view" or "map"."""
        if group == "view":
            self._view_command(what)
        else:
            self._map_command(what)

    def show_tile(self, by: int) -> None:
        """Look at the next or previous worst tile of the map."""
        region = self.maps.next_tile(by)
        if region is not None:
            self._view.canvas.show_region(region)

    def _view_command(self, what: str) -> None:
        view, canvas = self._view, self._view.canvas
        if what == "fit":
            view.state.fit()
        elif what == "one_to_one":
            view.state.set_zoom(1.0, view.state.centre_of(0))
        elif what in ("zoom_in", "zoom_out"):
            canvas.zoom_by(1.25 if what == "zoom_in" else 0.8)
        elif what == "reset":
            canvas.set_nudge(0, 0)
            canvas.mark(None)
            view.state.reset()
        elif what == "link":
            view.state.set_linked(view.actions_by_name["view.link"].isChecked())
        elif what == "orientation":
            canvas.set_split_vertical(not view.actions_by_name["view.orientation"].isChecked())
        elif what in ("keep_loupe", "keep_region"):
            is_on = view.actions_by_name[f"view.{what}"].isChecked()
            view.held_keys.keep(what.removeprefix("keep_"), is_on)
        elif what == "pin":
            self._pin(view.actions_by_name["view.pin"].isChecked())
        elif what == "unshift":
            self._nudge(-canvas.nudge[0], -canvas.nudge[1])
        elif what.startswith("nudge_ten:"):
            dx, dy = NUDGES[what.rpartition("+")[2].lower()]
            self._nudge(10 * dx, 10 * dy)
        elif what.startswith("nudge_"):
            self._nudge(*NUDGES[what.removeprefix("nudge_")])

    def _nudge(self, dx: int, dy: int) -> None:
        canvas = self._view.canvas
        canvas.set_nudge(canvas.nudge[0] + dx, canvas.nudge[1] + dy)
        self.show_zoom()
        self._show_probe()

    def _pin(self, on: bool) -> None:
        """Hold the probe where it is now, also while other pairs are shown; or let it go."""
        self._pinned = self._at if on else None
        self._view.actions_by_name["view.pin"].setChecked(self._pinned is not None)
        self._view.canvas.pin(QPoint(*self._pinned) if self._pinned is not None else None)
        self._show_probe()

    def _map_command(self, what: str) -> None:
        steps = {"next": 1, "previous": -1}
        gains = {"gain_up": 1, "gain_down": -1}
        if what in steps:
            self.maps.step(steps[what])
            self.map_wanted.emit()
        elif what in gains:
            self.maps.step_gain(gains[what])
        elif what == "normalise":
            self.maps.normalise()

    def pictures_changed(self) -> None:
        """Read the pinned pixel of the pictures that are shown now."""
        if self._pinned is not None:
            self._show_probe()

    def copy_view(self) -> None:
        """Put the canvas as it is drawn on the clipboard."""
        QApplication.clipboard().setPixmap(self._view.canvas.grab())

    @Slot(int, int)
    def _on_probe(self, x: int, y: int) -> None:
        self._at = (x, y) if x >= 0 and y >= 0 else None
        self._show_probe()

    @Slot()
    def _show_probe(self) -> None:
        """Say the levels of the pixel that is pinned, else of the one under the cursor."""
        canvas, at = self._view.canvas, self._pinned or self._at
        x, y = at if at is not None else (-1, -1)
        a = canvas.frame_a.at(x, y) if canvas.frame_a is not None else None
        b = canvas.frame_b.at(x - canvas.nudge[0], y - canvas.nudge[1]) if canvas.frame_b else None
        if a is None or b is None:
            self._view.show_probe(self.tr("Point at the picture to read its pixels."))
            return
        delta = tuple(second - first for first, second in zip(a, b, strict=True))
        pinned = self.tr("   pinned") if self._pinned is not None else ""
        self._view.show_probe(
            f"x {x:4d}  y {y:4d}   A {_triple(a)}   B {_triple(b)}   Δ {_triple(delta, '+4d')}"
            f"{pinned}"
        )

    @Slot()
    def show_zoom(self) -> None:
        """Say how large the picture is shown, and how it was scaled."""
        zoom = self._view.canvas.zoom()
        how = self.tr("area average") if zoom < 1 else self.tr("nearest")
        fit = self.tr("fit, ") if self._view.state.is_fit else ""
        dx, dy = self._view.canvas.nudge
        shift = self.tr("B shifted {0:+d}, {1:+d} px").format(dx, dy) if dx or dy else ""
        self._view.show_zoom(f"{100 * zoom:.0f} % ({fit}{how})", shift)


def _triple(values: tuple[int, ...], how: str = "3d") -> str:
    return " ".join(format(value, how) for value in values)
