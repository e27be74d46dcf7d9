"""Sessions on virtual phones with the real adb and the real runner."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from device.adb import AdbServer
from device.errors import (
    DeployError,
    DeviceLostError,
    RunnerBundleError,
    RunnerLostError,
    RunnerMissingError,
    RunnerStartError,
)
from device.open_target import open_target
from device.phone import PhoneTarget
from device.phone_session import forwards, sweep_sessions
from device.runner_process import find_runner
from device.targets import AdapterUse, GenerateRequest, GenerateResult, SessionRequest
from device.virtual_phone.client import PhoneControl, wait_until_plugged
from tests.fakes.tiny_bundle import TinyBundle, tiny_inputs
from tests.integration.device.conftest import StartPhone


def runner_is_here() -> bool:
    try:
        return find_runner().is_file()
    except RunnerMissingError:
        return False


pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(90),
    pytest.mark.skipif(not runner_is_here(), reason="the native runner is not built"),
]


def request(adapter: str | None = "object_removal") -> GenerateRequest:
    inputs = tiny_inputs()
    known = {k: v for k, v in inputs.items() if k in GenerateRequest.__dataclass_fields__}
    uses = (AdapterUse(adapter),) if adapter else ()
    return GenerateRequest(use_case="object_removal", adapters=uses, **known)


def generate(session, adapter: str | None = "object_removal") -> GenerateResult:
    return session.generate(request(adapter))


@pytest.fixture
def deployed(target: PhoneTarget, bundle: TinyBundle) -> SessionRequest:
    target.deploy(bundle.path)
    return SessionRequest(bundle=bundle.path, provider="cpu", threads=1)


def runner_pids(root: str) -> list[str]:
    done = subprocess.run(["pgrep", "-f", f"{root}/.*quad_runner"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    return done.stdout.split()


def check_nothing_is_left(target: PhoneTarget, control: PhoneControl) -> None:
    assert forwards(target.phone) == []
    assert target.phone.shell("ls", target.store.path("sessions"), timeout_s=5) == ""
    assert runner_pids(control.record.root) == []


def test_that_a_phone_gives_the_hosts_image_bit_by_bit(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    with open_target("host").open_session(deployed) as session:
        expected = {name: generate(session, name) for name in ("object_removal", "transform")}
    with target.open_session(deployed) as session:
        for name in ("object_removal", "transform", "object_removal"):
            found = generate(session, name)
            np.testing.assert_array_equal(found.image, expected[name].image)
            np.testing.assert_array_equal(found.latents, expected[name].latents)
            assert found.graph_sha256 == expected[name].graph_sha256
    check_nothing_is_left(target, virtual)


def test_that_the_token_on_the_phone_is_its_owners_only(
    target: PhoneTarget, deployed: SessionRequest
):
    with target.open_session(deployed):
        text = 'cd "$1/sessions" && stat -c %a */token . */'
        modes = target.phone.script(text, target.store.work, timeout_s=5).split()
        assert modes[0] == "600"
        assert modes[2] == "700"
        pid = target.phone.script('cat "$1"/sessions/*/pid', target.store.work, timeout_s=5)
        words = Path(f"/proc/{pid.strip()}/cmdline").read_bytes()
        token = target.phone.script('cat "$1"/sessions/*/token', target.store.work, timeout_s=5)
        assert token.strip().encode() not in words


def test_that_a_bundle_that_is_not_deployed_is_named_with_the_command(
    target: PhoneTarget, bundle: TinyBundle
):
    with pytest.raises(DeployError, match="deploy it first: quad-studio deploy"):
        target.open_session(SessionRequest(bundle=bundle.path))


def test_that_a_killed_runner_is_told_and_a_new_session_goes_on(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    session = target.open_session(deployed)
    before = generate(session)
    virtual.fault("kill-runner")
    with pytest.raises(RunnerLostError, match="the runner was killed"):
        generate(session)
    session.close()
    check_nothing_is_left(target, virtual)
    with target.open_session(deployed) as again:
        np.testing.assert_array_equal(generate(again).image, before.image)


def test_that_a_runner_that_ends_by_itself_is_told_with_its_status(
    target: PhoneTarget, deployed: SessionRequest
):
    from dataclasses import replace

    session = target.open_session(replace(deployed, allow_faults=True))
    with pytest.raises(RunnerLostError, match="ended with status|was killed"):
        session.inject_fault("exit")
    session.close()


def test_that_an_unplugged_phone_is_told_and_the_session_opens_again_after_replugging(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    session = target.open_session(deployed)
    before = generate(session)
    virtual.fault("unplug")
    with pytest.raises(DeviceLostError, match="lost while a request was running") as caught:
        generate(session)
    assert caught.value.exit_code == 3
    session.close()
    virtual.clear()
    with target.open_session(deployed) as again:
        np.testing.assert_array_equal(generate(again).image, before.image)
    check_nothing_is_left(target, virtual)


def test_that_a_restart_ends_the_session_and_the_next_one_waits_for_the_boot(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    session = target.open_session(deployed)
    before = generate(session)
    virtual.fault("reboot", 1)
    wait_until_plugged(virtual)
    with pytest.raises(DeviceLostError):
        generate(session)
    session.close()
    with target.open_session(deployed) as again:
        np.testing.assert_array_equal(generate(again).image, before.image)
    check_nothing_is_left(target, virtual)


def test_that_a_provider_the_library_lacks_is_refused_with_what_it_has(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    from dataclasses import replace

    with pytest.raises(RunnerStartError, match="CPUExecutionProvider"):
        target.open_session(replace(deployed, provider="nnapi"))
    check_nothing_is_left(target, virtual)


def test_that_a_bundle_damaged_on_the_phone_is_refused_by_the_runner(
    target: PhoneTarget, deployed: SessionRequest, virtual: PhoneControl
):
    text = 'cd "$1"/bundles/* && printf X | dd of=bundle.json bs=1 count=1 conv=notrunc 2>/dev/null'
    target.phone.script(text, target.store.work, timeout_s=5)
    with pytest.raises(RunnerBundleError, match="bundle.json"):
        target.open_session(deployed)
    check_nothing_is_left(target, virtual)


def test_that_two_phones_work_at_once_with_identical_results(
    adb_server: AdbServer, start_virtual: StartPhone, bundle: TinyBundle
):
    targets = [
        PhoneTarget(adb_server, start_virtual(preset).serial)
        for preset in ("s25-qualcomm", "tab-s11-mediatek")
    ]
    sessions = []
    for target in targets:
        target.deploy(bundle.path)
        sessions.append(target.open_session(SessionRequest(bundle=bundle.path, threads=1)))
    first, second = (generate(session) for session in sessions)
    np.testing.assert_array_equal(first.image, second.image)
    for target in targets:
        target.close()


def test_that_sessions_of_a_dead_host_are_swept_with_their_forwards(
    target: PhoneTarget, deployed: SessionRequest
):
    text = 'mkdir -p "$1/sessions/dead" && echo 4194304 > "$1/sessions/dead/pid"'
    target.phone.script(text, target.store.work, timeout_s=5)
    target.phone.forward("localabstract:quad-dead")
    with target.open_session(deployed):
        assert len(sweep_sessions(target.store)) == 1
        assert [remote for _, remote in forwards(target.phone) if "dead" in remote] == []


def test_that_a_phone_at_work_is_busy_and_its_bundle_cannot_be_removed(
    target: PhoneTarget, deployed: SessionRequest
):
    from device.errors import DeviceError

    with target.open_session(deployed):
        assert target.inspect().state == "busy"
        (found,) = target.store.survey().bundles
        with pytest.raises(DeviceError, match="in use by a session"):
            target.store.remove(found)
    assert target.inspect().state == "ready"


def test_that_telemetry_follows_the_phone(target: PhoneTarget, virtual: PhoneControl):
    cool = target.telemetry()
    assert (cool.thermal_status, cool.temperature_celsius, cool.charging) == (0, 31.0, True)
    assert cool.memory_available_mb == 5632.0
    virtual.fault("hot", 52)
    virtual.fault("low-battery", 9)
    hot = target.telemetry()
    assert (hot.thermal_status, hot.temperature_celsius) == (4, 52.0)
    assert (hot.battery_percent, hot.charging, hot.battery_ma) == (9.0, False, -0.412 * 1000)
    assert hot.cpu_percent is not None
    assert 0 <= hot.cpu_percent <= 100
    virtual.fault("unplug")
    assert target.telemetry().battery_percent is None
