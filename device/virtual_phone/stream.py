"""One stream inside an ADB connection, with its flow control in both directions."""

import threading
from collections import deque
from collections.abc import Callable

# What a reader may leave unread before the other side is told to wait.
HIGH_WATER_BYTES = 8 * 1024 * 1024
# What a peer with the feature "delayed_ack" may send before the first acknowledgement.
INITIAL_WINDOW_BYTES = 32 * 1024 * 1024

SendWrite = Callable[[bytes], None]
SendOkay = Callable[[int | None], None]


class StreamClosedError(EOFError):
    """The other side closed the stream, or the link went away."""


class Stream:
    """A stream: `read` and `write` block, `feed` and `acknowledge` come from the link's reader.

    Without the feature "delayed_ack" one WRTE may be under way and OKAY allows the next one. With
    it both sides count bytes: `window` is what the peer still takes.
    """

    def __init__(
        self,
        *,
        send_write: SendWrite,
        send_okay: SendOkay,
        send_close: Callable[[], None],
        max_payload: int,
        window: int | None,
    ) -> None:
        """Open the stream; `window` is None where the peer waits for an OKAY per WRTE."""
        self._send_write, self._send_okay, self._send_close = send_write, send_okay, send_close
        self._max_payload = max_payload
        self._counts_bytes = window is not None
        self._window = window if window is not None else 1
        self._chunks: deque[memoryview] = deque()
        self._unread = 0
        self._owed: deque[int] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._ended = False

    # -- called by the link's reader thread; never blocks --

    def feed(self, data: bytes) -> None:
        """Take what the peer wrote, and acknowledge it if there is room."""
        with self._changed:
            if self._closed:
                return
            self._chunks.append(memoryview(data))
            self._unread += len(data)
            room = self._unread <= HIGH_WATER_BYTES
            if not room:
                self._owed.append(len(data))
            self._changed.notify_all()
        if room:
            self._acknowledge_peer(len(data))

    def acknowledge(self, count: int | None) -> None:
        """Take the peer's OKAY: the next write may go, or `count` more bytes may."""
        with self._changed:
            self._window = self._window + (count or 0) if self._counts_bytes else 1
            self._changed.notify_all()

    def end(self) -> None:
        """Take the peer's CLSE, or the loss of the link: wake whoever waits."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # -- called by the service's thread --

    @property
    def closed(self) -> bool:
        """Return whether either side closed the stream."""
        return self._closed or self._ended

    def read_some(self, limit: int = 1024 * 1024) -> bytes:
        """Return up to `limit` bytes, at least one.

        Raises:
            StreamClosedError: Nothing is left and the peer closed.
        """
        with self._changed:
            while not self._chunks:
                if self._ended or self._closed:
                    raise StreamClosedError("stream closed by the peer")
                self._changed.wait()
            data, due = self._take(limit)
        for count in due:
            self._acknowledge_peer(count)
        return data

    def read_exactly(self, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises:
            StreamClosedError: The peer closed before.
        """
        pieces, missing = [], count
        while missing:
            piece = self.read_some(missing)
            pieces.append(piece)
            missing -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def write(self, data: bytes) -> None:
        """Send `data`, waiting for the peer's acknowledgements.

        Raises:
            StreamClosedError: The peer closed before all was sent.
        """
        view = memoryview(data)
        while view:
            with self._changed:
                while self._window <= 0 and not self.closed:
                    self._changed.wait()
                if self.closed:
                    raise StreamClosedError("stream closed by the peer")
                if self._counts_bytes:
                    size = min(len(view), self._max_payload, self._window)
                    self._window -= size
                else:
                    size = min(len(view), self._max_payload)
                    self._window = 0
            self._send_write(bytes(view[:size]))
            view = view[size:]

    def close(self) -> None:
        """Close our side; harmless when closed before."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            told = self._ended
            self._chunks.clear()
            self._changed.notify_all()
        if not told:
            self._send_close()

    def _take(self, limit: int) -> tuple[bytes, list[int]]:
        chunk = self._chunks.popleft()
        if len(chunk) > limit:
            self._chunks.appendleft(chunk[limit:])
            chunk = chunk[:limit]
        self._unread -= len(chunk)
        due: list[int] = []
        if self._unread <= HIGH_WATER_BYTES:
            due.extend(self._owed)
            self._owed.clear()
        return bytes(chunk), due

    def _acknowledge_peer(self, count: int) -> None:
        self._send_okay(count if self._counts_bytes else None)
