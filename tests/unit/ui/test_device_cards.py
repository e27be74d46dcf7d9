import pytest

from device.discovery import Transport, record_for, server_record
from device.errors import AdbMissingError
from device.states import DeviceState
from quad_studio import devices
from quad_studio.cancel import CancelToken
from tests.fakes.adb import FakeAdb
from ui.core_services.device_cards import VirtualPhone, all_cards, virtual_card

SERIAL = "127.0.0.1:4000"
RUNNING = VirtualPhone("s25-lsi", SERIAL)


def record(state, **facts):
    return record_for(SERIAL, state, transports=(Transport(SERIAL, "tcp", "device"),), **facts)


@pytest.mark.parametrize(
    ("phone", "records", "state", "action"),
    [
        (VirtualPhone("s25-lsi"), [], "stopped", "start"),
        (VirtualPhone("s25-lsi", is_starting=True), [], "connecting", "wait"),
        (VirtualPhone("s25-lsi", has_died=True), [], "lost", "start"),
        (RUNNING, None, "ready", "stop"),
        (RUNNING, [], "lost", "reconnect"),
        (RUNNING, [record(DeviceState.OFFLINE)], "lost", "reconnect"),
        (RUNNING, [record(DeviceState.READY, virtual="s25-lsi")], "ready", "stop"),
        (RUNNING, [record(DeviceState.BUSY, virtual="s25-lsi")], "busy", "stop"),
        (RUNNING, [record(DeviceState.LOW_STORAGE)], "low-storage", "free-space"),
    ],
)
def test_that_a_virtual_phone_has_the_state_that_adb_sees(phone, records, state, action):
    card = virtual_card(phone, records)
    assert (card.state, card.action) == (state, action)
    assert bool(card.cause) == bool(card.remedy) == (state != "ready")


def test_that_a_virtual_phone_is_listed_once_even_where_adb_cannot_ask_it():
    cards = all_cards([RUNNING], [record(DeviceState.OFFLINE)], {SERIAL})
    assert [card.name for card in cards] == ["host", "virtual:s25-lsi"]


def test_that_a_missing_adb_stands_first_and_says_what_to_do_once():
    program = FakeAdb().server()
    text = "/nowhere/adb: No such file or directory."
    remedy = record_for("x", DeviceState.NO_ADB).remedy
    problem = server_record(program, AdbMissingError(f"{text} {remedy}"))
    first, *_ = all_cards([RUNNING], [problem], {SERIAL})
    assert (first.state, first.cause, first.remedy) == ("no-adb", text, remedy)


def test_that_an_adb_that_cannot_be_used_at_the_start_is_looked_for_again(monkeypatch):
    monkeypatch.setattr(devices, "_LOOK_AGAIN_S", 0.01)
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "no number")
    monkeypatch.delenv("ADB_SERVER_SOCKET", raising=False)
    cancel, seen = CancelToken(), []

    def report(records):
        seen.append(records)
        cancel.cancel()

    devices.watch_phones(report, cancel)
    ((only,),) = seen
    assert only.state is DeviceState.SERVER_DOWN
    assert "no number: not a port number" in only.cause
