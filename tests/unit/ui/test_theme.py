import pytest

from ui.theme import NAMES, contrast_ratio, load_theme, style_sheet


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
