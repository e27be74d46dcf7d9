"""Read what a person or a program types into an interactive session."""

import difflib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.errors import UsageProblem
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.registry import use_case_names

COMMANDS = {
    "again": "repeat the last request, with KEY=VALUE changed",
    "adapters": "list the bundle's adapters",
    "preload": "preload NAME: bring an adapter into the cache",
    "evict": "evict NAME: drop an adapter from the cache",
    "stats": "memory, cache and counters of the runner",
    "save": "save FOLDER: write the session as a plan that replays it",
    "help": "this text",
    "quit": "end the session",
}
_PICTURES = ("image", "mask", "sketch")
_NUMBERS: dict[str, type[int] | type[float]] = {
    "seed": int,
    "steps": int,
    "guidance": float,
    "strength": float,
    "edit_strength": float,
    "eta": float,
}
_TEXTS = ("prompt", "negative_prompt", "adapter", "sampler", "id", "out")
_LISTS = ("extra_adapters",)
KEYS = (*_PICTURES, *_TEXTS, *_NUMBERS, *_LISTS)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One line: a request for a use case, or a command with its argument.

    Attributes:
        name: A use case's name or one of `COMMANDS`.
        values: What was given, of `KEYS`; numbers are numbers.
        argument: A command's argument, such as an adapter's name.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    argument: str = ""

    @property
    def is_command(self) -> bool:
        """Return whether it is a command."""
        return self.name in COMMANDS


def parse_line(line: str) -> Typed | None:
    """Return what a line says, or None for a blank line or a comment.

    A line is either words (`transform image=cat.png prompt="in noto style" seed=3`) or a JSON
    object with `use_case` and the same keys.

    Raises:
        UsageProblem: It cannot be understood; the message says what could be meant.
    """
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    if text.startswith("{"):
        return _from_json(text)
    try:
        head, *rest = shlex.split(text)
    except ValueError as exc:
        raise UsageProblem(f"cannot read the line: {exc}") from exc
    name = _known_name(head)
    if name in COMMANDS and name != "again":
        return Typed(name=name, argument=" ".join(rest))
    values: dict[str, Any] = {}
    for word in rest:
        key, equals, value = word.partition("=")
        if not equals:
            raise UsageProblem(f"{word!r}: write KEY=VALUE; keys are {', '.join(KEYS)}")
        values[key] = value.split(",") if key in _LISTS else value
    return Typed(name=name, values=_checked(values))


def _from_json(text: str) -> Typed:
    """Return the request or command of a JSON line."""
    try:
        data = json.loads(text)
    except ValueError as exc:
        raise UsageProblem(f"is not JSON: {exc}") from exc
    if "command" in data:
        command = _known_name(str(data.pop("command")))
        argument = str(data.pop("argument", ""))
        return Typed(name=command, argument=argument, values=_checked(data))
    if "use_case" not in data:
        raise UsageProblem('has neither "use_case" nor "command"')
    return Typed(name=_known_name(str(data.pop("use_case"))), values=_checked(data))


def _known_name(name: str) -> str:
    """Return the name, or say which one may be meant."""
    known = [*use_case_names(), *COMMANDS]
    if name in known:
        return name
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"
    raise UsageProblem(f"no use case or command {name!r}; {hint}")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with numbers parsed and nulls left out."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"keys are {', '.join(KEYS)}"
            raise UsageProblem(f"unknown key {key!r}; {hint}")
        if value is None:
            continue
        if key in _NUMBERS:
            found[key] = _number(key, value)
        elif key in _LISTS:
            found[key] = [str(one) for one in value if str(one)]
        else:
            found[key] = str(value)
    return found


def _number(key: str, value: Any) -> float | int:
    """Return a number, or say what was expected."""
    kind = _NUMBERS[key]
    try:
        if isinstance(value, bool) or kind(value) != float(value):
            raise ValueError
        return float(value) if kind is float else int(value)
    except (TypeError, ValueError) as exc:
        wanted = "a whole number" if kind is int else "a number"
        raise UsageProblem(f"{key}={value!r}: {wanted} was expected") from exc


def item_of(typed: Typed, number: int, folder: Path) -> InputItem:
    """Return the request's input; paths are taken relative to `folder`.

    Raises:
        UsageProblem: A picture does not exist.
    """
    return InputItem(
        id=typed.values.get("id", f"request-{number:04d}"),
        prompt=typed.values.get("prompt", ""),
        negative_prompt=typed.values.get("negative_prompt", ""),
        seed=typed.values.get("seed", 0),
        image=_picture(typed, "image", folder),
        mask=_picture(typed, "mask", folder),
        sketch=_picture(typed, "sketch", folder),
    )


def _picture(typed: Typed, name: str, folder: Path) -> Path | None:
    """Return a picture's path, or None if none was given."""
    given = typed.values.get(name)
    if not given:
        return None
    path = (folder / Path(given).expanduser()).resolve()
    if not path.is_file():
        raise UsageProblem(f"{name}={given}: no such file")
    return path


def settings_of(typed: Typed) -> dict[str, Any]:
    """Return the arguments for `settle`."""
    wanted = (
        "adapter",
        "extra_adapters",
        "strength",
        "sampler",
        "steps",
        "guidance",
        "edit_strength",
        "eta",
    )
    return {key: typed.values[key] for key in wanted if key in typed.values}
