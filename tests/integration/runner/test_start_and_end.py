"""How a runner starts, what keeps it from starting, and how it ends."""

import json
import os
import subprocess

import pytest

from device.errors import RunnerStartError
from device.runner_client import RunnerConnection, SocketSession
from device.runner_process import find_runner
from tests.fakes.runner import connect, request_for, running

# Each test starts a process or two; a busy machine needs longer than the suite's default.
pytestmark = pytest.mark.timeout(60)


def test_that_an_idle_runner_ends_by_itself(shared_bundle):
    with running(shared_bundle, idle_timeout_s=1) as process, connect(process) as session:
        session.generate(request_for("sketch"))
        assert process.process.wait(timeout=8) == 0


def test_that_a_runner_whose_parent_is_gone_ends_by_itself(shared_bundle):
    with running(shared_bundle) as process:
        process.process.stdin.close()
        assert process.process.wait(timeout=8) == 0


def test_that_shutdown_ends_the_process_for_all(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        session.shutdown()
        assert process.process.wait(timeout=8) == 0


def test_that_a_terminated_runner_ends_in_order(shared_bundle):
    with running(shared_bundle) as process:
        process.process.terminate()
        assert process.process.wait(timeout=8) == 0


def start(bundle, tmp_path, *arguments, token="t" * 20):
    token_file = tmp_path / "token"
    token_file.write_text(token)
    command = [str(find_runner()), "--bundle", str(bundle.path), "--token-file", str(token_file)]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=8, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--provider", "xnnpack"], "has no XnnpackExecutionProvider; it has"),
        (["--provider", "nnapi"], "has no NnapiExecutionProvider; it has"),
        (["--listen", "0.0.0.0:0"], "listens on 127.0.0.1 only"),
        (["--listen", "nowhere"], "is not 127.0.0.1:PORT"),
        (["--variant", "exact"], "the bundle's unet has only qdq"),
        (["--provider", "qnn", "--qnn-library", "/no/lib.so"], "--qnn-library /no/lib.so"),
    ],
)
def test_that_a_start_that_cannot_be_is_refused_with_status_2(
    shared_bundle, tmp_path, arguments, message
):
    done = start(shared_bundle, tmp_path, *arguments)
    assert done.returncode == 2
    ready = json.loads(done.stdout)
    assert ready["ready"] is False
    assert message in ready["error"]["message"]


def test_that_a_provider_the_library_lacks_lists_what_it_has(shared_bundle):
    refused = pytest.raises(RunnerStartError, match="it has .*CPUExecutionProvider")
    with refused, running(shared_bundle, provider="xnnpack"):
        pass


def test_that_a_missing_bundle_is_status_3(shared_bundle, tmp_path):
    shared = type(shared_bundle)(tmp_path / "none", "", (), {})
    done = start(shared, tmp_path)
    assert done.returncode == 3
    assert "bundle.json: No such file" in json.loads(done.stdout)["error"]["message"]


def test_that_unix_and_abstract_sockets_serve_too(shared_bundle, tmp_path):
    token_file = tmp_path / "token"
    token_file.write_text("t" * 20)
    name = f"quad-test-{os.getpid()}"
    for listen, address in (
        (f"unix:{tmp_path}/s", f"{tmp_path}/s"),
        (f"abstract:{name}", f"\0{name}"),
    ):
        command = [str(find_runner()), "--bundle", str(shared_bundle.path), "--watch-stdin"]
        command += ["--token-file", str(token_file), "--listen", listen]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert json.loads(child.stdout.readline())["address"] == listen
            link = RunnerConnection.connect(address)
            with SocketSession(link, token="t" * 20, client="test") as session:
                session.generate(request_for("sketch"))
            child.stdin.close()
            assert child.wait(timeout=8) == 0
