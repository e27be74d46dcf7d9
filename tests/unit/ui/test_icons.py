from importlib.resources import files

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton

from ui import icons
from ui.commands import COMMANDS

NAMES = sorted(p.name.removesuffix(".svg") for p in files("resources").joinpath("icons").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_that_an_icon_is_valid_and_not_empty(qapp, name):
    text = files("resources").joinpath("icons", f"{name}.svg").read_text()
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
    image = icons.pixmap(name, 24, QColor("#ff0000")).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_that_every_command_names_an_icon_that_exists():
    assert {command.icon for command in COMMANDS if command.icon} <= set(NAMES)


def test_that_an_icon_follows_the_theme(qtbot, qapp):
    button = QToolButton()
    qtbot.addWidget(button)
    qapp.setProperty("theme_name", "dark")
    icons.set_icon(button, "play")
    dark = button.icon().pixmap(24).toImage()
    qapp.setProperty("theme_name", "light")
    icons.repaint_icons(button)
    assert button.icon().pixmap(24).toImage() != dark
    qapp.setProperty("theme_name", "dark")


def test_that_an_icon_with_colours_of_its_own_keeps_them(qapp):
    image = icons.application_icon().pixmap(64, 64).toImage()
    colors = {image.pixelColor(x, y).name() for x in range(64) for y in range(64)}
    assert {"#2b6fb8", "#ffc27a"} <= colors


def test_that_an_icon_is_tinted_wherever_it_covers_a_pixel(qapp):
    image = icons.pixmap("close", 24, QColor("#ff8b82")).toImage()
    seen = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    inked = [pixel for pixel in seen if pixel.alpha() > 128]
    assert len(inked) > 10
    assert all(
        abs(p.red() - 0xFF) + abs(p.green() - 0x8B) + abs(p.blue() - 0x82) < 6 for p in inked
    )
