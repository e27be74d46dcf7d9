"""A private adb server, so that the user's own and other test processes are left alone."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.adb import AdbPhone, AdbServer
from device.phone import PhoneTarget
from device.remote_store import RemoteStore
from device.virtual_phone.client import PhoneControl, start_phone
from tests.fakes.private_adb import private_adb_server
from tests.fakes.tiny_bundle import TinyBundle, make_tiny_bundle


@pytest.fixture(scope="session")
def adb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AdbServer]:
    """Yield a server with its own port, keys and state; it ends with the tests."""
    with private_adb_server(tmp_path_factory.mktemp("home")) as server:
        yield server


StartPhone = Callable[..., PhoneControl]


@pytest.fixture
def start_virtual(adb_server: AdbServer, tmp_path: Path) -> Iterator[StartPhone]:
    """Yield a function that starts and connects virtual phones; they end with the test."""
    controls: list[PhoneControl] = []

    def start(preset: str = "s25-qualcomm", *, connect: bool = True, **options) -> PhoneControl:
        control = start_phone(preset, tmp_path / f"phone{len(controls)}", **options)
        controls.append(control)
        if connect:
            adb_server.connect(control.serial)
        return control

    yield start
    for control in controls:
        control.stop()
        adb_server.disconnect(control.serial)


@pytest.fixture
def virtual(start_virtual: StartPhone) -> PhoneControl:
    """Return a connected virtual phone."""
    return start_virtual()


@pytest.fixture
def phone(adb_server: AdbServer, virtual: PhoneControl) -> AdbPhone:
    """Return that phone as adb sees it."""
    return AdbPhone(adb_server, virtual.serial)


@pytest.fixture
def store(phone: AdbPhone) -> RemoteStore:
    """Return that phone's work directory."""
    return RemoteStore.find(phone)


@pytest.fixture
def target(adb_server: AdbServer, virtual: PhoneControl) -> Iterator[PhoneTarget]:
    """Return that phone as a target."""
    found = PhoneTarget(adb_server, virtual.serial, recover_s=2.0)
    yield found
    found.close()


@pytest.fixture
def bundle(tmp_path: Path) -> TinyBundle:
    """Return a small bundle."""
    return make_tiny_bundle(tmp_path / "bundle")


def file_of(path: Path, size: int) -> Path:
    """Write `size` random bytes."""
    path.write_bytes(os.urandom(size))
    return path
