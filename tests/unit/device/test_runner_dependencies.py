import io
import tarfile
import zipfile

import pytest

from device import runner_dependencies
from device.errors import RunnerBuildError
from device.runner_build import main


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    monkeypatch.setattr(runner_dependencies, "THIRD_PARTY", tmp_path / "third_party")
    header = tmp_path / "third_party/include/nlohmann/json.hpp"
    header.parent.mkdir(parents=True)
    header.touch()
    return tmp_path / "third_party"


def release(folder):
    for name in ("include/onnxruntime_cxx_api.h", "lib/libonnxruntime.so.1.31.1"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_that_ort_home_is_taken_and_its_library_gets_its_soname(third_party, tmp_path):
    home = release(tmp_path / "ort")
    found = runner_dependencies.provide("linux-x86_64", environment={"ORT_HOME": str(home)})
    assert found.include == home / "include"
    assert found.library.name == "libonnxruntime.so.1"
    assert found.library.read_text() == "lib/libonnxruntime.so.1.31.1"
    assert found.json_include == third_party / "include"


def test_that_an_official_tar_archive_is_unpacked(third_party, tmp_path):
    archive = tmp_path / "onnxruntime-linux-x64-1.31.1.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("include/onnxruntime_cxx_api.h", "lib/libonnxruntime.so.1.31.1"):
            data = name.encode()
            info = tarfile.TarInfo(f"onnxruntime-linux-x64-1.31.1/{name}")
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    found = runner_dependencies.provide("linux-x86_64", archive=archive, environment={})
    assert (found.include / "onnxruntime_cxx_api.h").is_file()
    assert found.library.read_bytes() == b"lib/libonnxruntime.so.1.31.1"


def test_that_the_android_archive_gives_the_arm_library(third_party, tmp_path):
    archive = tmp_path / "onnxruntime.aar"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("headers/onnxruntime_cxx_api.h", "h")
        packed.writestr("jni/arm64-v8a/libonnxruntime.so", "arm")
        packed.writestr("jni/x86_64/libonnxruntime.so", "x86")
    found = runner_dependencies.provide("android-arm64", archive=archive, environment={})
    assert found.library.name == "libonnxruntime.so"
    assert found.library.read_text() == "arm"


@pytest.mark.parametrize(
    ("home", "message"),
    [("none", "no include/onnxruntime_cxx_api.h"), ("half", "no lib/libonnxruntime.so")],
)
def test_that_a_home_without_its_parts_is_named(third_party, tmp_path, home, message):
    header = tmp_path / "half/include/onnxruntime_cxx_api.h"
    header.parent.mkdir(parents=True)
    header.touch()
    environment = {"ORT_HOME": str(tmp_path / home)}
    with pytest.raises(RunnerBuildError, match=message):
        runner_dependencies.provide("linux-x86_64", environment=environment)


def test_that_a_broken_archive_is_a_build_error(third_party, tmp_path):
    archive = tmp_path / "x.tgz"
    with pytest.raises(RunnerBuildError, match="no such archive"):
        runner_dependencies.provide("linux-x86_64", archive=archive, environment={})
    archive.write_bytes(b"nothing")
    with pytest.raises(RunnerBuildError, match=r"x\.tgz"):
        runner_dependencies.provide("linux-x86_64", archive=archive, environment={})


def test_that_an_unknown_machine_lists_the_known_ones():
    with pytest.raises(RunnerBuildError, match="known are linux-x86_64, linux-aarch64"):
        runner_dependencies.provide("plan9-mips")


def test_that_a_tool_that_fails_or_is_missing_is_named():
    with pytest.raises(RunnerBuildError, match="exit 3: words"):
        runner_dependencies.run("build", ["sh", "-c", "echo words; exit 3"])
    with pytest.raises(RunnerBuildError, match="no-such-tool is not installed; apt-get install"):
        runner_dependencies.run("build", ["no-such-tool"])


def test_that_a_build_error_ends_the_command_with_5_and_one_line(third_party, capsys, tmp_path):
    status = main(["--ort-archive", str(tmp_path / "none.tgz")])
    assert status == 5
    assert capsys.readouterr().err.startswith("runner build: fetch: ")


def test_that_the_android_dry_run_needs_no_ndk(third_party, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("ANDROID_NDK_HOME", raising=False)
    monkeypatch.delenv("ANDROID_NDK_ROOT", raising=False)
    monkeypatch.setenv("ORT_HOME", str(release(tmp_path / "ort")))
    assert main(["--triple", "android-arm64", "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert "set ANDROID_NDK_HOME" in said
    assert "-DANDROID_ABI=arm64-v8a" in said
