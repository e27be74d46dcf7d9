import pytest

from ui.theme import current_theme
from ui.widgets.curve_plot import CurvePlot
from ui.widgets.plot_axes import tick_texts


@pytest.fixture
def plot(qtbot):
    made = CurvePlot("seconds", "Free memory (MB)")
    qtbot.addWidget(made)
    made.resize(420, 220)
    return made


def darkest_columns(plot):
    """Return the columns left of which nothing but background is drawn."""
    image = plot.grab().toImage()
    ground = image.pixelColor(0, image.height() // 2).rgb()
    return [
        x
        for x in range(image.width())
        if any(
            image.pixelColor(x, y).rgb() != ground
            for y in range(image.height() // 4, image.height() * 3 // 4)
        )
    ]


def test_that_labels_tell_ticks_apart_and_share_their_digits():
    assert tick_texts([0.0, 0.2, 0.4]) == ["0.0", "0.2", "0.4"]
    assert tick_texts([21200.0, 21250.0]) == ["21,200", "21,250"]
    assert tick_texts([-0.0, 1.0]) == ["0", "1"]


def test_that_big_labels_are_not_cut_off(plot):
    for second in range(4):
        plot.add("host", second, 2_127_000.0 + second)
    assert darkest_columns(plot)[0] >= 1  # the first column stays empty: no label begins before it


def test_that_one_point_makes_no_time_before_the_first(plot):
    from ui.widgets.curve_plot import _ahead, _around

    assert _ahead([0.0]) == (0.0, 1.0)
    low, high = _around([21_000.0])
    assert low < 21_000 < high
    assert high - low > 100


def test_that_a_plot_says_why_it_stays_empty_until_a_point_comes(plot):
    before = plot.grab().toImage()
    plot.show_nothing("host does not tell")
    assert plot.grab().toImage() != before
    plot.clear()
    assert plot.grab().toImage() == before


def test_that_a_device_keeps_its_colour_where_another_has_no_curve(qtbot):
    plot = CurvePlot("seconds", "Battery (%)")
    qtbot.addWidget(plot)
    plot.know("host")
    for second in range(20):
        plot.add("virtual:s25-lsi", second, 82 - second)
    plot.resize(320, 200)
    image = plot.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(320) for y in range(200)}
    assert plot.names == ("virtual:s25-lsi",)
    assert current_theme().colors["plot_2"] in seen
    assert current_theme().colors["plot_1"] not in seen
