"""Hold TOML and JSON to the schemas in `resources/schemas`, and say what to change."""

import difflib
import functools
import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON schema of `kind`: project, plan, gates or input."""
    text = resources.files("resources").joinpath(f"schemas/{kind}.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of `path`.

    Raises:
        InputFileProblem: The file is missing, unreadable or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise InputFileProblem(path, "no such file") from exc
    except IsADirectoryError as exc:
        raise InputFileProblem(path, "is a folder; name the .toml file in it") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise InputFileProblem(path, f"cannot be read: {exc}") from exc
    except tomllib.TOMLDecodeError as exc:
        raise InputFileProblem(path, f"is not valid TOML: {exc}") from exc


def problems_of(data: Mapping[str, Any], kind: str) -> list[str]:
    """Return every way in which `data` breaks the schema of `kind`, one line each.

    >>> problems_of({"schema": "quad-studio/plan/1", "plan": {"name": "x", "bundle": "b"}}, "plan")
    ['tasks: is missing']
    """
    found: list[str] = []
    for error in sorted(_validator(kind).iter_errors(data), key=lambda e: [str(p) for p in e.path]):
        found.extend(_explain(error, kind))
    return list(dict.fromkeys(found))  # jsonschema makes an error of every missing key


@functools.cache
def _validator(kind: str) -> Any:
    """Return the validator of `kind`; an input set asks for it once a line."""
    import jsonschema

    return jsonschema.Draft202012Validator(schema(kind))


def _explain(error: Any, kind: str) -> Iterator[str]:
    """Turn one schema error into lines a person can act on."""
    where = _key(error.path)
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        for key in missing:
            yield f"{_join(where, key)}: is missing"
    elif error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"
                yield f"{_join(where, key)}: unknown key{hint}"
    elif error.validator == "const" and where == "schema":
        yield f"schema: {_schema_problem(error.instance, kind)}"
    elif error.validator == "enum":
        allowed = ", ".join(map(repr, error.validator_value))
        yield f"{where}: {error.instance!r} is not one of {allowed}"
    elif error.validator == "anyOf":
        keys = [option["required"][0] for option in error.validator_value if "required" in option]
        yield f"{where}: needs at least one of {', '.join(keys)}"
    else:
        yield f"{where or kind}: {error.message}"


def _schema_problem(seen: object, kind: str) -> str:
    """Say what is wrong with the schema line `seen`."""
    head, _, version = str(seen).rpartition("/")
    if head == f"quad-studio/{kind}" and version.isdigit() and int(version) > 1:
        return f"{seen} is newer than this version of QUAD Studio reads (1); update QUAD Studio"
    return f"{seen!r} is not 'quad-studio/{kind}/1'"


def _key(path: Any) -> str:
    """Return a dotted key such as `tasks[0].steps`."""
    text = ""
    for part in path:
        text = f"{text}[{part}]" if isinstance(part, int) else _join(text, str(part))
    return text


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
