"""The compile stage of a build; the tests marked qnn run the real compiler."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from device.toolchains.qualcomm import find_soc, is_installed
from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import AdapterEntry, Project
from quad_studio.engine.compile_targets import compile_targets, socs_of
from quad_studio.errors import SettingsProblem
from quad_studio.events import LogLine, StageFinished, StageStarted
from tests.fakes.tiny_bundle import make_tiny_bundle

SOC = find_soc("SM8750")


def project(*targets):
    adapter = AdapterEntry(name="a", path=Path("a.safetensors"))
    return Project(
        path=Path("project.toml"),
        name="p",
        model_path=Path("model"),
        adapters=(adapter,),
        compile=targets,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "b").path


def test_that_a_target_without_a_soc_means_the_newest_phone_and_each_is_compiled_once():
    found = socs_of(project("qualcomm", "qualcomm:sm8650", "qualcomm:SM8750"))
    assert [soc.name for soc in found] == ["SM8750", "SM8650"]
    assert socs_of(project()) == []


def test_that_an_unknown_soc_is_a_problem_of_the_project_with_the_known_ones():
    with pytest.raises(SettingsProblem, match=r"targets.compile\[1\].*SM1.*SM8650"):
        socs_of(project("qualcomm", "qualcomm:SM1"))


def test_that_without_the_compiler_the_stage_is_skipped_and_says_how_to_get_it(
    made, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "onnxruntime_qnn", None)
    events = []
    bundle = open_bundle(made)
    same = compile_targets(bundle, [SOC], tmp_path, emit=events.append, cancel=CancelToken())
    assert same is bundle
    assert not (made / "contexts").exists()
    warning, finished = events
    assert isinstance(warning, LogLine)
    assert warning.level == "warning"
    assert "not compiled for SM8750" in warning.message
    assert "pip install" in warning.message
    assert finished.skipped


@pytest.mark.qnn
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not is_installed(), reason="onnxruntime-qnn is not installed")
def test_that_a_context_is_compiled_once_a_graph_and_given_to_a_rebuilt_bundle(made, tmp_path):
    def run(folder):
        events = []
        bundle = compile_targets(
            open_bundle(folder), [SOC], tmp_path / "work", emit=events.append, cancel=CancelToken()
        )
        started = any(isinstance(e, StageStarted) for e in events)
        return bundle, started, [e.skipped for e in events if isinstance(e, StageFinished)]

    (tmp_path / "work").mkdir()
    for name in ("one", "rebuilt"):
        shutil.copytree(made, tmp_path / name)
    first, started, skipped = run(tmp_path / "one")
    assert started
    assert skipped == [False]
    assert run(tmp_path / "one")[1:] == (False, [True])
    again, started, skipped = run(tmp_path / "rebuilt")
    assert not started
    assert skipped == [True]
    checked = open_bundle(again.path, verify=True)
    assert checked.manifest["contexts"] == first.manifest["contexts"]
    assert "contexts/SM8750/unet_ctx_qnn.bin" in checked.manifest["files"]
    record = json.loads((again.path / "contexts/SM8750/context.json").read_text())
    assert record["components"] == checked.manifest["contexts"]["SM8750"]
