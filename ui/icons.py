"""Icons from `resources/icons`, drawn in the theme's colours.

Each icon is an SVG whose strokes are `currentColor`. It is rendered to pixmaps once; a QIcon of
plain pixmaps never calls Python while Qt paints.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from ui.theme import current_theme, load_theme

SIZES = (16, 24)
_PROPERTY = "icon_name"


@cache
def _folder() -> Traversable:
    return files("resources").joinpath("icons")


@cache
def _svg(name: str) -> str:
    return _folder().joinpath(f"{name}.svg").read_text(encoding="utf-8")


@cache
def _drawn(name: str, size: int) -> QPixmap:
    """Return the icon as its file has it, in black where the file leaves the colour open."""
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", "#000000").encode()))
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


@cache
def _pixmap(name: str, color: str, size: int) -> QPixmap:
    """Return the icon in `color`; drawn from its file once, whatever its colours are later."""
    drawn = _drawn(name, size)
    if "currentColor" not in _svg(name):
        return drawn
    tinted = QPixmap(drawn)
    painter = QPainter(tinted)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(color))
    painter.end()
    return tinted


def pixmap(name: str, size: int, color: QColor | None = None) -> QPixmap:
    """Return the icon `name`, `size` pixels square, in `color` or the text colour."""
    chosen = color if color is not None else current_theme().color("text")
    return _pixmap(name, chosen.name(), size)


def icon(name: str, *, checkable: bool = False) -> QIcon:
    """Return the icon `name` in the theme's colours, with its disabled and its checked state."""
    return _icon(name, current_theme().name, checkable, _sizes())


def _sizes() -> tuple[int, ...]:
    """Return the sizes in device pixels that controls ask for, on the finest screen there is."""
    finest = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return tuple(sorted({*SIZES, *(round(size * finest) for size in SIZES)}))


@cache
def _icon(name: str, theme: str, checkable: bool, sizes: tuple[int, ...]) -> QIcon:
    colors = load_theme(theme).colors
    made = QIcon()
    for size in sizes:
        made.addPixmap(_pixmap(name, colors["text"], size), QIcon.Mode.Normal, QIcon.State.Off)
        if checkable:
            on = _pixmap(name, colors["accent"], size)
            made.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(_pixmap(name, colors["disabled"], size), QIcon.Mode.Disabled)
    return made


@cache
def blank_icon() -> QIcon:
    """Return an icon that shows nothing, so that what has none lines up with what has one."""
    empty = QPixmap(QSize(SIZES[0], SIZES[0]))
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)


def application_icon() -> QIcon:
    """Return the icon of the window itself."""
    made = QIcon()
    for size in (16, 32, 64, 128):
        made.addPixmap(_pixmap("quad-studio", "#000000", size))
    return made


def set_icon(owner: QAction | QAbstractButton, name: str) -> None:
    """Give `owner` the icon `name` and remember it for a change of theme."""
    owner.setProperty(_PROPERTY, name)
    owner.setIcon(icon(name, checkable=owner.isCheckable()))


def set_pixmap(label: QLabel, name: str, size: int, token: str = "muted") -> None:
    """Show the icon `name` in `label` and remember it for a change of theme."""
    label.setProperty(_PROPERTY, name)
    label.setProperty("icon_size", size)
    label.setProperty("icon_token", token)
    label.setPixmap(pixmap(name, size, current_theme().color(token)))


class Repaints:
    """Base of a widget with colours of the theme in its items, which no style reaches."""

    def repaint_theme(self) -> None:
        """Colour the items as the theme is now."""
        raise NotImplementedError


def repaint_icons(root: QWidget) -> None:
    """Draw every remembered icon below `root` again, after the theme changed."""
    for owner in [root, *root.findChildren(QObject)]:
        repaint_icon(owner)


def repaint_icon(owner: QObject) -> None:
    """Draw the remembered icon of `owner` again, if it has one."""
    name = owner.property(_PROPERTY)
    if not name:
        return
    if isinstance(owner, QLabel):
        token = str(owner.property("icon_token"))
        size = int(owner.property("icon_size"))
        owner.setPixmap(pixmap(str(name), size, current_theme().color(token)))
    elif isinstance(owner, QAction | QAbstractButton):
        owner.setIcon(icon(str(name), checkable=owner.isCheckable()))
