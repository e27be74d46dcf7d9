"""What a request of a session still lacks."""

from collections.abc import Set

from PySide6.QtCore import QCoreApplication

from ui.services import Ask
from ui.views.input_view import InputView


def missing_input(needs: Set[str], ask: Ask, given: InputView) -> str:
    """Return what to do before `ask` can be made, empty when nothing is missing."""
    translate = QCoreApplication.translate
    if needs & {"image", "mask"} and given.picture.pixels is None:
        return translate("SessionController", "Open a picture first, or drop one on the left.")
    if "mask" in needs and not given.picture.is_painted:
        return translate("SessionController", "Paint over what shall change first.")
    if "sketch" in needs and not given.sketch.is_painted:
        return translate("SessionController", "Draw a sketch first.")
    if "prompt" in needs and not ask.prompt:
        return translate("SessionController", "Type a prompt first.")
    return ""
