from pathlib import Path

import pytest

from device import parsers
from device.errors import AdbOutputError

DATA = Path(__file__).parents[2] / "data" / "adb"


def test_that_every_line_of_devices_is_read_with_its_state_and_transport():
    lines = parsers.parse_devices((DATA / "made_up_devices.txt").read_text())
    assert [(line.serial[:5], line.state[:14], line.transport) for line in lines] == [
        ("R58N1", "device", "usb"),
        ("R5CX3", "unauthorized", "usb"),
        ("HT6A", "no permissions", "usb"),
        ("192.1", "offline", "tcp"),
        ("adb-R", "device", "mdns"),
        ("emula", "device", "emulator"),
        ("AA11", "sideload", "usb"),
    ]
    assert lines[2].state.endswith("[http://developer.android.com/tools/device.html]")
    assert lines[0].facts["model"] == "SM_S931B"


def test_that_an_empty_list_is_empty():
    assert parsers.parse_devices("List of devices attached\n\n") == []


def test_that_a_battery_on_another_scale_is_a_percentage():
    battery = parsers.parse_battery("  status: 2\n  level: 128\n  scale: 256\n  temperature: -15\n")
    assert (battery.percent, battery.temperature_celsius, battery.charging) == (50.0, -1.5, True)


def test_that_a_current_in_microampere_becomes_milliampere():
    assert parsers.parse_battery("  current now: -412000\n").milliampere == -412.0
    assert parsers.parse_battery("  current now: -412\n").milliampere == -412.0


def test_that_the_hals_skin_temperature_wins_over_the_cached_one():
    text = (
        "Thermal Status: 3\nCached temperatures:\n\tTemperature{mValue=30.0, mType=3, mName=S}\n"
        "Current temperatures from HAL:\n\tTemperature{mValue=70.1, mType=0, mName=CPU}\n"
        "\tTemperature{mValue=44.5, mType=3, mName=SKIN}\nCurrent cooling devices from HAL:\n"
        "\tCoolingDevice{mValue=99, mType=3, mName=fan}\n"
    )
    assert parsers.parse_thermal(text) == (3, 44.5)


def test_that_df_with_a_long_device_name_on_its_own_line_is_read():
    text = (
        "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/block/dm\n 100 40 60 40% /data\n"
    )
    assert parsers.parse_free_bytes(text) == 60 * 1024


def test_that_df_that_failed_is_an_error_with_its_words():
    with pytest.raises(AdbOutputError, match="Permission denied"):
        parsers.parse_free_bytes("df: /data: Permission denied\n")


def test_that_hashes_of_paths_with_spaces_are_read_and_complaints_are_not():
    text = f"{'0' * 64}  a b\nsha256sum: c: No such file or directory\n"
    assert parsers.parse_sha256(text) == {"a b": "0" * 64}


def test_that_mdns_lines_of_other_services_are_left_out():
    text = "x\t_http._tcp\t1.2.3.4:80\nadb-R5\t_adb-tls-pairing._tcp.\t10.0.0.2:37123\n"
    assert parsers.parse_mdns(text) == [
        parsers.MdnsService("adb-R5", "_adb-tls-pairing._tcp", "10.0.0.2:37123")
    ]


def test_that_guest_time_is_not_counted_twice():
    assert parsers.parse_cpu_ticks("cpu  10 0 0 90 0 0 0 0 10 0\n") == (10, 100)
