import pytest

from benchmarks._npu_attempt import Peak, attempt
from device.toolchains.qualcomm import is_installed


def test_that_a_peak_outlives_what_is_measured_after_it():
    values = iter([1.0, 3.0, 2.0])
    peak = Peak(lambda: next(values), every_s=0.0)
    assert [peak.look() for _ in range(3)] == [1.0, 3.0, 3.0]


def test_that_memory_is_not_looked_at_more_often_than_asked():
    measured = []

    def measure():
        measured.append(1.0)
        return 1.0

    peak = Peak(measure, every_s=3600.0)
    for _ in range(5):
        peak.look()
    assert len(measured) == 1


@pytest.mark.skipif(not is_installed(), reason="needs the qnn extra")
def test_that_a_compiler_is_stopped_at_its_time_and_the_reason_told(tmp_path):
    graph = tmp_path / "graph.onnx"
    graph.write_bytes(b"never read: the compiler is stopped before")
    found = attempt(graph, tmp_path / "npu/ctx.onnx", soc="SM8750", limit_gib=1, limit_s=-1.0)
    assert not found.compiled
    assert found.outcome == "stopped after -1 s"
