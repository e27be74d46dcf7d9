"""Pairing with the real adb: the virtual phone answers as a phone does."""

import dataclasses
import subprocess
import time

import pytest

from device.adb import AdbServer, run_adb
from device.errors import PairingError
from device.pairing import PairingOffer, pair_by_qr, pair_with_code
from device.virtual_phone.client import PhoneControl
from tests.integration.device.conftest import StartPhone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def state_of(server: AdbServer, control: PhoneControl) -> str:
    """Return how the server sees the phone once it has made up its mind."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        states = {line.serial: line.state for line in server.devices()}
        if states.get(control.serial, "connecting") not in ("connecting", "offline"):
            return states[control.serial]
        time.sleep(0.1)
    return states.get(control.serial, "absent")


def test_that_who_knows_the_six_digits_may_connect_and_nobody_before(
    adb_server: AdbServer, start_virtual: StartPhone
):
    phone = start_virtual(auth="ask")
    assert state_of(adb_server, phone) == "unauthorized"
    shown = phone.send("pair")
    name = pair_with_code(adb_server, shown["pairing"], shown["code"])
    assert name.startswith("adb-")
    adb_server.disconnect(phone.serial)
    adb_server.connect(phone.serial)
    assert state_of(adb_server, phone) == "device"


def test_that_a_wrong_code_is_said_so_and_the_right_one_still_works(
    adb_server: AdbServer, start_virtual: StartPhone
):
    phone = start_virtual(connect=False)
    shown = phone.send("pair 123456")
    with pytest.raises(PairingError, match="did not take the code"):
        pair_with_code(adb_server, shown["pairing"], "654321")
    assert pair_with_code(adb_server, shown["pairing"], "123456")


def test_that_a_code_is_worth_nothing_once_it_was_used(
    adb_server: AdbServer, start_virtual: StartPhone
):
    phone = start_virtual(connect=False)
    shown = phone.send("pair")
    pair_with_code(adb_server, shown["pairing"], shown["code"])
    with pytest.raises(PairingError, match="none waits at this address"):
        pair_with_code(adb_server, shown["pairing"], shown["code"])


def test_that_a_phone_that_scans_the_code_is_paired_and_connected(
    adb_server: AdbServer, start_virtual: StartPhone
):
    """Only the phone's announcement is made up: mDNS does not work on loopback."""
    phone = start_virtual(auth="ask", connect=False)
    offer = PairingOffer.fresh()
    asked = []

    def announced(argv, timeout_s):
        if argv[-2:] != ["mdns", "services"]:
            return run_adb(argv, timeout_s)
        asked.append(argv)
        lines = ["List of discovered mdns services"]
        if len(asked) > 1:  # the person takes a while to scan it
            where = phone.send(f"pair {offer.password}")["pairing"] if len(asked) == 2 else ""
            announced.where = where or announced.where
            lines.append(f"{offer.name}\t_adb-tls-pairing._tcp\t{announced.where}")
            lines.append(f"adb-virtual\t_adb-tls-connect._tcp\t{phone.serial}")
        return subprocess.CompletedProcess(argv, 0, "\n".join(lines) + "\n", "")

    announced.where = ""
    server = dataclasses.replace(adb_server, run=announced)
    assert pair_by_qr(server, offer, check=lambda: None, timeout_s=30) == phone.serial
    assert state_of(adb_server, phone) == "device"
