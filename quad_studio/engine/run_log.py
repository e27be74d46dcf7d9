"""The log file of a run: what its watchers were told, with the time."""

import contextlib
from pathlib import Path
from types import TracebackType
from typing import IO

from quad_studio.events import Emit, Event, Measured, StageProgress
from quad_studio.runs import now
from quad_studio.storage import storage_error
from quad_studio.wording import Lines


class RunLog:
    """Passes events on and writes each, progress left out, to `log.txt` of the run."""

    def __init__(self, folder: Path, emit: Emit) -> None:
        self._path, self._emit = folder / "log.txt", emit
        self._stream: IO[str] | None = None
        self._lines = Lines()

    def __enter__(self) -> "RunLog":
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("a", encoding="utf-8", buffering=1)
        except OSError as exc:
            raise storage_error(self._path, exc) from exc
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._write(f"ended by {type(error).__name__}: {error}")
        self._give_up()

    def __call__(self, event: Event) -> None:
        """Log `event` and pass it on."""
        if not isinstance(event, StageProgress):
            text = self._lines(event)
            if text or isinstance(event, Measured):
                self._write(text or repr(event))
        self._emit(event)

    def _write(self, text: str) -> None:
        """Write one line; a log that cannot be written must not end a run."""
        if self._stream is None:
            return
        try:
            self._stream.write(f"{now()}  {text}\n")
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        """Close the file without a further try to write what it still holds."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
