"""What the device list says when a phone misbehaves, with the real adb."""

import json
import queue
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.adb import AdbPhone, AdbServer
from device.discovery import DeviceRecord, DeviceWatcher, survey
from device.endpoints import SavedDevices
from device.errors import DeviceLostError, DeviceNotReadyError, DeviceOfflineError
from device.open_target import open_target
from device.phone import open_phone
from device.recovery import recover
from device.states import DeviceState
from device.virtual_phone.client import PhoneControl, wait_until_plugged
from tests.integration.device.conftest import StartPhone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def record_of(server: AdbServer, control: PhoneControl) -> DeviceRecord:
    return next(r for r in survey(server) if r.serial == control.serial)


def wait_for(server: AdbServer, control: PhoneControl, state: DeviceState) -> DeviceRecord:
    end = time.monotonic() + 15
    while (record := record_of(server, control)).state is not state:
        assert time.monotonic() < end, record
        time.sleep(0.1)
    return record


@pytest.mark.parametrize(
    ("fault", "value", "state", "cause"),
    [
        ("unauthorized", None, DeviceState.UNAUTHORIZED, "has not accepted"),
        ("offline", None, DeviceState.OFFLINE, "does not answer"),
        ("unplug", None, DeviceState.OFFLINE, "does not answer"),
        ("hot", 47, DeviceState.COOLING, "47.0 degrees"),
        ("low-battery", 5, DeviceState.LOW_BATTERY, "Battery at 5 %"),
        ("disk-full", 1000, DeviceState.LOW_STORAGE, "0 MB are free"),
    ],
)
def test_that_a_misbehaving_phone_is_listed_with_state_cause_and_remedy(
    adb_server: AdbServer, virtual: PhoneControl, fault, value, state, cause
):
    virtual.fault(fault, value)
    record = wait_for(adb_server, virtual, state)
    assert cause in record.cause
    assert record.remedy.endswith(".")
    assert record.action


def test_that_a_phone_that_restarts_is_offline_then_booting_then_ready(
    adb_server: AdbServer, virtual: PhoneControl
):
    virtual.fault("reboot", 3)
    wait_for(adb_server, virtual, DeviceState.OFFLINE)
    wait_for(adb_server, virtual, DeviceState.BOOTING)  # adb connects again by itself
    wait_until_plugged(virtual)
    wait_for(adb_server, virtual, DeviceState.READY)


def test_that_healing_makes_the_phone_ready_again(adb_server: AdbServer, virtual: PhoneControl):
    virtual.fault("hot", 50)
    wait_for(adb_server, virtual, DeviceState.COOLING)
    virtual.clear()
    record = wait_for(adb_server, virtual, DeviceState.READY)
    assert record.cause == record.remedy == ""


def test_that_two_phones_stand_side_by_side_with_their_own_serials(
    adb_server: AdbServer, start_virtual: StartPhone
):
    first, second = start_virtual("s25-qualcomm"), start_virtual("tab-s11-mediatek")
    records = {r.serial: r for r in survey(adb_server)}
    assert records[first.serial].soc == "SM8750"
    assert records[second.serial].soc == "MT6991"
    assert records[first.serial].hardware_serial != records[second.serial].hardware_serial
    assert records[second.serial].virtual == "tab-s11-mediatek"


@pytest.mark.parametrize(
    ("fault", "error"),
    [("unauthorized", DeviceNotReadyError), ("offline", DeviceOfflineError)],
)
def test_that_a_command_says_why_the_phone_cannot_be_used(
    adb_server: AdbServer, virtual: PhoneControl, phone: AdbPhone, fault, error
):
    virtual.fault(fault)
    wait_for(adb_server, virtual, DeviceState(fault))
    with pytest.raises(error, match=fault):
        phone.shell("true", timeout_s=10)


def test_that_a_link_cut_under_a_command_is_a_lost_device(virtual: PhoneControl, phone: AdbPhone):
    process = phone.start("echo started; sleep 30; exit 5")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "started\n"
    virtual.fault("unplug")
    code = process.wait(timeout=10)
    problem = phone.failure("waiting", code, process.stderr.read())
    assert isinstance(problem, DeviceLostError)
    assert "lost while waiting" in str(problem)
    process.communicate()


def test_that_recovery_brings_a_replugged_phone_back(adb_server: AdbServer, virtual: PhoneControl):
    virtual.fault("unplug")
    wait_for(adb_server, virtual, DeviceState.OFFLINE)
    virtual.clear()
    steps = []
    found = recover(adb_server, virtual.serial, report=steps.append, check=lambda: None)
    assert found.serial == virtual.serial
    assert steps[-1].recovered
    wait_for(adb_server, virtual, DeviceState.READY)


def test_that_recovery_of_a_phone_that_is_gone_names_what_was_tried(
    adb_server: AdbServer, virtual: PhoneControl
):
    class Fast:
        def __init__(self) -> None:
            self.now = 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float, /) -> None:
            self.now += seconds * 20

    virtual.fault("unplug")
    wait_for(adb_server, virtual, DeviceState.OFFLINE)
    with pytest.raises(DeviceLostError, match="wait, connect, mdns, replug"):
        recover(
            adb_server, virtual.serial, report=lambda step: None, check=lambda: None,
            replug_s=1, clock=Fast(),
        )  # fmt: skip


def test_that_a_phone_seen_once_is_shown_as_absent_later(
    adb_server: AdbServer, virtual: PhoneControl, tmp_path: Path
):
    saved = SavedDevices(tmp_path / "devices.json")
    saved.remember("R58N", label="Galaxy (X)", model="X", endpoint="10.1.2.3:5555", now=1.0)
    records = survey(adb_server, saved)
    absent = next(r for r in records if r.state is DeviceState.ABSENT)
    assert (absent.serial, absent.last_seen) == ("10.1.2.3:5555", 1.0)


@pytest.fixture
def watch(adb_server: AdbServer) -> Iterator[Callable[[], "queue.Queue[list[DeviceRecord]]"]]:
    watchers = []

    def start() -> "queue.Queue[list[DeviceRecord]]":
        changes: queue.Queue[list[DeviceRecord]] = queue.Queue()
        watcher = DeviceWatcher(adb_server, changes.put, refresh_s=0.5)
        watchers.append(watcher)
        watcher.start()
        return changes

    yield start
    for watcher in watchers:
        watcher.stop()


def test_that_the_watcher_reports_unplugging_and_replugging(virtual: PhoneControl, watch):
    changes = watch()

    def state() -> DeviceState:
        records = changes.get(timeout=20)
        return next((r.state for r in records if r.serial == virtual.serial), DeviceState.ABSENT)

    seen = state()
    assert seen is DeviceState.READY
    virtual.fault("unplug")
    while seen is DeviceState.READY:
        seen = state()
    assert seen is DeviceState.OFFLINE
    virtual.clear()
    while seen is not DeviceState.READY:
        seen = state()


def test_that_the_watcher_notices_heat_that_adb_does_not(virtual: PhoneControl, watch):
    changes = watch()
    changes.get(timeout=20)
    virtual.fault("hot", 48)
    records = changes.get(timeout=20)
    assert DeviceState.COOLING in {r.state for r in records}


def test_that_a_target_is_found_by_hardware_serial(adb_server: AdbServer, virtual: PhoneControl):
    hardware = record_of(adb_server, virtual).hardware_serial
    found = open_phone(hardware)
    assert found.phone.serial == virtual.serial
    assert found.describe().emulated


def test_that_an_unauthorized_phone_is_refused_as_a_target(
    adb_server: AdbServer, virtual: PhoneControl
):
    virtual.fault("unauthorized")
    wait_for(adb_server, virtual, DeviceState.UNAUTHORIZED)
    with pytest.raises(DeviceNotReadyError, match="Allow USB debugging") as caught:
        open_target(f"adb:{virtual.serial}")
    assert caught.value.exit_code == 3


def test_that_a_virtual_target_starts_a_phone_and_leaves_none_behind(adb_server: AdbServer):
    target = open_target("virtual:s25-lsi")
    serial = target.phone.serial
    assert target.describe().label == "Galaxy S25 (Exynos 2500) (virtual)"
    target.close()
    assert serial not in {line.serial for line in adb_server.devices()}


def test_that_a_phone_process_stopped_by_a_signal_cleans_up(adb_server: AdbServer, tmp_path: Path):
    argv = [sys.executable, "-m", "device.virtual_phone", "--preset", "s25-lsi"]
    with subprocess.Popen(
        [*argv, "--root", str(tmp_path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert not (tmp_path / "phone.json").exists()
