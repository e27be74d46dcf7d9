"""The keys of every command: those of the tables, and what the user changed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from PySide6.QtGui import QKeySequence

from ui.command import OUTER_SCOPES, WINDOW, Command

PORTABLE = QKeySequence.SequenceFormat.PortableText
# Qt itself needs these to go from control to control, to press them and to close a dialog.
FIXED_KEYS = frozenset({"Tab", "Shift+Tab", "Backtab", "Return", "Enter", "Esc", "Space"})
MODIFIERS = frozenset({"Meta", "Shift", "Control", "Alt"})


class KeyBook:
    """Says which keys a command has; a key does one thing wherever it holds."""

    def __init__(self, commands: Iterable[Command], own: Mapping[str, str] | None = None) -> None:
        """Take over the user's `own` keys: command -> keys with blanks between, "" for none.

        What is not known, cannot be changed or is no key is left out: the file may be of another
        version or edited by hand. A key that the tables gave to another command since stays the
        user's.
        """
        self._commands = {command.name: command for command in commands}
        self._own: dict[str, tuple[str, ...]] = {}
        for name, text in (own or {}).items():
            keys = tuple(text.split())
            command = self._commands.get(name)
            if command is not None and is_changeable(command):
                with suppress(ValueError):
                    self.change(name, keys)

    @property
    def own(self) -> dict[str, str]:
        """Return what differs from the tables, as the constructor takes it."""
        return {name: " ".join(keys) for name, keys in self._own.items()}

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Return the keys of the command `name` as portable text."""
        return self._own.get(name, self._commands[name].keys)

    def has_own(self, name: str) -> bool:
        """Return whether the user changed the keys of `name`."""
        return name in self._own

    def change(self, name: str, keys: tuple[str, ...]) -> None:
        """Give `name` these keys, and take them from whatever else they would reach.

        Raises:
            ValueError: A rival's keys cannot be changed, or a key is not possible.
        """
        for key in keys:
            if not is_possible(key) and key not in self._commands[name].keys:
                raise ValueError(f"{key} is no key of a command")
            for rival in self.rivals(name, key):
                if not is_changeable(rival):
                    raise ValueError(f"{key} stays with {rival.name}")
                left = tuple(one for one in self.keys_of(rival.name) if not same_key(one, key))
                self._put(rival.name, left)
        self._put(name, keys)

    def reset(self, name: str) -> None:
        """Give `name` the keys of the tables again."""
        self.change(name, self._commands[name].keys)

    def reset_all(self) -> None:
        """Give every command the keys of the tables again."""
        self._own.clear()

    def rivals(self, name: str, key: str) -> list[Command]:
        """Return the other commands that `key` gives where it would give `name`."""
        mine = self._commands[name]
        return [
            other
            for other in self._commands.values()
            if other.name != name
            and _meet(mine, other)
            and any(same_key(one, key) for one in self.keys_of(other.name))
        ]

    def _put(self, name: str, keys: tuple[str, ...]) -> None:
        if keys == self._commands[name].keys:
            self._own.pop(name, None)
        else:
            self._own[name] = keys


def is_changeable(command: Command) -> bool:
    """Return whether the keys are one command's own, not held down and not a row of them."""
    return not command.is_hold and not command.is_series


def is_possible(key: str) -> bool:
    """Return whether `key` can be a command's: one key with or without modifiers.

    Alt and a letter belong to menus and buttons.

    >>> [is_possible(key) for key in ("Ctrl+K", "Alt+K", "Alt+4", "Tab", "Ctrl+", "Meta")]
    [True, False, True, False, False, False]
    """
    sequence = QKeySequence(key, PORTABLE)
    text = sequence.toString(PORTABLE)
    if sequence.count() != 1 or not text or text in FIXED_KEYS | MODIFIERS:
        return False
    return not (text.startswith("Alt+") and len(text) == 5 and text[-1].isalpha())


def same_key(one: str, other: str) -> bool:
    """Return whether two texts mean the same key."""
    return QKeySequence(one, PORTABLE) == QKeySequence(other, PORTABLE)


def _meet(one: Command, other: Command) -> bool:
    """Return whether there is a place where the keys of both commands hold."""
    return one.scope in _reached(other.scope) or other.scope in _reached(one.scope)


def _reached(scope: str) -> set[str]:
    """Return every scope whose keys hold while the keyboard is in `scope`."""
    found = {WINDOW, scope}
    while scope in OUTER_SCOPES:
        scope = OUTER_SCOPES[scope]
        found.add(scope)
    return found
