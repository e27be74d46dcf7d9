"""What a worker process and its owner say to each other: one JSON object a line.

Events travel as `quad_studio.events` writes them. Arguments, results and errors are pickled inside
their line: both ends are the same program on the same machine, joined by a private pipe.
"""

import base64
import json
import pickle
import traceback
from typing import Any

from quad_studio.errors import QuadError
from quad_studio.events import Event, from_json, to_json


class ChildTraceback(Exception):  # noqa: N818 -- it explains an error, it is none by itself
    """Where in the worker an error arose; the cause of the error that its owner sees."""

    def __str__(self) -> str:
        """Return the traceback, as Python prints it."""
        return f"\n{self.args[0]}"


def request(number: int, task: str, arguments: tuple[Any, ...]) -> str:
    """Return the line that asks for `task`."""
    return _line({"call": number, "task": task, "arguments": _packed(arguments)})


def cancellation(number: int) -> str:
    """Return the line that asks call `number` to stop."""
    return _line({"cancel": number})


def event(told: Event) -> str:
    """Return the line of an event."""
    return to_json(told) + "\n"


def result(value: Any) -> str:
    """Return the line that ends a call well."""
    return _line({"result": _packed(value)})


def failure(error: Exception) -> str:
    """Return the line that ends a call with `error`, its class and its traceback included."""
    where = "".join(traceback.format_exception(error))
    try:
        packed = _packed(error)
        _unpacked(packed)  # an error that keeps its parts to itself packs, but does not come back
    except Exception:  # noqa: BLE001 -- any class may refuse in any way
        plain = QuadError(str(error) or repr(error))
        plain.exit_code = int(getattr(error, "exit_code", plain.exit_code))
        packed = _packed(plain)
    return _line({"error": packed, "traceback": where})


def arguments_of(line: dict[str, Any]) -> tuple[Any, ...]:
    """Return the arguments of a request."""
    arguments: tuple[Any, ...] = _unpacked(line["arguments"])
    return arguments


def answer_of(text: str) -> Event | dict[str, Any]:
    """Return what the worker says: an event, {"result": value} or {"error": exception}.

    Raises:
        ValueError: The line is neither.
    """
    data = json.loads(text)
    if "event" in data:
        return from_json(text)
    if "result" in data:
        return {"result": _unpacked(data["result"])}
    if "error" in data:
        error = _unpacked(data["error"])
        error.__cause__ = ChildTraceback(data["traceback"])
        return {"error": error}
    raise ValueError(f"not an answer: {text[:80]}")


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data) + "\n"


def _packed(value: Any) -> str:
    return base64.b64encode(pickle.dumps(value)).decode("ascii")


def _unpacked(text: str) -> Any:
    return pickle.loads(base64.b64decode(text))
