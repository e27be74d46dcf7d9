from itertools import product

import pytest

from ui.theme import NAMES, contrast_ratio, load_theme, style_sheet

SURFACES = ("window", "surface", "raised")
TEXTS = ("text", "muted", "link", "good", "warn", "bad", "info")
ON_TOP = (
    ("selection_text", "selection"),
    ("accent_text", "accent"),
    ("text", "hover"),
    ("text", "accent_soft"),
    ("good", "good_soft"),
    ("warn", "warn_soft"),
    ("bad", "bad_soft"),
    ("info", "info_soft"),
    ("canvas_text", "canvas"),
    ("surface", "side_a"),
    ("surface", "side_b"),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("text", "back"), [*product(TEXTS, SURFACES), *ON_TOP])
def test_that_text_reaches_wcag_aa(name, text, back):
    colors = load_theme(name).colors
    assert contrast_ratio(colors[text], colors[back]) >= 4.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "part", ["border_strong", "accent", "plot_1", "plot_2", "plot_3", "plot_4"]
)
@pytest.mark.parametrize("back", ["window", "surface"])
def test_that_controls_and_curves_stand_out_from_the_ground(name, part, back):
    colors = load_theme(name).colors
    assert contrast_ratio(colors[part], colors[back]) >= 3.0


def test_that_black_on_white_has_the_largest_ratio():
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#777777") == pytest.approx(1.0)


def test_that_both_themes_have_the_same_colours():
    first, second = (load_theme(name).colors for name in NAMES)
    assert set(first) == set(second)


@pytest.mark.parametrize("name", NAMES)
def test_that_no_token_is_left_in_the_style_sheet(name):
    sheet = style_sheet(load_theme(name))
    assert "@" not in sheet.replace("@import", "")
