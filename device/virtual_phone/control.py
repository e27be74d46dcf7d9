"""The phone's side of the channel that controls it: JSON lines on loopback, with a token."""

import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from device.virtual_phone.faults import BadFaultError, parse_fault
from device.virtual_phone.server import VirtualPhone

logger = logging.getLogger(__name__)

COMMANDS = ("state", "fault NAME[=VALUE]", "clear", "plug", "confirm", "pair [CODE]", "stop")


class BadCommandError(ValueError):
    """The line is no command of ours."""


def execute_line(phone: VirtualPhone, line: str, stop: Callable[[], None]) -> dict[str, Any]:
    """Carry out one command line and return what there is to say.

    Raises:
        BadCommandError: No such command or fault.
    """
    word, _, rest = line.strip().partition(" ")
    match word:
        case "state":
            pass
        case "fault":
            try:
                name, value = parse_fault(rest)
            except BadFaultError as exc:
                raise BadCommandError(str(exc)) from exc
            phone.inject(name, value)
        case "clear":
            phone.heal()
        case "plug":
            phone.plug()
        case "confirm":
            return {"confirmed": phone.confirm(), **_state(phone)}
        case "pair":
            waiting = phone.pair(rest.strip())
            asked = {"pairing": f"127.0.0.1:{waiting.port}", "code": waiting.code}
            return {**asked, **_state(phone)}
        case "stop":
            stop()
        case _:
            raise BadCommandError(f"no command {word!r}; there are: {', '.join(COMMANDS)}")
    return _state(phone)


def _state(phone: VirtualPhone) -> dict[str, Any]:
    now = phone.faults.now
    return {
        "serial": f"127.0.0.1:{phone.port}",
        "preset": phone.directory.chipset.name,
        "conditions": asdict(now),
        "free_bytes": phone.directory.free_bytes(now),
    }


class ControlChannel:
    """Listens for commands; every line must carry the token."""

    def __init__(self, phone: VirtualPhone, token: str, stop: Callable[[], None]) -> None:
        """Listen on a free port of 127.0.0.1; `stop` is called by the command `stop`."""
        self.token = token
        self._phone, self._stop = phone, stop
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection, connection.makefile("rwb") as file:
            try:
                for raw in file:
                    file.write(json.dumps(self._answer(raw)).encode() + b"\n")
                    file.flush()
            except OSError as exc:
                logger.info("control channel: %s", exc)

    def _answer(self, raw: bytes) -> dict[str, Any]:
        try:
            request = json.loads(raw)
            given, line = str(request["token"]), str(request["line"])
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "error": "not a control request"}
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return {"ok": False, "error": "wrong token"}
        try:
            return {"ok": True, **execute_line(self._phone, line, self._stop)}
        except BadCommandError as exc:
            return {"ok": False, "error": str(exc)}
