import socket
import threading
from collections.abc import Callable

import numpy as np
import pytest

from device.errors import (
    AdapterMismatchError,
    BadTokenError,
    RunnerCancelledError,
    RunnerInternalError,
    RunnerLostError,
    RunnerProtocolError,
)
from device.runner_client import RunnerConnection, SocketSession
from device.runner_frames import Frame, FrameReader, encode_frame
from device.targets import AdapterUse, GenerateRequest


class FakeRunner:
    """The other end of a connection: answers each request with what `answer` returns."""

    def __init__(self, answer: Callable[[Frame], list[bytes] | None]) -> None:
        self._link, self.client_end = socket.socketpair()
        self.requests: list[Frame] = []
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        reader = FrameReader()
        with self._link:
            while data := self._link.recv(1 << 16):
                reader.feed(data)
                while frame := reader.take():
                    self.requests.append(frame)
                    answers = self._answer(frame)
                    if answers is None:
                        return
                    for answer in answers:
                        self._link.sendall(answer)

    def join(self):
        self._thread.join()


@pytest.fixture
def connect():
    made = []

    def make(answer):
        runner = FakeRunner(answer)
        connection = RunnerConnection(runner.client_end)
        made.append((runner, connection))
        return runner, connection

    yield make
    for runner, connection in made:
        connection.close()
        runner.join()


def reply(frame, kind, tensors=None, **fields):
    return encode_frame({"type": kind, "id": frame.header["id"], **fields}, tensors)


RESULT = {
    "timing_ms": {"end_to_end_ms": 1.0},
    "memory": {"vm_rss_kb": 5},
    "adapters": [{"name": "a", "strength": 0.5, "sha256": "x"}],
    "provider": "cpu",
    "label": "CPU (QDQ)",
    "graph_sha256": "g",
    "seed": 7,
}


def request():
    return GenerateRequest(
        use_case="u",
        input_ids=np.zeros((1, 77)),
        noise=np.zeros((1, 4, 2, 2)),
        adapters=(AdapterUse("a", 0.5),),
        seed=7,
    )


def test_that_a_request_carries_its_fields_and_tensors_and_the_result_comes_back(connect):
    def answer(frame):
        if frame.header["type"] == "hello":
            return [reply(frame, "hello", version="1")]
        return [reply(frame, "result", {"image": np.ones((1, 3, 2, 2), np.float32)}, **RESULT)]

    runner, connection = connect(answer)
    session = SocketSession(connection, token="secret", client="me")
    result = session.generate(request())
    assert session.hello["version"] == "1"
    assert (result.seed, result.provider, result.graph_sha256) == (7, "cpu", "g")
    assert result.image.shape == (1, 3, 2, 2)
    assert result.latents is None
    hello, sent = runner.requests
    assert (hello.header["token"], hello.header["protocol"]) == ("secret", 1)
    assert sent.header["adapters"] == [{"name": "a", "strength": 0.5}]
    assert {n: t.dtype.name for n, t in sent.tensors.items()} == {
        "input_ids": "int64",
        "noise": "float32",
    }


def test_that_each_code_raises_its_own_error(connect):
    codes = {"adapter_mismatch": AdapterMismatchError, "bad_token": BadTokenError}
    for code, expected in {**codes, "made_up": RunnerInternalError}.items():
        _, connection = connect(lambda f, c=code: [reply(f, "error", code=c, message="why")])
        with pytest.raises(expected, match="why"):
            connection.ask({"type": "stats"})


def test_that_progress_is_reported_and_answers_to_others_are_skipped(connect):
    def answer(frame):
        foreign = encode_frame({"type": "ok", "id": "cancel-1"})
        steps = [reply(frame, "progress", step=n, total=2) for n in (1, 2)]
        return [foreign, *steps, reply(frame, "ok")]

    _, connection = connect(answer)
    seen = []
    connection.ask({"type": "generate"}, progress=lambda *step: seen.append(step))
    assert seen == [("step", 1, 2), ("step", 2, 2)]


def test_that_a_check_that_raises_cancels_awaits_the_end_and_goes_on(connect):
    running = []

    def answer(frame):
        if frame.header["type"] == "generate":
            running.append(frame)
            return []
        if frame.header["type"] == "cancel":
            ended = reply(running[0], "error", code="cancelled", message="m")
            return [reply(frame, "ok", cancelled=1), ended]
        return [reply(frame, "ok")]

    runner, connection = connect(answer)

    def check():
        if running:
            raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        connection.ask({"type": "generate"}, check=check)
    connection.ask({"type": "ping"})
    assert [f.header["type"] for f in runner.requests] == ["generate", "cancel", "ping"]
    assert runner.requests[1].header["target"] == runner.requests[0].header["id"]


def test_that_cancel_from_another_thread_ends_the_asking_one(connect):
    running = []

    def answer(frame):
        if frame.header["type"] == "generate":
            running.append(frame)
            threading.Thread(target=connection.cancel).start()
            return []
        return [reply(running[0], "error", code="cancelled", message="m")]

    _, connection = connect(answer)
    with pytest.raises(RunnerCancelledError):
        connection.ask({"type": "generate"})


def test_that_stats_are_answered_while_a_request_waits(connect):
    waiting = []

    def answer(frame):
        if frame.header["type"] == "generate":
            waiting.append(frame)
            return [reply(frame, "progress", step=1, total=1)]
        return [reply(frame, "stats", clients=1), reply(waiting[0], "ok")]

    _, connection = connect(answer)
    seen = []
    connection.ask(
        {"type": "generate"},
        progress=lambda *_: seen.append(connection.ask({"type": "stats"}).header["clients"]),
    )
    assert seen == [1]


def test_that_a_closed_connection_is_lost_now_and_later(connect):
    _, connection = connect(lambda _: None)
    for _ in range(2):
        with pytest.raises(RunnerLostError, match="closed the connection"):
            connection.ask({"type": "stats"})


def test_that_an_error_without_an_id_is_the_reason_of_the_close(connect):
    def answer(_):
        return [encode_frame({"type": "error", "id": "", "code": "bad_token", "message": "no"})]

    runner, connection = connect(answer)
    threading.Timer(0.05, lambda: runner.client_end.shutdown(socket.SHUT_RD)).start()
    with pytest.raises(BadTokenError):
        connection.ask({"type": "stats"}, timeout_s=5)


def test_that_what_is_not_a_runner_is_a_protocol_error(connect):
    _, connection = connect(lambda _: [b"HTTP/1.1 400 Bad Request\r\n\r\n"])
    with pytest.raises(RunnerProtocolError, match="not a runner"):
        connection.ask({"type": "stats"})


def test_that_a_runner_that_says_nothing_is_lost_after_the_timeout(connect):
    _, connection = connect(lambda _: [])
    with pytest.raises(RunnerLostError, match=r"no answer within 0\.1 s"):
        connection.ask({"type": "stats"}, timeout_s=0.1)


def test_that_nobody_listening_is_lost(tmp_path):
    with pytest.raises(RunnerLostError, match="cannot connect"):
        RunnerConnection.connect(str(tmp_path / "none"))


def test_that_closing_twice_ends_what_was_started_once(connect):
    _, connection = connect(lambda f: [reply(f, "hello")])
    ended = []
    with SocketSession(connection, token="t", client="c", on_close=lambda: ended.append(1)) as one:
        one.close()
    assert ended == [1]
