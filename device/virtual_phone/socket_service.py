"""What `adb forward` reaches on the virtual phone: sockets of this host's loopback."""

import contextlib
import socket
import threading

from device.virtual_phone.environment import PhoneDirectory
from device.virtual_phone.stream import Stream, StreamClosedError

KINDS = ("tcp", "localabstract", "localfilesystem", "local", "localreserved")


def connect_service(service: str, directory: PhoneDirectory) -> socket.socket:
    """Return a connection to what `service` names, e.g. ``tcp:8080`` or ``localabstract:name``.

    Raises:
        OSError: Nothing listens there, or it would lead off this machine.
    """
    kind, _, where = service.partition(":")
    if kind == "tcp":
        port, _, host = where.partition(":")
        if host not in ("", "127.0.0.1", "localhost"):
            raise OSError(f"tcp:{where}: only loopback can be reached")
        if not port.isdigit():
            raise OSError(f"tcp:{where}: bad port")
        return socket.create_connection(("127.0.0.1", int(port)), timeout=5)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(5)
        if kind == "localabstract":
            connection.connect(b"\0" + where.encode("utf-8"))
        else:
            connection.connect(str(directory.path_of(where)))
    except OSError:
        connection.close()
        raise
    return connection


def serve_socket(stream: Stream, connection: socket.socket) -> None:
    """Copy both ways until one side ends."""
    connection.settimeout(None)

    def to_peer() -> None:
        with contextlib.suppress(OSError, StreamClosedError):
            while data := connection.recv(256 * 1024):
                stream.write(data)
        stream.close()

    copier = threading.Thread(target=to_peer, daemon=True)
    copier.start()
    try:
        while True:
            connection.sendall(stream.read_some())
    except (StreamClosedError, OSError):
        pass
    finally:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        stream.close()
        copier.join()
        connection.close()
