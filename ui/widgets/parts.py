"""Small building blocks that every panel uses, so that they look alike."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.core_texts import core_text
from ui.icons import set_icon, set_pixmap

MARGIN = 10
SPACING = 8


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label; `role` is title, heading, muted, good, warn, bad or mono."""
    made = QLabel(text)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def chip(text: str = "", kind: str = "none") -> QLabel:
    """Return a coloured word: kind is good, warn, bad, info or none."""
    made = QLabel(text)
    made.setProperty("chip", kind)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def set_chip(made: QLabel, text: str, kind: str) -> None:
    """Change the word and the colour of a chip."""
    made.setText(text)
    restyle(made, "chip", kind)


def set_role(made: QLabel, text: str, role: str) -> None:
    """Change the text and the role of a label."""
    made.setText(text)
    restyle(made, "role", role)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def tool_button(action: QAction, *, text: bool = False) -> QToolButton:
    """Return a flat button of `action`; it takes the focus by Tab only, never by a click."""
    made = QToolButton()
    made.setDefaultAction(action)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAutoRaise(True)
    style = Qt.ToolButtonStyle
    made.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)
    made.setAccessibleName(action.text())
    made.setProperty("compact", not text)
    return made


def button(text: str, icon: str = "", *, primary: bool = False) -> QPushButton:
    """Return a push button; `primary` is the one that a panel is for."""
    made = QPushButton(text)
    if icon:
        set_icon(made, icon)
    if primary:
        made.setProperty("primary", True)
        made.setProperty("icon_name", None)
    return made


def hand_over(leaving: QWidget, coming: QWidget) -> None:
    """Show `coming` in the place of `leaving`; the focus goes along, not to what is next."""
    had_focus = leaving.hasFocus()
    coming.show()
    if had_focus:
        coming.setFocus()
    leaving.hide()


def pad_number(box: QAbstractSpinBox) -> None:
    """Put the number as far from the edge as other fields' texts are; no style sheet can."""
    edit = box.findChild(QLineEdit)
    if edit is not None:
        edit.setTextMargins(5, 0, 0, 0)


def rule(vertical: bool = False) -> QFrame:
    """Return a thin line."""
    made = QFrame()
    made.setObjectName("rule")
    if vertical:
        made.setFixedWidth(1)
        made.setStyleSheet("")
    else:
        made.setFixedHeight(1)
    made.setFrameShape(QFrame.Shape.VLine if vertical else QFrame.Shape.HLine)
    return made


def row(*widgets: QWidget | int, margins: int = 0, spacing: int = SPACING) -> QHBoxLayout:
    """Return `widgets` in a line; an int is stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(margins, margins, margins, margins)
    made.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            made.addStretch(widget)
        else:
            made.addWidget(widget)
    return made


class StateBanner(QFrame):
    """One line over a panel's content: what happened, what to do, and a button that does it.

    Every panel says partial, stale, not comparable, device lost, error and done with it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("card")
        self.icon = QLabel()
        self.text = label(wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(self._on_clicked)
        self.kind = ""
        self._remedy: Callable[[], object] | None = None
        self.button.hide()
        line = row(self.icon, self.text, self.button, margins=6)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def show_state(
        self,
        text: str,
        kind: str = "info",
        action: str = "",
        remedy: Callable[[], object] | None = None,
    ) -> None:
        """Show `text` and a button `action` that does `remedy`; kind is info, warn, bad or good.

        A text of the core, such as that of an error, is shown in the user's language.
        """
        text = core_text(text)
        self.kind, self._remedy = kind if text else "", remedy
        icons = {"info": "info", "warn": "warning", "bad": "error", "good": "ok"}
        set_pixmap(self.icon, icons[kind], 20, kind)
        set_role(self.text, text, kind if kind != "info" else "")
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _on_clicked(self) -> None:
        if self._remedy is not None:
            self._remedy()


class EmptyState(QWidget):
    """What a panel shows before it has content: what it is for and what to do first.

    Signals:
        action_clicked: The button.
    """

    action_clicked = Signal()

    def __init__(
        self, icon: str, title: str, text: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        """Show `title`, `text` and a button named `action`."""
        super().__init__(parent)
        self.setObjectName("plain")
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_pixmap(picture, icon, 48)
        self.title = label(title, "title", wrap=True)
        self.text = label(text, "muted", wrap=True)
        self.button = button(action, primary=True)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.action_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addStretch(2)
        column.addWidget(picture)
        column.addSpacing(6)
        for made in (self.title, self.text):
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(made)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def show_text(self, title: str, text: str, action: str = "") -> None:
        """Change the words."""
        self.title.setText(title)
        self.text.setText(core_text(text))
        self.button.setText(action)
        self.button.setVisible(bool(action))
