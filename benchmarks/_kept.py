"""What long benchmarks share: progress on stderr, and results that a stopped run keeps."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quad_studio.events import LogLine, StageFinished, StageProgress, StageStarted

_EVERY_S = 15.0


class Progress:
    """An event sink that prints a line when a stage starts, and now and then while it runs."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = 0.0

    def __call__(self, event: Any) -> None:
        """Print `event` if it is worth a line."""
        now = time.monotonic()
        if isinstance(event, StageStarted):
            self.say(event.title or event.stage)
        elif isinstance(event, LogLine):
            self.say(f"{event.level}: {event.message}")
        elif isinstance(event, StageProgress) and now - self._last > _EVERY_S:
            rest = f", {event.eta_s:.0f} s left" if event.eta_s else ""
            self.say(f"{event.stage} {event.done}/{event.total} {event.note}{rest}")
        elif isinstance(event, StageFinished) and event.seconds > _EVERY_S:
            self.say(f"{event.stage} took {event.seconds:.0f} s")

    def say(self, text: str) -> None:
        """Print one line with the time since the start."""
        self._last = time.monotonic()
        print(f"[{self._last - self._start:7.0f} s] {text}", file=sys.stderr, flush=True)


class Kept:
    """Results on disk, one JSON object a line, by key; what is there is not computed again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Any] = {}
        if path.is_file():
            for line in path.read_text("utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue  # the last line of a run that was killed while it wrote
                self._known[entry["key"]] = entry["value"]

    def get(self, key: str, produce: Callable[[], Any]) -> Any:
        """Return the value kept under `key`, computing and keeping it if there is none."""
        if key not in self._known:
            value = produce()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "value": value}) + "\n")
            self._known[key] = value
        return self._known[key]

    def has(self, key: str) -> bool:
        """Return whether `key` is there."""
        return key in self._known
