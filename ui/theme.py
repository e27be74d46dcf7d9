"""Colours, fonts and the style sheet of the window.

Two themes, each a TOML file of named colours in `resources/themes`. Qt's Fusion style draws the
controls; the palette and one style sheet colour them. The theme is set explicitly, never taken from
the platform plug-in, because the offscreen one reports no colour scheme.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QStyleFactory

NAMES = ("dark", "light")
THEME_PROPERTY = "theme"


@dataclass(frozen=True)
class Theme:
    """One set of colours, by name.

    Attributes:
        name: "dark" or "light".
        colors: Token -> "#rrggbb".
    """

    name: str
    colors: Mapping[str, str]

    def color(self, token: str) -> QColor:
        """Return the colour of `token`."""
        return QColor(self.colors[token])


@cache
def load_theme(name: str) -> Theme:
    """Return the theme `name` of `resources/themes`."""
    text = files("resources").joinpath("themes", f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Theme(
        name=str(data.pop("name")), colors={key: str(value) for key, value in data.items()}
    )


def sheet_of_all(first: Theme) -> str:
    """Return the application's style sheet: `first`'s, and in it the other themes'.

    A rule of another theme counts below a main window whose property `THEME_PROPERTY` names that
    theme. So a change of theme is a property and a palette; a new sheet makes Qt lay out and
    measure every widget again, in one go of half a second.
    """
    others = [load_theme(name) for name in NAMES if name != first.name]
    return "\n".join([style_sheet(first), *(_below(theme) for theme in others)])


def _below(theme: Theme) -> str:
    """Return the rules of `theme`, for what is below a window that shows it."""
    root = f'QMainWindow[{THEME_PROPERTY}="{theme.name}"]'
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(theme), flags=re.DOTALL)
    made = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        if selectors.strip() in ("*", "QWidget"):
            continue  # no colours, and it would be looked at for every widget
        scoped = [
            one.replace("QMainWindow", root, 1)
            if one.startswith("QMainWindow")
            else f"{root} {one}"
            for one in map(str.strip, selectors.split(","))
        ]
        made.append(f"{', '.join(scoped)} {{{body}}}")
    return "\n".join(made)


def style_sheet(theme: Theme) -> str:
    """Return the rules of the style sheet in the colours of `theme`."""
    text = files("resources").joinpath("themes", "studio.qss").read_text(encoding="utf-8")
    folder = files("resources").joinpath("themes")
    pictures = {"check_image": "check", "down_image": "chevron-down", "up_image": "chevron-up"}
    paths = {
        token: Path(str(folder.joinpath(f"{stem}-{theme.name}.svg"))).as_posix()
        for token, stem in pictures.items()
    }
    values = {**theme.colors, **paths}
    return re.sub(r"@([a-z_0-9]+)", lambda match: values[match.group(1)], text)


def palette(theme: Theme) -> QPalette:
    """Return Qt's palette in the colours of `theme`."""
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "bad",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Highlight: "selection",
        QPalette.ColorRole.HighlightedText: "selection_text",
        QPalette.ColorRole.Link: "link",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Light: "hover",
        QPalette.ColorRole.Midlight: "hover",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "border",
        QPalette.ColorRole.Shadow: "window",
    }
    made = QPalette()
    for role, token in roles.items():
        made.setColor(role, theme.color(token))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("disabled"))
    return made


def system_theme() -> str:
    """Return the desktop's preference, dark where it states none."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def contrast_ratio(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two "#rrggbb" colours, 1 to 21.

    Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    """

    def luminance(text: str) -> float:
        channels = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


class ThemeSwitch(QObject):
    """Holds the theme that the application shows.

    Signals:
        changed: The theme is another one; icons and canvases draw themselves again.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, name: str = "system") -> None:
        """Set Fusion and the palette of `name`: "dark", "light" or "system".

        The style sheet comes with `choose`: set before the widgets are made, it would be applied
        again each time one finds its place.
        """
        super().__init__(app)
        self._app = app
        app.setStyle(QStyleFactory.create("Fusion"))
        self.current = load_theme(name if name in NAMES else system_theme())
        app.setPalette(palette(self.current))
        app.setProperty("theme_name", self.current.name)

    def choose(self, name: str) -> None:
        """Show the theme `name` at once; for a window that is not in use yet, or a picture."""
        self.announce(name)
        self._app.setStyleSheet(sheet_of_all(self.current))
        self.changed.emit(self.current)

    def announce(self, name: str) -> None:
        """Make `name` the theme; what is shown already has the old one until it is polished."""
        self.current = load_theme(name if name in NAMES else system_theme())
        self._app.setPalette(palette(self.current))
        self._app.setProperty("theme_name", self.current.name)
        for window in self._app.topLevelWidgets():
            if isinstance(window, QMainWindow):
                window.setProperty(THEME_PROPERTY, self.current.name)


def current_theme() -> Theme:
    """Return the theme that the application shows; widgets call it while they paint."""
    app = QApplication.instance()
    name = app.property("theme_name") if app is not None else None
    return load_theme(name or "dark")
