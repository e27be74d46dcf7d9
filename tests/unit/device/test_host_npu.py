"""The provider qnn on this machine: which context is used, and what is said without one."""

import json
import sys

import pytest

from device import host
from device.errors import RunnerGraphError
from device.host import HostTarget
from device.runner_process import runner_arguments
from device.targets import SessionRequest

REFUSED = "unet: Failed to finalize QNN graph. Error code 1002"


@pytest.fixture
def runner(tmp_path, monkeypatch):
    """A runner that refuses its graph, as ONNX Runtime does without a context."""
    line = json.dumps({"ready": False, "error": {"code": "graph", "message": REFUSED}})
    program = tmp_path / "quad_runner"
    program.write_text(f"#!{sys.executable}\nprint({line!r})\n")
    program.chmod(0o755)
    monkeypatch.setenv("QUAD_RUNNER", str(program))
    monkeypatch.setattr(host, "_qnn_folder", lambda: tmp_path)


def compiled(bundle, soc):
    folder = bundle / "contexts" / soc
    folder.mkdir(parents=True)
    (folder / "unet_ctx.onnx").write_bytes(b"")


@pytest.mark.usefixtures("runner")
def test_that_a_graph_the_npu_refuses_without_a_context_names_the_remedy(tmp_path):
    with pytest.raises(RunnerGraphError) as caught:
        HostTarget().open_session(SessionRequest(bundle=tmp_path, provider="qnn"))
    text = str(caught.value)
    assert REFUSED in text
    assert "no compiled context" in text
    assert "--compile qualcomm:SM8750" in text
    assert caught.value.exit_code == 3


@pytest.mark.usefixtures("runner")
def test_that_with_a_context_or_another_provider_the_refusal_stands_alone(tmp_path):
    with pytest.raises(RunnerGraphError) as caught:
        HostTarget().open_session(SessionRequest(bundle=tmp_path, provider="cpu"))
    assert "compiled" not in str(caught.value)
    compiled(tmp_path, "SM8750")
    with pytest.raises(RunnerGraphError) as caught:
        HostTarget().open_session(SessionRequest(bundle=tmp_path, provider="qnn"))
    assert "compiled" not in str(caught.value)


def test_that_the_bundles_context_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(host, "_qnn_folder", lambda: tmp_path)
    compiled(tmp_path, "SM8650")
    asked = host._with_emulator(SessionRequest(bundle=tmp_path, provider="qnn"))
    arguments = runner_arguments(asked, str(tmp_path), "token")
    assert arguments[arguments.index("--soc") + 1] == "SM8650"
    own = SessionRequest(bundle=tmp_path, provider="qnn", provider_options={"soc": "SM8750"})
    assert host._with_emulator(own).provider_options["soc"] == "SM8750"
