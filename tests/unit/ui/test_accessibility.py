"""What a screen reader is told: names of all controls, and words for all that is painted."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QWidget,
)

from tests.fakes.run_folder import write_run_folder
from tests.unit.ui.test_keyboard import dialogs, name_of, studio  # noqa: F401 -- a fixture
from ui.models.pairs_model import PairsModel
from ui.models.run_model import read_run
from ui.widgets.bar_plot import Bar, BarPlot
from ui.widgets.color_bar import ColorBar
from ui.widgets.compare_canvas import CompareCanvas, ViewMode
from ui.widgets.curve_plot import CurvePlot
from ui.widgets.distribution_plot import DistributionPlot
from ui.widgets.frame import Frame
from ui.widgets.histogram import Histogram, spread_of
from ui.widgets.paint_canvas import PaintCanvas
from ui.widgets.timeline import Entry, Phase, Timeline

pytestmark = pytest.mark.timeout(120)
PAINTED = (
    BarPlot,
    ColorBar,
    CompareCanvas,
    CurvePlot,
    DistributionPlot,
    Histogram,
    PaintCanvas,
    Timeline,
)


def spoken(widget, what=QAccessible.Text.Name):
    """Return what Qt tells a screen reader of `widget`."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(what) if interface is not None else ""


def parts_of_a_control(widget):
    """Return whether a widget is the inside of a control, which speaks for it."""
    outer = widget.parentWidget()
    if outer is not None and isinstance(outer.parentWidget(), QComboBox):
        return True
    inside = isinstance(outer, QAbstractSpinBox | QComboBox | QLineEdit) or isinstance(
        widget, QHeaderView
    )
    return (
        inside
        or widget.objectName().startswith("qt_")
        or type(widget).__name__
        in (
            "QComboBoxListView",
            "QComboBoxPrivateContainer",
            "QTableCornerButton",
        )
    )


def nameless(root):
    """Return the controls below `root` that can have the focus and have no name."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or parts_of_a_control(widget):
            continue
        if widget.isHidden() and isinstance(widget, QAbstractButton):
            continue  # a banner's button before it has something to do
        if not spoken(widget).strip():
            found.append(f"{type(widget.parentWidget()).__name__}.{name_of(widget)}")
    return found


def unexplained(root):
    """Return the buttons below `root` that show an icon alone without a tip or a name."""
    return [
        name_of(button)
        for button in root.findChildren(QAbstractButton)
        if not button.icon().isNull()
        and (
            not button.text()
            or getattr(button, "toolButtonStyle", lambda: None)()
            == Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        and not parts_of_a_control(button)
        and not (button.toolTip() and spoken(button))
    ]


def test_that_every_control_of_every_panel_has_a_name(studio):  # noqa: F811
    missing = [*nameless(studio.window), *unexplained(studio.window)]
    assert not missing, "; ".join(missing)


def test_that_every_control_of_every_dialog_has_a_name(studio):  # noqa: F811
    count = 0
    for dialog in dialogs(studio):
        missing = [*nameless(dialog), *unexplained(dialog)]
        dialog.close()
        assert not missing, f"{dialog.windowTitle()}: {missing}"
        count += 1
    assert count == 6


def test_that_everything_painted_has_a_name_and_says_what_it_shows(studio, qtbot):  # noqa: F811
    qtbot.waitUntil(lambda: studio.compare_view.canvas.frame_b is not None, timeout=30_000)
    silent = [
        name_of(widget)
        for kind in PAINTED
        for widget in studio.window.findChildren(kind)
        if not spoken(widget) or not spoken(widget, QAccessible.Text.Description)
    ]
    assert silent == []


@pytest.fixture
def shown(qtbot):
    """Return a function that keeps a widget and returns what it says of its content."""

    def description(widget):
        qtbot.addWidget(widget)
        return spoken(widget, QAccessible.Text.Description)

    return description


def test_that_the_canvas_says_mode_sides_and_size(studio, qtbot):  # noqa: F811
    canvas = studio.compare_view.canvas
    qtbot.waitUntil(lambda: canvas.frame_b is not None, timeout=30_000)
    studio.compare.set_mode(ViewMode.SPLIT)
    text = spoken(canvas, QAccessible.Text.Description)
    width, height = canvas.frame_b.size
    for word in ("Split slider", "FP32 reference", f"{width} × {height}"):
        assert word in text
    canvas.show_frames(None, None, "Loading…")
    assert "Loading…" in spoken(canvas, QAccessible.Text.Description)
    canvas.show_frames(None, Frame(np.zeros((4, 6, 3), np.uint8)))
    assert "6 × 4" in spoken(canvas, QAccessible.Text.Description)


def test_that_the_editor_says_how_much_is_painted(shown):
    canvas = PaintCanvas()
    canvas.message = "Drop a picture here."
    canvas.show_picture(None)
    assert shown(canvas) == "Drop a picture here."
    canvas.show_picture(np.zeros((10, 20, 3), np.uint8))
    assert "20 × 10" in shown(canvas)
    assert "0 %" in shown(canvas)
    layer = np.zeros((10, 20), np.uint8)
    layer[:5] = 255
    canvas.set_layer(layer)
    assert "50 %" in shown(canvas)
    canvas.undo()
    assert "50 %" not in shown(canvas)


def test_that_the_timeline_says_what_each_device_did(shown):
    line = Timeline()
    assert "after the first image" in shown(line)
    for label in ("transform", "removal"):
        line.add(Entry("host", label, (Phase("unet", 12.0),), "warm"))
    line.add(Entry("phone", "removal", (Phase("unet", 30.0),), "cold"))
    text = shown(line)
    for words in ("host: 2", "removal", "12 ms", "phone: 1", "30 ms", "cold"):
        assert words in text
    line.clear()
    assert "host" not in shown(line)


def test_that_plots_say_their_numbers(shown):
    curve = CurvePlot("step", "Loss")
    assert shown(curve)
    curve.add("lcm", 1, 0.5)
    curve.add("lcm", 2, 0.25)
    assert "lcm" in shown(curve)
    assert "0.25" in shown(curve)
    bars = BarPlot("anchor")
    assert shown(bars)
    bars.show_bars([Bar("lcm", 0.9, 0.8, 1.0, is_marked=True), Bar("removal", 0.4)])
    for words in ("lcm", "0.9", "0.8", "anchor", "removal"):
        assert words in shown(bars)
    histogram = Histogram()
    assert shown(histogram)
    histogram.show_spread(spread_of([("a", np.array([1.0, 3.0, 3.0]), "accent")]), "dB", 2.5)
    for words in ("3", "1", "2.5"):
        assert words in shown(histogram)
    spread = DistributionPlot()
    assert shown(spread)
    counts = np.array([1.0, 4.0])
    spread.show_distribution(np.array([-2.0, 0.0, 2.0]), counts, counts, "value")
    assert "-2" in shown(spread)


def test_that_a_pair_is_read_out_with_its_verdict(tmp_path):
    run = read_run(write_run_folder(tmp_path / "run", inputs=1, repeats=1, scored=True))
    model = PairsModel(lambda key: "reject")
    model.show(run.pairs)
    text = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert run.pairs[0].title in text
    assert "rejected" in text
