import pytest

from device.discovery import DeviceRecord, Transport, record_for
from device.errors import DeviceNotFoundError, DeviceNotReadyError, SeveralDevicesError
from device.selection import choose_device
from device.states import DeviceState


def record(serial: str, kind: str = "usb", state: DeviceState = DeviceState.READY) -> DeviceRecord:
    return record_for(
        serial, state, hardware_serial=f"H-{serial}", label="Phone",
        transports=(Transport(serial, kind, "device"),),
    )  # fmt: skip


CABLE, NET = record("R58"), record("10.0.0.2:5555", "tcp")


def choose(*records: DeviceRecord, environment: dict[str, str] | None = None, **options):
    return choose_device(records, environment=environment or {}, **options)


def test_that_the_only_device_needs_no_flag():
    assert choose(CABLE) is CABLE


def test_that_several_devices_are_listed_with_the_flags_that_pick_one():
    with pytest.raises(SeveralDevicesError) as caught:
        choose(CABLE, NET)
    text = str(caught.value)
    assert text.splitlines()[0] == "2 devices are there:"
    assert "--> (usb)  R58" in text
    assert "--> (tcp)  10.0.0.2:5555" in text
    assert "--target adb:SERIAL, -d (USB) or -e (TCP/IP), or ANDROID_SERIAL" in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"usb": True}, CABLE),
        ({"tcpip": True}, NET),
        ({"serial": "10.0.0.2:5555"}, NET),
        ({"serial": "10.0.0.2"}, NET),
        ({"serial": "H-R58"}, CABLE),
        ({"environment": {"ANDROID_SERIAL": "R58"}}, CABLE),
        ({"serial": "R58", "environment": {"ANDROID_SERIAL": "10.0.0.2:5555"}}, CABLE),
        ({"tcpip": True, "environment": {"ANDROID_SERIAL": "R58"}}, NET),
    ],
)
def test_that_serial_beats_flags_and_flags_beat_the_environment(options, expected):
    assert choose(CABLE, NET, **options) is expected


def test_that_an_unknown_serial_lists_what_is_there():
    with pytest.raises(DeviceNotFoundError, match="no device with serial X was found") as caught:
        choose(CABLE, serial="X")
    assert "R58" in str(caught.value)
    assert caught.value.exit_code == 3


def test_that_no_device_at_all_says_what_to_do():
    with pytest.raises(DeviceNotFoundError, match="Plug a phone in"):
        choose()


def test_that_the_one_that_can_be_used_is_taken_among_those_that_cannot():
    assert choose(record("A", state=DeviceState.OFFLINE), CABLE) is CABLE


def test_that_an_absent_device_is_never_chosen():
    with pytest.raises(DeviceNotFoundError):
        choose(record("A", state=DeviceState.ABSENT))


def test_that_an_unauthorized_device_is_refused_with_the_remedy():
    with pytest.raises(DeviceNotReadyError, match="Allow USB debugging"):
        choose(record("A", state=DeviceState.UNAUTHORIZED))
