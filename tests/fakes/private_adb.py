"""An adb server of its own for tests, so that the user's and other processes' are left alone."""

import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from device.adb import AdbServer, find_adb


def free_port() -> int:
    """Return a port that is free on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def adb_settings(home: Path, port: int) -> Mapping[str, str]:
    """Return the environment of every process that is to use the server at `port`."""
    return {
        "HOME": str(home),
        "QUAD_STUDIO_STATE": str(home / "state"),
        "ANDROID_ADB_SERVER_PORT": str(port),
        "ADB_MDNS": "0",
        "ADB_MDNS_AUTO_CONNECT": "0",
        "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553",  # no search for emulators
    }


@contextmanager
def private_adb_server(home: Path) -> Iterator[AdbServer]:
    """Yield a server with its own port, keys and state, in this process's environment too."""
    home.mkdir(parents=True, exist_ok=True)
    server = AdbServer(port=free_port(), program=find_adb())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in adb_settings(home, server.port).items():
            patch.setenv(name, value)
        patch.delenv("ADB_SERVER_SOCKET", raising=False)
        patch.delenv("ANDROID_SERIAL", raising=False)
        server.ensure()
        yield server
        subprocess.run([*server.argv, "kill-server"], check=False, timeout=10)
