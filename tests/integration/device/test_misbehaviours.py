"""A plan on a phone that misbehaves: state, message, exit status, kept rows, resume, leftovers.

The command runs in this process (`main`), so that a fault can be timed by the rows that are done.
"""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from device.adb import AdbServer
from device.discovery import survey
from device.phone import PhoneTarget
from device.phone_session import forwards
from device.states import DeviceState
from device.virtual_phone.client import PhoneControl
from quad_studio.bundle import write_manifest
from quad_studio.cli.main import main
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan
from tests.integration.device.conftest import StartPhone, file_of
from tests.integration.device.test_phone_sessions import runner_pids

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(runner_or_none() is None, reason="the native runner is not built"),
]

ROWS = 8
LARGE = 24_000_000


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    """A bundle with one large file, so that a push takes a while."""
    made = make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle")
    file_of(made.path / "graphs" / "large.bin", LARGE)
    write_manifest(made.path, {k: v for k, v in made.manifest.items() if k != "files"})
    return made.path


@pytest.fixture(scope="module")
def plan(tmp_path_factory, bundle: Path) -> Path:
    """Two tasks in turns, long enough rows that a fault hits in the middle."""
    return write_tiny_plan(
        tmp_path_factory.mktemp("plan"),
        bundle,
        tasks=(("object_removal", "object_removal"), ("transform", "transform")),
        inputs=3,
        steps=900,
        formats=("json",),
        provider="cpu",
    )


def rows_of(run: Path) -> dict[int, dict]:
    path = run / "results.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    return {row["index"]: row for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, plan: Path) -> dict[int, str]:
    """The results of the same plan on this machine."""
    run = tmp_path_factory.mktemp("host") / "run"
    assert main(["--batch", str(plan), "--run-dir", str(run), "--quiet"]) == 0
    found = {index: row["output_sha256"] for index, row in rows_of(run).items()}
    assert len(found) == ROWS
    return found


class Phone:
    """A virtual phone with what a test does to it and asks of it."""

    def __init__(self, server: AdbServer, control: PhoneControl) -> None:
        self.server, self.control = server, control
        self.name = f"adb:{control.serial}"

    def state(self) -> DeviceState:
        """Return the state that the device list shows."""
        return next(r.state for r in survey(self.server) if r.serial == self.control.serial)

    def wait_for(self, state: DeviceState) -> None:
        """Wait until the device list shows `state`."""
        end = time.monotonic() + 30
        while (seen := self.state()) is not state:
            assert time.monotonic() < end, seen
            time.sleep(0.2)

    def heal(self) -> None:
        """End every fault and connect again, as a person does who plugs the phone in."""
        self.control.clear()
        self.server.disconnect(self.control.serial)
        self.server.connect(self.control.serial)
        self.wait_for(DeviceState.READY)

    def check_that_nothing_is_left(self) -> None:
        """No runner, no forward, no session, no half file."""
        target = PhoneTarget(self.server, self.control.serial)
        assert forwards(target.phone) == []
        store = target.store
        assert target.phone.shell("ls", store.path("sessions"), timeout_s=10) == ""
        half = target.phone.shell("find", store.work, "-name", "*.part-*", timeout_s=10)
        assert half == ""
        assert runner_pids(self.control.record.root) == []


@pytest.fixture
def phone(adb_server: AdbServer, virtual: PhoneControl) -> Phone:
    return Phone(adb_server, virtual)


@pytest.fixture
def batch(plan: Path, tmp_path: Path, capsys):
    """Return a function that runs the plan; it returns the exit status and what was said."""

    def run(*options: str) -> tuple[int, str]:
        code = main(["--batch", str(plan), "--run-dir", str(tmp_path / "run"), *options])
        return code, capsys.readouterr().err

    return run


def after_rows(run: Path, count: int, action: Callable[[], object]) -> threading.Thread:
    """Do `action` as soon as `count` rows are on the disk."""

    def watch() -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            path = run / "results.jsonl"
            if path.is_file() and path.read_text().count("\n") >= count:
                action()
                return
            time.sleep(0.005)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def check_complete(run: Path, undisturbed: dict[int, str]) -> None:
    lines = (run / "results.jsonl").read_text().splitlines()
    assert len(lines) == ROWS  # none twice
    rows = rows_of(run)
    assert {index: row["output_sha256"] for index, row in rows.items()} == undisturbed
    assert {row["status"] for row in rows.values()} == {"ok"}


@pytest.mark.parametrize(
    ("fault", "state", "message"),
    [
        ("unplug", DeviceState.OFFLINE, "lost while a request was running"),
        ("offline", DeviceState.OFFLINE, "lost while a request was running"),
        ("unauthorized", DeviceState.UNAUTHORIZED, "lost while a request was running"),
        ("kill-runner", DeviceState.READY, "the runner was killed (signal 9)"),
    ],
)
def test_that_rows_stay_when_it_breaks_and_resume_completes_them(
    phone: Phone, batch, tmp_path: Path, undisturbed, fault, state, message
):
    run = tmp_path / "run"
    thread = after_rows(run, 3, lambda: phone.control.fault(fault))
    code, said = batch("--target", phone.name, "--max-infra-retries", "0")
    thread.join()
    assert code == 3, said
    assert message in said
    assert "Traceback" not in said
    kept = (run / "results.jsonl").read_text()
    assert 3 <= kept.count("\n") < ROWS
    summary = json.loads((run / "summary.json").read_text())
    assert summary["exit_code"] == 3
    assert any(message in reason for reason in summary["reasons"])
    phone.wait_for(state)
    assert runner_pids(phone.control.record.root) == []
    phone.heal()
    code, said = batch("--target", phone.name, "--resume")
    assert code == 0, said
    assert (run / "results.jsonl").read_text().startswith(kept)
    check_complete(run, undisturbed)
    phone.check_that_nothing_is_left()


@pytest.mark.parametrize(("fault", "value"), [("kill-runner", None), ("reboot", 1.0)])
def test_that_a_run_goes_on_by_itself_after_what_passes(
    phone: Phone, batch, tmp_path: Path, undisturbed, fault, value
):
    run = tmp_path / "run"
    thread = after_rows(run, 3, lambda: phone.control.fault(fault, value))
    code, said = batch("--target", phone.name)
    thread.join()
    assert code == 0, said
    assert "trying again (1 of 2)" in said
    check_complete(run, undisturbed)
    assert phone.state() is DeviceState.READY
    phone.check_that_nothing_is_left()


def test_that_a_cable_pulled_during_the_push_is_told_and_resume_goes_on(
    phone: Phone, batch, tmp_path: Path, undisturbed
):
    phone.control.fault("unplug", LARGE // 2)
    code, said = batch("--target", phone.name)
    assert code == 3
    assert "lost while pushing large.bin" in said
    assert rows_of(tmp_path / "run") == {}
    phone.wait_for(DeviceState.OFFLINE)
    phone.heal()
    code, said = batch("--target", phone.name, "--resume")
    assert code == 0, said
    check_complete(tmp_path / "run", undisturbed)
    phone.check_that_nothing_is_left()


def test_that_a_full_disk_is_told_before_anything_is_sent(
    phone: Phone, batch, tmp_path: Path, undisturbed
):
    phone.control.fault("disk-full", LARGE // 2)
    code, said = batch("--target", phone.name)
    assert code == 3
    assert "MB are needed, 12.0 MB are free" in said
    assert phone.state() is DeviceState.LOW_STORAGE
    phone.check_that_nothing_is_left()
    phone.heal()
    code, said = batch("--target", phone.name, "--resume")
    assert code == 0, said
    check_complete(tmp_path / "run", undisturbed)
    phone.check_that_nothing_is_left()


def test_that_a_phone_that_never_accepted_this_computer_is_told_and_can_be_resumed(
    phone: Phone, batch, tmp_path: Path, undisturbed
):
    phone.control.fault("unauthorized")
    phone.wait_for(DeviceState.UNAUTHORIZED)
    code, said = batch("--target", phone.name)
    assert code == 3
    assert "Allow USB debugging" in said
    phone.heal()
    code, said = batch("--target", phone.name, "--resume")
    assert code == 0, said
    check_complete(tmp_path / "run", undisturbed)
    phone.check_that_nothing_is_left()


@pytest.mark.parametrize(
    ("fault", "value", "state", "reason"),
    [
        ("hot", 47, DeviceState.COOLING, "thermal status reached 3, the limit is 2"),
        ("low-battery", 9, DeviceState.LOW_BATTERY, "battery fell to 9 %, the limit is 20 %"),
    ],
)
def test_that_a_hot_or_empty_phone_finishes_and_its_evidence_is_invalid(
    phone: Phone, batch, tmp_path: Path, undisturbed, fault, value, state, reason
):
    run = tmp_path / "run"
    thread = after_rows(run, 2, lambda: phone.control.fault(fault, value))
    code, said = batch("--target", phone.name)
    thread.join()
    assert code == 4, said
    assert phone.state() is state
    summary = json.loads((run / "summary.json").read_text())
    assert summary["validity"]["status"] == "INVALID"
    assert any(reason in text for text in summary["reasons"])
    check_complete(run, undisturbed)
    phone.check_that_nothing_is_left()


def test_that_a_slow_link_changes_nothing_but_the_time(
    phone: Phone, batch, tmp_path: Path, undisturbed
):
    phone.control.fault("slow-link", 20_000_000)
    phone.control.fault("latency", 5)
    code, said = batch("--target", phone.name)
    assert code == 0, said
    check_complete(tmp_path / "run", undisturbed)
    phone.check_that_nothing_is_left()


def results_of(run: Path, name: str) -> dict[int, str]:
    rows = map(json.loads, (run / "results.jsonl").read_text().splitlines())
    return {row["index"]: row["output_sha256"] for row in rows if row["target"] == name}


def test_that_a_phone_without_space_does_not_stop_the_other(
    adb_server: AdbServer, phone: Phone, start_virtual: StartPhone, batch, tmp_path, undisturbed
):
    other = Phone(adb_server, start_virtual("tab-s11-mediatek"))
    phone.control.fault("disk-full", LARGE // 2)
    code, said = batch("--target", phone.name, "--target", other.name)
    assert code == 3, said
    assert "MB are needed, 12.0 MB are free" in said
    run = tmp_path / "run"
    assert results_of(run, other.name) == undisturbed
    assert results_of(run, phone.name) == {}
    summary = json.loads((run / "summary.json").read_text())
    assert any(phone.name in reason for reason in summary["reasons"])
    phone.check_that_nothing_is_left()
    other.check_that_nothing_is_left()


def test_that_a_phone_that_breaks_does_not_stop_the_other(
    adb_server: AdbServer, phone: Phone, start_virtual: StartPhone, batch, tmp_path, undisturbed
):
    other = Phone(adb_server, start_virtual("tab-s11-mediatek"))
    run = tmp_path / "run"
    both = ("--target", phone.name, "--target", other.name)
    thread = after_rows(run, 4, lambda: phone.control.fault("unplug"))
    code, said = batch(*both, "--max-infra-retries", "0")
    thread.join()
    assert code == 3, said

    assert results_of(run, other.name) == undisturbed
    assert len(results_of(run, phone.name)) < ROWS
    phone.heal()
    code, said = batch(*both, "--resume")
    assert code == 0, said
    assert results_of(run, phone.name) == results_of(run, other.name) == undisturbed
    assert (run / "results.jsonl").read_text().count("\n") == 2 * ROWS
    phone.check_that_nothing_is_left()
    other.check_that_nothing_is_left()
