"""Letters for Alt: each control of a dialog gets one of its own, whatever the language is."""

from collections.abc import Iterator
from typing import TypeGuard

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QTabBar, QToolButton, QWidget


def assign_mnemonics(root: QWidget) -> None:
    """Underline a letter in every button, field label and tab below `root`, each letter once.

    The beginnings of words come first. What has no letter left stays as it is; a text that has a
    mnemonic keeps it.
    """
    taken: set[str] = set()
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QTabBar):
            for at in range(widget.count()):
                widget.setTabText(at, _with_letter(widget.tabText(at), taken))
        elif _has_a_letter(widget):
            widget.setText(_with_letter(widget.text(), taken))


def _has_a_letter(widget: QWidget) -> TypeGuard[QAbstractButton | QLabel]:
    """Return whether Alt and a letter of its text could do something."""
    if isinstance(widget, QLabel):
        return widget.buddy() is not None
    return isinstance(widget, QAbstractButton) and not isinstance(widget, QToolButton)


def _with_letter(text: str, taken: set[str]) -> str:
    """Return `text` with & before its first free letter, which is taken from then on.

    >>> used = {"c"}
    >>> _with_letter("Copy crops", used), sorted(used)
    ('C&opy crops', ['c', 'o'])
    """
    own = QKeySequence.mnemonic(text).toString()
    if own:
        taken.add(own[-1].casefold())
        return text
    for at in _places(text):
        letter = text[at].casefold()
        if letter not in taken:
            taken.add(letter)
            return f"{text[:at]}&{text[at:]}"
    return text


def _places(text: str) -> Iterator[int]:
    starts = [at for at in range(len(text)) if at == 0 or text[at - 1] in " -"]
    for at in (*starts, *range(len(text))):
        if text[at].isascii() and text[at].isalnum():
            yield at
