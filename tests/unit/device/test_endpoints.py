import json
from pathlib import Path

import pytest

from device.endpoints import SavedDevices
from device.errors import DeviceError


def test_that_devices_survive_a_restart_newest_first(tmp_path: Path):
    path = tmp_path / "state" / "devices.json"
    saved = SavedDevices(path)
    saved.remember("A", label="a", model="m", endpoint="10.0.0.2:5555", now=100.0)
    saved.remember("B", label="b", model="m", endpoint="", now=200.0)
    again = SavedDevices(path)
    assert [device.hardware_serial for device in again.all()] == ["B", "A"]


def test_that_a_cable_does_not_make_the_address_forgotten(tmp_path: Path):
    saved = SavedDevices(tmp_path / "d.json")
    saved.remember("A", label="a", model="m", endpoint="10.0.0.2:5555", now=100.0)
    saved.remember("A", label="a", model="m", endpoint="", now=900.0)
    found = saved.get("A")
    assert found is not None
    assert (found.endpoint, found.last_seen) == ("10.0.0.2:5555", 900.0)


def test_that_a_device_seen_a_moment_ago_is_not_written_again(tmp_path: Path):
    path = tmp_path / "d.json"
    saved = SavedDevices(path)
    saved.remember("A", label="a", model="m", endpoint="", now=100.0)
    path.unlink()
    saved.remember("A", label="a", model="m", endpoint="", now=110.0)
    assert not path.exists()


def test_that_a_forgotten_device_is_gone(tmp_path: Path):
    saved = SavedDevices(tmp_path / "d.json")
    saved.remember("A", label="a", model="m", endpoint="", now=1.0)
    assert saved.forget("A")
    assert not saved.forget("A")
    assert SavedDevices(tmp_path / "d.json").all() == []


NEWER = json.dumps({"schema": "quad-studio/devices/9"})
DAMAGED = json.dumps({"schema": "quad-studio/devices/1", "devices": [{}]})


@pytest.mark.parametrize("text", ["{", "[]", NEWER, DAMAGED])
def test_that_a_damaged_or_newer_file_is_refused_with_its_name(tmp_path: Path, text: str):
    path = tmp_path / "d.json"
    path.write_text(text)
    with pytest.raises(DeviceError, match=r"d\.json"):
        SavedDevices(path)
