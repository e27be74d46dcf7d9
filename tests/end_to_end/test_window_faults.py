"""Faults of devices in the real window: it says what happened and what to do, and goes on."""

import os
import re
import signal
import subprocess

import pytest

from device.adb import find_adb
from device.virtual_phone.client import find_phone, phone_root
from tests.end_to_end.fault_window import (
    FILE_BYTES,
    LONG,
    OFFSCREEN_ONLY,
    opened_window,
    runner_on,
    write_bundle,
)
from tests.end_to_end.window_job import PHONE
from tests.fakes.private_adb import private_adb_server
from tests.fakes.runner import runner_or_none

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.qt_log_ignore(OFFSCREEN_ONLY, extend=True),
]
USABLE = ("ready", "busy")  # a runner of the session may be open
PRESET = PHONE.partition(":")[2]


@pytest.fixture(scope="module")
def adb_program(tmp_path_factory):
    """Return the adb program of this module, which a test may take away."""
    program = tmp_path_factory.mktemp("program") / "adb"
    program.symlink_to(find_adb())
    return program


@pytest.fixture(scope="module")
def server(adb_program, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADBUTILS_ADB_PATH", str(adb_program))
        with private_adb_server(tmp_path_factory.mktemp("adb")) as server:
            yield server


@pytest.fixture(scope="module")
def at_window(qapp, server, bundle, tmp_path_factory):
    with opened_window(tmp_path_factory.mktemp("window"), bundle) as person:
        person.becomes(PHONE, "stopped")
        yield person


@pytest.fixture
def person(at_window):
    """Return somebody at the window, with host and virtual phone ready and checked."""
    if at_window.card(PHONE).state not in USABLE:
        at_window.press_button_of(PHONE)
    at_window.becomes(PHONE, *USABLE)
    at_window.use("host", PHONE)
    return at_window


def phone():
    control = find_phone(phone_root(PRESET))
    assert control is not None
    return control


@pytest.mark.parametrize("target", ["host", PHONE])
def test_that_a_killed_runner_is_said_and_the_next_run_starts_a_new_one(person, target):
    assert person.image() == 2
    before = person.images
    person.run(LONG)
    person.wait("an image is being made", person.is_drawing)
    runner_on(target).kill()
    said = person.reads("session", target, "killed")
    person.picture(f"a-killed-{target.partition(':')[0]}")
    person.wait("the session is idle", lambda: not person.studio.session.is_busy)
    assert "Run" in said or "run" in said
    assert person.images == before + 1  # the other device finished
    assert person.image() == 2


def test_that_a_phone_that_goes_while_idle_is_lost_and_its_button_brings_it_back(person):
    phone().fault("unplug")
    card = person.becomes(PHONE, "lost")
    person.go("devices")
    person.picture("b-idle-lost")
    assert card.cause
    assert card.remedy
    assert person.image() == 1  # the host goes on
    phone().send("plug")
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    assert person.image() == 2


def test_that_a_phone_whose_process_is_killed_is_lost_and_starts_again(person):
    os.kill(phone().record.pid, signal.SIGKILL)
    card = person.becomes(PHONE, "lost")
    person.go("devices")
    person.picture("b-killed-phone")
    assert card.action == "start"
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    assert person.image() == 2


def test_that_a_phone_lost_in_a_session_leaves_the_other_device_working(person):
    assert person.image() == 2
    before = person.images
    person.run(LONG)
    person.wait("an image is being made", person.is_drawing)
    phone().fault("unplug")
    person.reads("session", PHONE)
    person.picture("b-session-lost")
    person.wait("the session is idle", lambda: not person.studio.session.is_busy)
    person.becomes(PHONE, "lost")
    person.picture("b-session-lost-idle")
    assert person.images == before + 1
    phone().send("plug")
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    assert person.image() == 2


def test_that_a_phone_lost_while_deploying_resumes_at_the_next_file(person, tmp_path):
    view = person.studio.devices_view
    person.studio.devices.set_bundle(write_bundle(tmp_path / "other"))
    person.go("devices")
    phone().fault("unplug", 2.5 * FILE_BYTES)
    person.click(view.deploy_button)
    said = person.reads("devices", PHONE, "Deployed to host")
    person.becomes(PHONE, "lost")
    person.picture("b-deploy-lost")
    assert "not sent again" in said
    phone().send("plug")
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    phone().clear()
    person.click(view.deploy_button)
    person.reads("devices", f"Deployed to host, {PHONE}.")
    log = person.studio.log_view.text.toPlainText()
    sent, total = re.findall(rf"deploy:{PHONE}: ([0-9.]+) of ([0-9.]+) MB sent", log)[-1]
    assert 0 < float(sent) < float(total)  # it went on at the next file
    person.picture("b-deploy-done")


def test_that_an_adb_server_that_dies_comes_back_and_the_phone_with_it(person, server):
    subprocess.run([*server.argv, "kill-server"], check=True, timeout=10)
    person.becomes(PHONE, "lost")
    person.go("devices")
    person.picture("f-adb-server-killed")
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    assert person.image() == 2


def test_that_a_missing_adb_program_is_said_and_found_again(person, server, adb_program):
    program = adb_program.readlink()
    adb_program.unlink()
    try:
        server.open_socket("host:kill", timeout_s=5).close()
        say_that_adb_is_missing(person, adb_program)
    finally:
        adb_program.symlink_to(program)
    person.press_button_of(PHONE)
    person.becomes(PHONE, *USABLE)
    person.wait("adb's card is gone", lambda: adb_card(person) is None)
    assert person.image() == 2


def say_that_adb_is_missing(person, adb_program):
    person.wait("adb has a card", lambda: (c := adb_card(person)) and c.state == "no-adb")
    person.go("devices")
    person.picture("f-adb-missing")
    card = adb_card(person)
    assert str(adb_program) in card.cause
    assert "ADBUTILS_ADB_PATH" in card.remedy
    assert "adb" in person.becomes(PHONE, "lost").cause
    assert person.image() == 1  # the host needs no adb
    person.press_button_of(card.name)
    person.reads("devices", str(adb_program), "does not start")


def adb_card(person):
    """Return the card that says what is wrong with adb itself, None when nothing is."""
    wrong = ("no-adb", "server-down")
    return next((card for card in person.studio.devices.cards if card.state in wrong), None)
