"""The window's sessions on the real runner: recorded while they go on, judged like any run."""

import errno
import os

import numpy as np
import psutil
import pytest

from device.errors import DeviceError
from quad_studio.cancel import CancelToken
from quad_studio.devices import start_virtual_phone, stop_virtual_phone
from quad_studio.errors import UsageProblem
from quad_studio.events import LogLine
from quad_studio.runs import load_run
from tests.fakes.private_adb import private_adb_server
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_plan import make_plan_bundle
from ui.core_services.sessions import CoreSessions
from ui.services import Ask

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PICTURE = np.full((64, 64, 3), 90, np.uint8)
MASK = np.pad(np.full((32, 32), 255, np.uint8), 16)
REMOVE = Ask("object_removal", image=PICTURE, mask=MASK, adapter="object_removal", steps=1, seed=3)
LINES = np.where(np.arange(64)[:, None, None] % 16 < 3, 0, np.full((64, 64, 3), 255)).astype(
    np.uint8
)
SKETCH = Ask("sketch_to_image", sketch=LINES, prompt="red", adapter="sketch", steps=1, seed=3)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle").path


@pytest.fixture
def service(tmp_path):
    return CoreSessions(tmp_path / "sessions")


def start(service, bundle, events):
    return service.start_session(bundle, "host", events.append, CancelToken())


def test_that_what_a_session_makes_is_a_valid_run_with_its_switches(service, bundle):
    events = []
    handle = start(service, bundle, events)
    for ask in (REMOVE, SKETCH, REMOVE):
        handle.generate(ask, events.append, CancelToken())
    folder = service.judge(events.append, CancelToken())
    log = (folder / "log.txt").read_text()
    assert "run: 1/1" in log
    assert "score" in log
    handle.close()
    run = load_run(folder)
    assert run.summary["validity"]["status"] == "VALID"
    assert [row["input_id"] for row in run.rows] == ["ask-001", "ask-002", "ask-001"]
    assert [row["repeat"] for row in run.rows] == [0, 0, 1]
    assert [row["switch"]["kind"] for row in run.rows] == ["cold", "cold", "warm"]
    assert run.rows[0]["output_sha256"] == run.rows[2]["output_sha256"]
    assert run.manifest["targets"][0]["name"] == "host"
    for row in run.rows:
        assert (folder / row["images"]["candidate"]).is_file()
    assert not (folder / ".lock").exists()


def test_that_a_removal_is_shown_in_the_users_own_picture(service, bundle):
    handle = start(service, bundle, [])
    shown = handle.generate(REMOVE, lambda event: None, CancelToken()).image
    handle.close()
    height, width = shown.shape[:2]
    assert (shown[: height // 8] == 90).all()
    assert not (shown[height // 2, width // 4 : -width // 4] == 90).all()


def test_that_a_second_session_gets_a_run_of_its_own(service, bundle):
    folders = []
    for _ in range(2):
        handle = start(service, bundle, [])
        handle.generate(REMOVE, lambda event: None, CancelToken())
        folders.append(service.judge(lambda event: None, CancelToken()))
        handle.close()
    assert folders[0] != folders[1]
    assert [len(load_run(folder).rows) for folder in folders] == [1, 1]


def test_that_a_device_that_failed_goes_on_in_the_same_run(service, bundle):
    handle = start(service, bundle, [])
    handle.generate(REMOVE, lambda event: None, CancelToken())
    handle.drop()
    again = start(service, bundle, [])
    again.generate(REMOVE, lambda event: None, CancelToken())
    folder = service.judge(lambda event: None, CancelToken())
    again.close()
    assert len(load_run(folder).rows) == 2


def test_that_a_killed_runner_is_said_with_what_to_do_and_costs_no_row(service, bundle):
    handle = start(service, bundle, [])
    handle.generate(REMOVE, lambda event: None, CancelToken())
    (child,) = [p for p in psutil.Process().children() if "runner" in p.name()]
    child.kill()
    with pytest.raises(DeviceError) as failed:
        handle.generate(SKETCH, lambda event: None, CancelToken())
    assert "was killed (signal 9)" in str(failed.value)
    assert "run again, finished work is kept" in str(failed.value)
    handle.drop()
    again = start(service, bundle, [])
    again.generate(SKETCH, lambda event: None, CancelToken())
    folder = service.judge(lambda event: None, CancelToken())
    again.close()
    rows = load_run(folder).rows
    assert [row["status"] for row in rows if row["status"] == "ok"] == ["ok", "ok"]


def test_that_a_session_without_results_leaves_nothing(service, bundle, tmp_path):
    start(service, bundle, []).close()
    with pytest.raises(UsageProblem, match="nothing was recorded"):
        service.judge(lambda event: None, CancelToken())
    assert not (tmp_path / "sessions").exists()


def test_that_a_picture_is_shown_even_where_it_cannot_be_recorded(service, bundle, tmp_path):
    (tmp_path / "sessions").write_text("a file stands where the folder should be")
    events = []
    handle = start(service, bundle, events)
    result = handle.generate(REMOVE, events.append, CancelToken())
    handle.close()
    assert result.image.shape == (16, 16, 3)  # the tiny bundle's size
    (line,) = [e for e in events if isinstance(e, LogLine) and e.level == "error"]
    assert "not recorded" in line.message
    assert os.strerror(errno.ENOTDIR) in line.message


def test_that_an_unplugged_virtual_phone_is_said_and_the_session_goes_on_when_it_is_back(
    service, bundle, tmp_path
):
    name = "virtual:s25-lsi"
    with private_adb_server(tmp_path / "adb"):
        start_virtual_phone("s25-lsi")
        try:
            handle = service.start_session(bundle, name, lambda event: None, CancelToken())
            handle.generate(REMOVE, lambda event: None, CancelToken())
            stop_virtual_phone("s25-lsi")
            with pytest.raises(DeviceError) as failed:
                handle.generate(SKETCH, lambda event: None, CancelToken())
            handle.drop()
            again = service.start_session(bundle, name, lambda event: None, CancelToken())
            again.generate(SKETCH, lambda event: None, CancelToken())
            folder = service.judge(lambda event: None, CancelToken())
            again.close()
        finally:
            stop_virtual_phone("s25-lsi")
    assert "lost while a request was running" in str(failed.value)
    assert "run again: finished work is kept" in str(failed.value)
    assert len(load_run(folder).rows) == 2
