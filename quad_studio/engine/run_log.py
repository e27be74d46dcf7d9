"""The log file of a run: what its watchers were told, with the time."""

from pathlib import Path
from types import TracebackType
from typing import IO

from quad_studio.events import Emit, Event, StageProgress
from quad_studio.runs import now
from quad_studio.storage import storage_error
from quad_studio.wording import describe


class RunLog:
    """Passes events on and writes each, progress left out, to `log.txt` of the run."""

    def __init__(self, folder: Path, emit: Emit) -> None:
        self._path, self._emit = folder / "log.txt", emit
        self._stream: IO[str] | None = None

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
        if self._stream:
            if error is not None:
                self._stream.write(f"{now()}  ended by {type(error).__name__}: {error}\n")
            self._stream.close()

    def __call__(self, event: Event) -> None:
        """Log `event` and pass it on."""
        if self._stream and not isinstance(event, StageProgress):
            text = describe(event) or repr(event)
            self._stream.write(f"{now()}  {text}\n")
        self._emit(event)
