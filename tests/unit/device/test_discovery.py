import pytest

from device.discovery import (
    DeviceRecord,
    Transport,
    inspect,
    merge_transports,
    record_for,
    server_record,
)
from device.errors import AdbMissingError, AdbServerError, SeveralDevicesError
from device.parsers import DeviceLine
from device.selection import choose_device
from device.states import DeviceState, from_adb, state_text, usable
from tests.fakes.adb import FakeAdb, timeout

CUT = "--8<-- quad\n"
PROPERTIES = {
    "ro.serialno": "R58",
    "ro.product.model": "SM-S931B",
    "ro.product.cpu.abi": "arm64-v8a",
    "ro.build.version.sdk": "36",
    "ro.soc.model": "SM8750",
    "sys.boot_completed": "1",
}


def answers(*, free_kb: int = 90_000_000, level: int = 80, status: int = 3, thermal: int = 0,
            busy: str = "", **properties: str) -> str:  # fmt: skip
    facts = {**PROPERTIES, **properties}
    lines = "".join(f"[{name}]: [{value}]\n" for name, value in facts.items() if value)
    df = f"Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/x 9 9 {free_kb} 1% /data\n"
    battery = f"  status: {status}\n  level: {level}\n  scale: 100\n"
    heat = f"Thermal Status: {thermal}\n\tTemperature{{mValue=45.0, mType=3, mName=SKIN}}\n"
    return CUT.join([lines, df, battery, heat, busy])


def look(printed: object, state: str = "device") -> DeviceRecord:
    server = FakeAdb().on("shell", printed).server()
    return inspect(server, DeviceLine("R58", state, {"model": "SM_S931B"}))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, DeviceState.READY),
        ({"sys.boot_completed": ""}, DeviceState.BOOTING),
        ({"ro.product.cpu.abi": "armeabi-v7a"}, DeviceState.UNSUPPORTED),
        ({"ro.build.version.sdk": "26"}, DeviceState.UNSUPPORTED),
        ({"free_kb": 1000}, DeviceState.LOW_STORAGE),
        ({"busy": "/x/sessions/1/pid\n"}, DeviceState.BUSY),
        ({"thermal": 4}, DeviceState.COOLING),
        ({"level": 9}, DeviceState.LOW_BATTERY),
        ({"level": 9, "status": 2}, DeviceState.READY),  # it is charging
    ],
)
def test_that_what_a_device_answers_decides_its_state(changes, state):
    record = look(answers(**changes))
    assert record.state is state
    assert (record.model, record.soc, record.hardware_serial) == ("SM-S931B", "SM8750", "R58")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("unauthorized", DeviceState.UNAUTHORIZED),
        ("recovery", DeviceState.NOT_ANDROID),
        ("no permissions (x); see [y]", DeviceState.NO_PERMISSIONS),
        ("connecting", DeviceState.CONNECTING),
    ],
)
def test_that_a_device_that_is_not_ready_is_not_asked(word, state):
    adb = FakeAdb()
    record = inspect(adb.server(), DeviceLine("R58", word, {"model": "SM_S931B"}))
    assert (record.state, record.label) == (state, "SM-S931B")
    assert adb.calls == []


def test_that_a_word_of_adb_that_we_do_not_know_is_shown_as_it_is():
    assert "'levitating'" in look("", state="levitating").cause


def test_that_a_device_that_does_not_answer_in_time_is_offline():
    record = look(timeout())
    assert record.state is DeviceState.OFFLINE
    assert "no answer" in record.cause


def test_that_a_device_lost_while_it_was_asked_is_offline_in_words_and_not_in_shell():
    record = look(("", "error: closed", 255))
    assert record.state is DeviceState.OFFLINE
    assert record.cause == state_text(DeviceState.OFFLINE).cause


def test_that_answers_that_cannot_be_read_are_an_error_record():
    assert look("nonsense").state is DeviceState.ERROR


def test_that_every_state_but_ready_has_a_cause_and_every_unusable_one_a_remedy():
    for state in DeviceState:
        text = state_text(state)
        assert text.cause or state is DeviceState.READY
        assert text.remedy or usable(state)


def test_that_adbs_device_word_means_ready_to_be_asked():
    assert from_adb("device") is DeviceState.READY


def test_that_two_ways_to_one_device_are_one_record_with_the_cable_first():
    def record(serial: str, kind: str) -> DeviceRecord:
        transports = (Transport(serial, kind, "device"),)
        return record_for(serial, DeviceState.READY, hardware_serial="R58", transports=transports)

    (merged,) = merge_transports([record("10.0.0.2:5555", "tcp"), record("R58", "usb")])
    assert merged.serial == "R58"
    assert [t.kind for t in merged.transports] == ["usb", "tcp"]


def test_that_devices_that_could_not_be_asked_are_not_merged():
    def record(serial: str) -> DeviceRecord:
        transports = (Transport(serial, "usb", "unauthorized"),)
        return record_for(serial, DeviceState.UNAUTHORIZED, transports=transports)

    assert len(merge_transports([record("A"), record("B")])) == 2


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        (AdbMissingError("none"), DeviceState.NO_ADB),
        (AdbServerError("adb server at x: version 32, ours is 41."), DeviceState.SERVER_CONFLICT),
        (ConnectionRefusedError(), DeviceState.SERVER_DOWN),
    ],
)
def test_that_an_adb_that_cannot_be_used_is_a_record_of_its_own(problem, state):
    assert server_record(FakeAdb().server(), problem).state is state


def test_that_a_record_as_json_names_its_target_and_state():
    data = record_for("R58", DeviceState.UNAUTHORIZED).to_json()
    assert (data["target"], data["state"]) == ("adb:R58", "unauthorized")


def test_that_a_phone_that_is_well_tells_its_storage_battery_and_temperature():
    line = str(look(answers(level=80)))
    assert line.split()[:2] == ["R58", "ready"]
    assert line.endswith("GB free, battery 80 %, 45 degrees Celsius")


def test_that_a_virtual_phone_is_called_one_in_every_list():
    record = record_for("127.0.0.1:5", DeviceState.READY, label="SM-S931B", virtual="s25-lsi")
    assert "SM-S931B, virtual:s25-lsi" in str(record)
    other = record_for("R58", DeviceState.READY, label="SM-S931B")
    with pytest.raises(SeveralDevicesError, match="SM-S931B, virtual:s25-lsi"):
        choose_device([record, other], environment={})
