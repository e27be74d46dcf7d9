import json
import pickle

import numpy as np
import pytest

from device.errors import (
    RUNNER_ERROR_BY_CODE,
    DeviceError,
    RunnerBundleError,
    RunnerInternalError,
    TransientDeviceError,
    UnknownTargetError,
    runner_error,
)
from device.host import HostTarget
from device.open_target import open_target
from device.targets import GenerateRequest, TargetDescription, Telemetry


def test_that_host_opens_and_describes_this_machine():
    target = open_target("host")
    description = target.describe()
    assert (description.name, description.kind, description.emulated) == ("host", "host", False)
    assert description.cpu_count >= 1
    assert "cpu" in description.providers
    assert json.loads(json.dumps(description.to_json()))["providers"][0] == "cpu"
    target.close()


@pytest.mark.parametrize("name", ["", "hosts", "host:x", "adb:", "virtual:", "ssh:me"])
def test_that_an_unknown_target_says_what_to_write(name):
    with pytest.raises(UnknownTargetError, match="host, adb:SERIAL or virtual:PRESET") as caught:
        open_target(name)
    assert caught.value.exit_code == 2


def test_that_each_code_has_its_error_and_survives_pickling():
    assert len(RUNNER_ERROR_BY_CODE) == 11
    for code in RUNNER_ERROR_BY_CODE:
        error = pickle.loads(pickle.dumps(runner_error(code, "why")))
        assert isinstance(error, DeviceError)
        assert str(error) == f"runner: {code}: why"
    unknown = runner_error("new_code", "why")
    assert isinstance(unknown, RunnerInternalError)
    assert "new_code: why" in str(unknown)
    assert not isinstance(unknown, TransientDeviceError)


def test_that_deploying_to_the_host_counts_and_sends_nothing(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"12345")
    manifest = {"files": {"a.bin": {"bytes": 5, "sha256": ""}}}
    (tmp_path / "bundle.json").write_text(json.dumps(manifest))
    steps = []
    report = HostTarget().deploy(
        tmp_path, progress=lambda *step: steps.append(step), check=lambda: None
    )
    assert (report.bytes_total, report.bytes_sent, report.files_skipped) == (5, 0, 1)
    assert steps == [("check", 1, 1)]
    (tmp_path / "a.bin").write_bytes(b"123")
    with pytest.raises(RunnerBundleError, match="not 5 bytes"):
        HostTarget().deploy(tmp_path, progress=lambda *_: None, check=lambda: None)


@pytest.mark.parametrize("text", ["", "[]", '{"files": {"a": {}}}', '{"files": 3}'])
def test_that_a_folder_that_is_no_bundle_is_refused(tmp_path, text):
    with pytest.raises(RunnerBundleError, match=r"bundle\.json"):
        HostTarget().deploy(tmp_path, progress=lambda *_: None, check=lambda: None)
    (tmp_path / "bundle.json").write_text(text)
    with pytest.raises(RunnerBundleError, match="not a bundle's manifest"):
        HostTarget().deploy(tmp_path, progress=lambda *_: None, check=lambda: None)


def test_that_telemetry_is_plain_numbers_or_none():
    telemetry = HostTarget().telemetry()
    assert all(v is None or isinstance(v, int | float) for v in telemetry.to_json().values())
    assert set(Telemetry().to_json().values()) == {None}


def test_that_a_request_sends_only_the_tensors_it_has_with_the_protocols_dtypes():
    request = GenerateRequest(
        use_case="u", input_ids=np.zeros((1, 77)), noise=np.zeros((1, 4, 2, 2)), mask=np.ones(4)
    )
    dtypes = {name: value.dtype.name for name, value in request.tensors().items()}
    assert dtypes == {"input_ids": "int64", "noise": "float32", "mask": "float32"}


def test_that_a_description_needs_only_a_name_a_kind_and_a_label():
    assert TargetDescription(name="adb:x", kind="phone", label="P").memory_mb is None
