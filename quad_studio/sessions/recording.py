"""Record an interactive session, and write it as a plan that replays it."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quad_studio.errors import UsageProblem
from quad_studio.storage import write_text
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings

_PICTURES = ("image", "mask", "sketch", "truth")


class SessionRecording:
    """The requests of a session, in their order."""

    def __init__(self) -> None:
        """Start empty."""
        self._requests: list[tuple[TaskSettings, InputItem]] = []

    def add(self, settings: TaskSettings, item: InputItem) -> None:
        """Note a request."""
        self._requests.append((settings, item))

    def __len__(self) -> int:
        """Return how many requests were noted."""
        return len(self._requests)

    def tasks(self) -> list[tuple[TaskSettings, list[InputItem]]]:
        """Return the requests as tasks: neighbours of equal settings become one."""
        found: list[tuple[TaskSettings, list[InputItem]]] = []
        for settings, item in self._requests:
            if found and found[-1][0] == settings:
                found[-1][1].append(item)
            else:
                found.append((settings, [item]))
        return found

    def write_plan(self, folder: Path, *, bundle: Path, target: str, name: str = "replay") -> Path:
        """Write plan.toml with its inputs into `folder`; `--batch` then runs the session again.

        Pictures are copied, so that the folder can be kept.

        Raises:
            UsageProblem: Nothing was recorded.
            StageError: The folder cannot be written.
        """
        if not self._requests:
            raise UsageProblem("nothing was recorded, so there is no plan to write")
        tables = []
        for number, (settings, items) in enumerate(self.tasks(), start=1):
            inputs = f"inputs/{number:02d}-{settings.use_case}.jsonl"
            lines = [_line(item, f"{number:02d}-{place:02d}", folder) for place, item in
                     enumerate(items, start=1)]  # fmt: skip
            write_text(folder / inputs, "".join(json.dumps(line) + "\n" for line in lines))
            tables.append(_table("[[tasks]]", _task(settings, inputs)))
        head = _table("[plan]", {"name": name, "bundle": str(bundle.resolve())})
        run = _table("[run]", {"targets": [target], "warmup": 0, "order": "fixed"})
        plan = folder / "plan.toml"
        parts = ['schema = "quad-studio/plan/1"\n', head, *tables, run]
        write_text(plan, "\n".join(parts))
        return plan


def _line(item: InputItem, number: str, folder: Path) -> dict[str, Any]:
    """Return an item as a line of an input set, with its pictures copied."""
    line: dict[str, Any] = {
        "id": f"{number}-{item.id}",
        "prompt": item.prompt,
        "negative_prompt": item.negative_prompt,
        "seed": item.seed,
        "split": "heldout",
    }
    if item.source_prompt is not None:
        line["source_prompt"] = item.source_prompt
    for name in _PICTURES:
        source = getattr(item, name)
        if source is not None:
            copied = folder / "inputs" / "img" / f"{number}-{name}{source.suffix}"
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copied)
            line[name] = f"img/{copied.name}"
    return line


def _task(settings: TaskSettings, inputs: str) -> dict[str, Any]:
    """Return a [[tasks]] table."""
    table: dict[str, Any] = {
        "use_case": settings.use_case,
        "inputs": inputs,
        "sampler": settings.sampler,
        "steps": settings.steps,
        "guidance": settings.guidance,
        "adapter": settings.adapters[0][0] if settings.adapters else "none",
        "strength": settings.strength if settings.adapters else 1.0,
    }
    if settings.edit_strength is not None:
        table["edit_strength"] = settings.edit_strength
    extra = [f"{name}:{value:g}" for name, value in settings.adapters[1:]]
    if extra:
        table["extra_adapters"] = extra
    return table


def _table(head: str, values: Mapping[str, Any]) -> str:
    """Return a TOML table; JSON's strings, numbers and lists are TOML's too."""
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    return "\n".join([head, *lines]) + "\n"


def _value(value: str | float | Sequence[str]) -> str:
    """Return a TOML value."""
    return json.dumps(value, ensure_ascii=False)
