import contextlib
import json
import random

import numpy as np
import pytest

from device.errors import RunnerProtocolError
from device.runner_frames import PREAMBLE, FrameReader, encode_frame

FUZZ_SEED = 7


def read(data):
    reader = FrameReader()
    reader.feed(data)
    return reader.take()


def test_that_the_documents_example_is_what_is_sent():
    data = encode_frame({"type": "stats", "id": "7"})
    assert data == bytes.fromhex("51534631 19000000 0000000000000000") + (
        b'{"type":"stats","id":"7"}'
    )


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.int16).reshape(2, 3),
        np.array(1.5, np.float32),
        np.zeros((0, 4), np.uint8),
        np.arange(12, dtype=np.float64).reshape(3, 4).T,
        np.arange(3, dtype=">i4"),
        np.array([True, False, True]),
    ],
)
def test_that_a_tensor_comes_back_as_it_was(value):
    frame = read(encode_frame({"type": "t", "id": "1"}, {"first": np.ones(3, np.int8), "x": value}))
    got = frame.tensors["x"]
    np.testing.assert_array_equal(got, value)
    assert got.dtype == value.dtype.newbyteorder("=")
    assert got.shape == value.shape
    assert got.flags.writeable


def test_that_the_longest_table_of_steps_fits_a_header():
    steps = [{"timestep": n, "m": [0.0] * n + [-0.012345678901234567]} for n in range(1000)]
    assert read(encode_frame({"plan": {"steps": steps}})).header["plan"]["steps"] == steps


def test_that_offsets_are_multiples_of_eight():
    tensors = {"a": np.zeros(3, np.int8), "b": np.zeros(5, np.int16), "c": np.zeros(1)}
    table = read(encode_frame({"id": "1"}, tensors)).header["tensors"]
    assert [entry["offset"] for entry in table] == [0, 8, 24]


def test_that_a_frame_is_cut_out_of_any_split_of_the_stream():
    data = encode_frame({"id": "1"}, {"x": np.arange(9)}) + encode_frame({"id": "2"})
    for cut in range(len(data)):
        reader = FrameReader()
        reader.feed(data[:cut])
        frames = [frame] if (frame := reader.take()) else []
        reader.feed(data[cut:])
        while frame := reader.take():
            frames.append(frame)
        assert [f.header["id"] for f in frames] == ["1", "2"]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request",
        PREAMBLE.pack(b"QSF1", (1 << 22) + 1, 0),
        PREAMBLE.pack(b"QSF1", 2, 1 << 40),
        PREAMBLE.pack(b"QSF1", 2, 0) + b"[]",
        PREAMBLE.pack(b"QSF1", 3, 0) + b"{,}",
    ],
)
def test_that_what_is_not_the_protocol_is_refused(data):
    with pytest.raises(RunnerProtocolError):
        read(data)


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": 1 << 40},
        {"offset": -8},
        {"dtype": "object"},
        {"shape": [5]},
        {"name": None, "bytes": "x"},
    ],
)
def test_that_a_tensor_table_that_lies_is_refused(change):
    entry = {"name": "x", "dtype": "float32", "shape": [2], "offset": 0, "bytes": 8} | change
    text = json.dumps({"id": "1", "tensors": [entry]}).encode()
    with pytest.raises(RunnerProtocolError):
        read(PREAMBLE.pack(b"QSF1", len(text), 8) + text + bytes(8))


def test_that_mutated_frames_end_in_a_frame_or_a_protocol_error():
    rng = random.Random(FUZZ_SEED)
    good = encode_frame({"type": "result", "id": "1"}, {"x": np.arange(4, dtype=np.float32)})
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with contextlib.suppress(RunnerProtocolError):
            read(bytes(data))
