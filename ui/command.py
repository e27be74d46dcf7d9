"""One command of the window as data; `ui.command_tables` lists them."""

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QCoreApplication

CONTEXT = "Commands"
WINDOW = "window"
# Where the keys of a group hold, unless a command says that it is global.
SCOPES: dict[str, str] = {
    "mode": "compare",
    "view": "compare",
    "map": "compare",
    "pair": "compare",
    "verdict": "compare",
    "copy": "compare",
    "project": "project",
    "build": "pipeline",
    "devices": "devices",
    "session": "session",
    "paint": "input",
    "runs": "runs",
    "kpi": "kpi_table",
    "statistics": "statistics",
}
# A part of the window -> what it lies in: the keys of both hold there.
OUTER_SCOPES: dict[str, str] = {
    "input": "session",
    "adapters": "project",
    "contents": "devices",
}


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark `text` for the translators; lupdate knows this function by its name."""
    return text


@dataclass(frozen=True)
class Command:
    """One thing that the user can do.

    Attributes:
        name: Identity, `group.verb`.
        text: English words, translated when shown.
        keys: Key sequences; those of "hold" commands are handled by the panel itself.
        is_global: The keys hold in the whole window, not only in the panel.
        is_hold: Acts while the key is down; listed in the key sheet, not in menus.
        is_series: Each key does something of its own; listed in the key sheet, not in menus.
        place: Where the keys hold, if that is less than the scope of the group.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_checkable: bool = False
    is_global: bool = False
    is_hold: bool = False
    is_series: bool = False
    place: str = ""

    @cached_property
    def group(self) -> str:
        """Return the first part of the name."""
        return group_of(self.name)

    @property
    def scope(self) -> str:
        """Return where the keys hold: the whole window, or the part of it with the focus."""
        return WINDOW if self.is_global else self.place or SCOPES[self.group]

    @property
    def words(self) -> str:
        """Return the text in the user's language."""
        return QCoreApplication.translate(CONTEXT, self.text)


def command(
    name: str, text: str, keys: str = "", icon: str = "", *, place: str = "", **flags: bool
) -> Command:
    """Return a command; `keys` are separated by blanks."""
    return Command(name, text, tuple(keys.split()), icon, place=place, **flags)


def group_of(name: str) -> str:
    """Return the group of the command `name`, also of one that is made while the program runs.

    >>> group_of("devices.check:host")
    'devices'
    """
    return name.partition(".")[0]
