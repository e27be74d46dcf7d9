import stat
import sys
from pathlib import Path

import pytest

from device.errors import RunnerBundleError, RunnerMissingError, RunnerStartError
from device.runner_process import RunnerProcess, find_runner, host_triple, runner_arguments
from device.targets import SessionRequest


def fake_runner(folder: Path, body: str) -> Path:
    """Write a program that stands for the runner."""
    path = folder / "quad_runner"
    path.write_text(f"#!{sys.executable}\nimport sys, json\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_that_quad_runner_in_the_environment_wins(tmp_path):
    path = tmp_path / "mine"
    path.touch()
    assert find_runner({"QUAD_RUNNER": str(path)}) == path
    with pytest.raises(RunnerMissingError, match="QUAD_RUNNER is /none"):
        find_runner({"QUAD_RUNNER": "/none"})


def test_that_a_missing_runner_says_how_to_build_it():
    with pytest.raises(RunnerMissingError, match="python -m device.runner_build"):
        find_runner({}, "plan9-mips")


def test_that_the_triple_is_system_and_machine():
    system, _, machine = host_triple().partition("-")
    assert system == sys.platform
    assert machine


def test_that_a_request_becomes_the_runners_command_line():
    request = SessionRequest(
        bundle=Path("b"),
        provider="qnn",
        threads=2,
        policy="sequential",
        adapter_cache_bytes=9,
        provider_options={"qnn_library": "L", "soc": "s", "htp_arch": "79"},
        context=Path("c.onnx"),
        idle_timeout_s=30.5,
        allow_faults=True,
    )
    assert runner_arguments(request, "/b", "/t") == [
        "--bundle",
        "/b",
        "--token-file",
        "/t",
        "--provider",
        "qnn",
        "--policy",
        "sequential",
        "--variant",
        "qdq",
        "--threads",
        "2",
        "--adapter-cache-bytes",
        "9",
        "--context",
        "c.onnx",
        "--idle-timeout",
        "30",
        "--qnn-library",
        "L",
        "--soc",
        "s",
        "--provider-option",
        "htp_arch=79",
        "--allow-faults",
    ]


def test_that_the_token_is_in_a_private_file_and_not_on_the_command_line(tmp_path):
    program = fake_runner(
        tmp_path,
        "import os\n"
        "path = sys.argv[sys.argv.index('--token-file') + 1]\n"
        "token = open(path).read().strip()\n"
        "assert token not in ' '.join(sys.argv) and os.stat(path).st_mode & 0o77 == 0\n"
        "print(json.dumps({'ready': True, 'port': 1234}), flush=True)\n"
        "sys.stdin.read()",
    )
    process = RunnerProcess.start(program, SessionRequest(bundle=tmp_path))
    assert process.address == ("127.0.0.1", 1234)
    assert len(process.token) >= 32
    process.close()
    process.close()
    assert process.process.returncode == 0
    assert not process.scratch.path.exists()


def test_that_a_refusal_is_raised_as_its_error_with_the_runners_words(tmp_path):
    answer = {"ready": False, "error": {"code": "bundle", "message": "b/x: gone"}}
    program = fake_runner(tmp_path, f"print(json.dumps({answer!r}))\nsys.exit(3)")
    with pytest.raises(RunnerBundleError, match="b/x: gone"):
        RunnerProcess.start(program, SessionRequest(bundle=tmp_path))
    program = fake_runner(
        tmp_path, 'print(\'{"ready": false, "error": {"code": "usage", "message": "-x"}}\')'
    )
    with pytest.raises(RunnerStartError, match="-x"):
        RunnerProcess.start(program, SessionRequest(bundle=tmp_path))


def test_that_a_runner_that_dies_shows_the_end_of_its_log(tmp_path):
    program = fake_runner(tmp_path, "print('no such library', file=sys.stderr)\nsys.exit(127)")
    with pytest.raises(RunnerStartError, match="status 127; no such library"):
        RunnerProcess.start(program, SessionRequest(bundle=tmp_path))


def test_that_a_file_that_is_no_program_is_a_start_error(tmp_path):
    path = tmp_path / "quad_runner"
    path.write_text("text")
    with pytest.raises(RunnerStartError, match="quad_runner"):
        RunnerProcess.start(path, SessionRequest(bundle=tmp_path))
