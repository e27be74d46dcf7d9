import json

import pytest

from benchmarks import npu_emulator

CONTEXT = {"fingerprint": "ab" * 32, "nodes_on_npu": 3235, "binary_bytes": 6_758_400}


def row(adapter, cpu_db, npu_db):
    levels = {"cpu_fp32_psnr_db": cpu_db, "npu_fp32_psnr_db": npu_db, "npu_cpu_sqnr_db": 50.0}
    return {"adapter": adapter, "timestep": 949.0, **levels}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return a function that runs the benchmark on a report; gives its status and its table."""

    def run(rows, off=()):
        npu = {
            "nodes_off_npu": list(off),
            "call_s": [63.2, 360.3],
            "versions": {"qairt": "2.51.0"},
        }
        (tmp_path / "bundle.json").write_text(
            json.dumps({"contexts": {"SM8750": {"unet": CONTEXT}}})
        )
        report = tmp_path / "verify.json"
        report.write_text(json.dumps({"rows": rows, "npu": npu}))
        result = tmp_path / "result.json"
        monkeypatch.setenv("QUAD_BENCHMARK_RESULT", str(result))
        status = npu_emulator.main(["--bundle", str(tmp_path), "--report", str(report)])
        return status, json.loads(result.read_text())["tables"][0]

    return run


def test_that_every_call_stands_with_what_the_emulator_gains_or_loses(told):
    status, table = told([row("one", 55.0, 55.94), row("two", 57.0, 56.65)])
    assert status == 0
    assert [(line[0], line[4]) for line in table["rows"]] == [("one", "+0.94"), ("two", "-0.35")]
    assert table["notes"][0] == "between -0.35 and +0.94 dB; at most -1 is allowed"
    assert "3,235 nodes on the NPU, 0 off it; binary 6.8 MB" in table["notes"][1]


def test_that_a_loss_of_more_than_a_decibel_fails(told):
    assert told([row("one", 55.0, 53.9)])[0] == 1


def test_that_a_node_off_the_npu_fails(told):
    assert told([row("one", 55.0, 55.0)], off=["Softmax_3"])[0] == 1
