import os
import random
import socket
import struct
import threading
import time

import numpy as np
import pytest

from device.errors import (
    BadRequestError,
    BadTokenError,
    ProtocolVersionError,
    RunnerBusyError,
    RunnerCancelledError,
    RunnerLostError,
    RunnerOutOfMemoryError,
)
from device.runner_client import RunnerConnection, SocketSession
from device.runner_frames import FrameReader, encode_frame
from tests.fakes.runner import connect, request_for, running

# Each test starts a process or two; a busy machine needs longer than the suite's default.
pytestmark = pytest.mark.timeout(60)

FUZZ_SEED = 20260322


class Stop(Exception):  # noqa: N818 -- what a caller's check raises
    pass


def raw(process):
    link = socket.create_connection(process.address, timeout=5)
    link.settimeout(5)
    return link


def read_all(link):
    """Return the frames until the runner closes."""
    reader, frames = FrameReader(), []
    while data := link.recv(1 << 16):
        reader.feed(data)
        while frame := reader.take():
            frames.append(frame.header)
    return frames


def hello(process, **changes):
    header = {"type": "hello", "id": "h", "protocol": 1, "token": process.token, "client": "raw"}
    return encode_frame(header | changes)


def test_that_a_wrong_token_is_refused_and_the_connection_closed(process):
    for token in ("", "x" * 32, process.token[:-1], process.token + "x"):
        with raw(process) as link:
            link.sendall(hello(process, token=token))
            frames = read_all(link)
        assert [f["code"] for f in frames] == ["bad_token"]
    with pytest.raises(BadTokenError, match="not this runner's"):
        SocketSession(RunnerConnection.connect(process.address), token="w" * 20, client="t")


def test_that_another_protocol_version_is_refused_with_ours(process):
    with raw(process) as link:
        link.sendall(hello(process, protocol=2))
        frames = read_all(link)
    assert frames[0]["code"] == "protocol_version"
    assert "speaks protocol 1, the client 2" in frames[0]["message"]
    assert ProtocolVersionError("x").exit_code == 3


def test_that_a_request_before_hello_is_refused_and_closed(process):
    with raw(process) as link:
        link.sendall(encode_frame({"type": "stats", "id": "1"}))
        frames = read_all(link)
    assert [(f["code"], f["message"]) for f in frames] == [("bad_request", "say hello first")]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "starts with QSF1"),
        (b"QSF1" + struct.pack("<IQ", 1 << 21, 0), "header's length is 2097152"),
        (b"QSF1" + struct.pack("<IQ", 2, 1 << 40), "payload's length"),
        (b"QSF1" + struct.pack("<IQ", 5000, 0), "allowed are 2 to 4096"),
        (b"QSF1" + struct.pack("<IQ", 3, 0) + b"[1]", "not a JSON object"),
        (b"QSF1" + struct.pack("<IQ", 2, 0) + b"{}", "no type"),
    ],
)
def test_that_garbage_is_answered_with_bad_request_and_a_close(process, sent, message):
    with raw(process) as link:
        link.sendall(sent)
        frames = read_all(link)
    assert [f["code"] for f in frames] == ["bad_request"]
    assert message in frames[0]["message"]
    assert frames[0]["id"] == ""


def test_that_a_wrong_but_well_formed_request_keeps_the_connection(process):
    with raw(process) as link:
        link.sendall(hello(process) + encode_frame({"type": "dance", "id": "2"}))
        link.sendall(encode_frame({"type": "generate", "id": "3", "want": 7}))
        link.sendall(encode_frame({"type": "ping", "id": "4"}))
        reader, answers = FrameReader(), {}
        while "4" not in answers or "3" not in answers:
            reader.feed(link.recv(1 << 16))
            while frame := reader.take():
                answers[frame.header["id"]] = frame.header
    assert "unknown type 'dance'" in answers["2"]["message"]
    assert answers["3"]["type"] == "error"
    assert answers["4"]["type"] == "ok"


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_a_thousand_mutated_connections_leave_the_runner_serving(process):
    rng = random.Random(FUZZ_SEED)
    good = [
        hello(process),
        encode_frame({"type": "stats", "id": "1"}),
        encode_frame({"type": "generate", "id": "2", "use_case": "object_removal"}),
        encode_frame(
            {"type": "run_graph", "id": "3", "component": "unet"}, {"x": np.zeros((3, 5), np.int16)}
        ),
        encode_frame({"type": "preload", "id": "4", "adapter": "sketch"}),
        encode_frame({"type": "load", "id": "5", "policy": "resident"}),
        encode_frame({"type": "cancel", "id": "6", "target": "*"}),
    ]
    for _ in range(1000):
        data = bytearray(b"".join(rng.choices(good, k=rng.randint(1, 4))))
        if rng.random() < 0.5:
            data = bytearray(hello(process)) + data
        for _ in range(rng.randint(0, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with raw(process) as link:
            try:
                link.sendall(data[: rng.randint(1, len(data))])
                if rng.random() < 0.2:
                    link.shutdown(socket.SHUT_WR)  # so that the runner is not waited for
                    link.recv(1 << 16)
            except OSError:  # the runner may have closed already
                pass
    with connect_when_free(process) as session:
        session.generate(request_for("sketch"))
    assert process.process.poll() is None


def connect_when_free(process):
    """Connect as soon as the runner has noticed that its last clients left."""
    for _ in range(100):
        try:
            return connect(process)
        except RunnerBusyError:
            time.sleep(0.05)
    return connect(process)


def slow(session, ms=50):
    session.inject_fault("slow_step", ms)


def test_that_cancel_ends_a_request_within_one_call_and_the_session_goes_on(shared_bundle):
    with running(shared_bundle, allow_faults=True) as process, connect(process) as session:
        slow(session, 2000)
        timer = threading.Timer(0.2, session.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(RunnerCancelledError, match="cancelled"):
            session.generate(request_for("sketch"))
        assert time.monotonic() - started < 1.5
        timer.join()
        slow(session, 0)
        session.generate(request_for("sketch"))
        assert session.stats()["requests"]["cancelled"] == 1


def test_that_a_check_that_raises_cancels_and_its_error_goes_on(shared_bundle):
    steps = []

    def check():
        if len(steps) >= 2:
            raise Stop

    with running(shared_bundle, allow_faults=True) as process, connect(process) as session:
        slow(session)
        with pytest.raises(Stop):
            session.generate(
                request_for("sketch"), progress=lambda *step: steps.append(step), check=check
            )
        assert steps[:2] == [("step", 1, 4), ("step", 2, 4)]
        assert len(steps) < 4
        slow(session, 0)
        session.generate(request_for("sketch"), check=lambda: None)


def test_that_progress_counts_every_step(session):
    steps = []
    session.generate(request_for("sketch"), progress=lambda *step: steps.append(step))
    assert steps == [("step", n, 4) for n in (1, 2, 3, 4)]


def test_that_two_clients_queue_on_one_loaded_model(shared_bundle):
    started = running(shared_bundle, allow_faults=True)
    with started as process, connect(process, "a") as one, connect(process, "b") as two:
        alone = {n: one.generate(request_for(n)).image.tobytes() for n in ("sketch", "transform")}
        slow(one, 20)
        results = {}

        def ask(session, name):
            results[name] = session.generate(request_for(name))

        threads = [
            threading.Thread(target=ask, args=pair)
            for pair in ((one, "sketch"), (two, "transform"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {n: r.image.tobytes() for n, r in results.items()} == alone
        assert max(r.timing_ms["queue_ms"] for r in results.values()) > 20
        assert one.stats()["clients"] == 2


def test_that_a_queued_request_is_cancelled_without_waiting_for_the_running_one(shared_bundle):
    started = running(shared_bundle, allow_faults=True)
    with started as process, connect(process, "a") as one, connect(process, "b") as two:
        slow(one, 500)
        failures = []

        def ask(session):
            try:
                session.generate(request_for("sketch"))
            except RunnerCancelledError:
                failures.append(time.monotonic())

        threads = [threading.Thread(target=ask, args=(session,)) for session in (one, two)]
        for number, thread in enumerate(threads):
            thread.start()
            while (r := one.stats()["requests"])["running"] + r["queued"] <= number:
                time.sleep(0.01)
        cancelled_at = time.monotonic()
        two.cancel()
        threads[1].join()
        assert failures
        assert failures[0] - cancelled_at < 0.4
        one.cancel()
        threads[0].join()


def test_that_stats_are_answered_while_a_request_runs(shared_bundle):
    with running(shared_bundle, allow_faults=True) as process, connect(process) as session:
        slow(session, 100)
        seen = []
        session.generate(
            request_for("sketch"), progress=lambda *_: seen.append(session.stats()["requests"])
        )
    assert seen[0]["running"] == 1


def test_that_a_client_that_leaves_cancels_its_request_and_nobody_elses(shared_bundle):
    with running(shared_bundle, allow_faults=True) as process, connect(process) as stays:
        slow(stays, 30)
        leaves = connect(process)
        failure = []

        def ask():
            try:
                leaves.generate(request_for("sketch"))
            except RunnerLostError as exc:
                failure.append(exc)

        thread = threading.Thread(target=ask)
        thread.start()
        while not stays.stats()["requests"]["running"]:
            time.sleep(0.01)
        leaves.close()
        thread.join()
        stays.generate(request_for("transform"))
        requests = stays.stats()["requests"]
    assert len(failure) == 1
    assert (requests["cancelled"], requests["done"]) == (1, 1)


def test_that_more_clients_than_allowed_are_told_so(shared_bundle, tmp_path):
    with running(shared_bundle) as process:
        sessions = [connect(process) for _ in range(8)]
        with pytest.raises(RunnerBusyError, match="8 clients already"):
            connect(process)
        sessions[0].close()
        for session in sessions[1:]:
            session.close()


def test_that_running_out_of_memory_is_an_answer_not_an_end(shared_bundle):
    with running(shared_bundle, allow_faults=True) as process, connect(process) as session:
        session.inject_fault("out_of_memory")
        with pytest.raises(RunnerOutOfMemoryError):
            session.generate(request_for("sketch"))
        session.generate(request_for("sketch"))


def test_that_a_runner_that_crashes_is_a_lost_connection(shared_bundle):
    with running(shared_bundle, allow_faults=True) as process, connect(process) as session:
        with pytest.raises(RunnerLostError):
            session.inject_fault("crash")
        with pytest.raises(RunnerLostError):
            session.generate(request_for("sketch"))


def test_that_faults_are_off_unless_asked_for(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        with pytest.raises(BadRequestError, match="faults are off"):
            session.inject_fault("crash")
        session.ping()


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.skipif(
    "asan" in os.environ.get("QUAD_RUNNER", ""), reason="AddressSanitizer keeps freed memory"
)
def test_that_two_hundred_switches_retain_no_memory_and_no_descriptor(shared_bundle):
    size = (shared_bundle.path / "adapters/sketch.onnx_adapter").stat().st_size
    names = ["object_removal", "transform", "sketch"]
    with running(shared_bundle, adapter_cache_bytes=2 * size) as process:
        with connect(process) as session:
            samples = []
            for turn in range(260):
                result = session.generate(request_for(names[turn % 3]))
                samples.append(result.memory["rss_anon_kb"])
            stats = session.stats()
            assert stats["switches"]["cold"] == 260
            files = stats["open_files"]
        with connect(process) as session:
            for _ in range(100):  # the runner notices within moments that the first client left
                if session.stats()["open_files"] <= files:
                    break
                time.sleep(0.05)
            assert session.stats()["open_files"] <= files
    early, late = samples[60:110], samples[-50:]
    grown_kb = sum(late) / 50 - sum(early) / 50
    assert grown_kb < 256, f"{grown_kb} kB over 150 switches"
