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


@pytest.mark.parametrize("width", [180, 240, 420, 700])
def test_that_names_of_curves_stand_beside_the_title_only_where_there_is_room(plot, width):
    plot.resize(width, 220)
    plot.add("host", 0, 1)
    plot.add("virtual:s25-lsi", 0, 2)
    lines = plot._legend_lines()
    title = plot.fontMetrics().horizontalAdvance("Free memory (MB)")
    wide = [sum(plot._entry_width(at) for at in entries) for entries in lines]
    assert sorted(at for entries in lines for at in entries) == [0, 1]
    assert wide[0] == 0 or wide[0] + title <= width
    assert all(each <= width for each in wide)
    assert (len(lines) == 1) == (width >= 420)


def test_that_the_title_is_not_drawn_over_in_a_narrow_plot(plot):
    """The first line of pixels has the title alone: with curves as without them."""
    plot.resize(200, 220)

    def head():
        image = plot.grab().toImage()
        return image.copy(0, 0, image.width(), plot.fontMetrics().height())

    plot.add("host", 0, 1)
    alone = head()
    plot.add("virtual:s25-lsi", 0, 2)
    assert head() == alone
