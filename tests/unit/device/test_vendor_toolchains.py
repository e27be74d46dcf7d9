"""Exynos and MediaTek compilers, by stand-ins that write down how they were called."""

import json
import os
import sys
from pathlib import Path

import pytest

from device.errors import ToolchainError, ToolchainMissingError
from device.toolchains import exynos, mediatek
from device.toolchains.exynos import NncJob, edit_settings
from device.toolchains.mediatek import DlaJob


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


ENNTOOLS = """
echo "$1" >> "$LOG"
case "$1" in
  init) printf '%s\\n' 'converter:' '  device: Gen-2  # SoC' '  mode: x' '  bw_ofm: 8' \\
          'compiler:' '  device: Gen-2' > elt.yaml
        printf '%s\\n' 'model_type: CV' 'quantizer:' '  precision_activation: int8' > eht.yaml ;;
  conversion) cat elt.yaml eht.yaml >> "$LOG"; ls >> "$LOG" ;;
  compile) mkdir Compiler_result; echo nnc > Compiler_result/unet_O3.nnc ;;
esac
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "unet.onnx"
    path.parent.mkdir()
    path.write_text("graph")
    path.with_name("unet.onnx.data").write_text("weights")
    return path


def variables(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LOG": str(tmp_path / "log"), **more}


def test_that_exynos_gets_its_three_commands_and_our_settings(tmp_path: Path, model: Path):
    tool = program(tmp_path / "enntools", ENNTOOLS)
    job = NncJob(model, "Gen-7", tmp_path / "out/unet.nnc")
    found = exynos.compile_graph(job, environment=variables(tmp_path, ENNTOOLS=str(tool)))
    assert found.read_text() == "nnc\n"
    log = (tmp_path / "log").read_text().split()
    assert [word for word in log if word in ("init", "conversion", "compile")] == [
        "init", "conversion", "compile",
    ]  # fmt: skip
    text = (tmp_path / "log").read_text()
    assert "  device: Gen-7  # SoC\n  mode: elt\n  bw_ofm: 16\n" in text
    assert "model_type: LVM\nquantizer:\n  precision_activation: int16\n" in text
    assert "unet.onnx.data" in log


def test_that_a_missing_exynos_sdk_says_where_to_get_it(tmp_path: Path, model: Path):
    job = NncJob(model, "Gen-7", tmp_path / "x.nnc")
    with pytest.raises(ToolchainMissingError, match="Exynos AI Studio is not installed. Get it"):
        exynos.compile_graph(job, environment={"PATH": str(tmp_path)})
    with pytest.raises(ToolchainMissingError, match="ENNTOOLS=/nowhere: no such file"):
        exynos.compile_graph(job, environment={"ENNTOOLS": "/nowhere"})


def test_that_an_unknown_exynos_generation_lists_those_of_the_sdk(tmp_path: Path, model: Path):
    with pytest.raises(ToolchainError, match="'Gen-9'; the SDK has: Gen-3, Gen-4"):
        exynos.settings_for(NncJob(model, "Gen-9", tmp_path / "x"))


def test_that_what_enntools_says_is_in_the_error(tmp_path: Path, model: Path):
    tool = program(tmp_path / "enntools", 'echo "Error Code: 42 unsupported op Foo"; exit 3')
    job = NncJob(model, "Gen-7", tmp_path / "x.nnc")
    with pytest.raises(ToolchainError, match="unet.onnx for Gen-7: initialize: status 3: .*op Foo"):
        exynos.compile_graph(job, environment=variables(tmp_path, ENNTOOLS=str(tool)))


def test_that_an_exynos_sdk_with_other_settings_is_refused(tmp_path: Path, model: Path):
    tool = program(tmp_path / "enntools", 'echo "other: 1" > a.yaml')
    job = NncJob(model, "Gen-7", tmp_path / "x.nnc")
    with pytest.raises(ToolchainError, match=r"wrote no compiler.device, converter.device"):
        exynos.compile_graph(job, environment=variables(tmp_path, ENNTOOLS=str(tool)))


def test_that_only_the_key_of_the_right_section_is_set():
    text = "a:\n  device: 1\nb:\n  device: 2\n  deviceX: 3\n"
    assert edit_settings(text, {"b.device": "9"})[0] == (
        "a:\n  device: 1\nb:\n  device: 9\n  deviceX: 3\n"
    )


NCC = """
echo "$@" >> "$LOG"
while [ $# -gt 1 ]; do [ "$1" = -d ] && echo dla > "$2"; shift; done
[ -f "$1" ]
"""
CONVERTER = """
import json

class OnnxConverter:
    input_names = ["b", "a"]

    @classmethod
    def from_model_proto_file(cls, path):
        return cls()

    def convert_to_tflite(self, output_file):
        seen = [[float(v.sum()) for v in sample] for sample in self.calibration_data_gen()]
        facts = {"samples": seen, "bits": [self.default_quantization_bitwidth,
                 self.default_weights_quantization_bitwidth], "quantize": self.quantize}
        open(output_file, "w").write(json.dumps(facts))
        open(__file__ + ".facts", "w").write(json.dumps(facts))
"""


@pytest.fixture
def neuropilot(tmp_path: Path) -> dict[str, str]:
    import numpy

    program(tmp_path / "sdk/neuron_sdk/host/bin/ncc-tflite", NCC)
    (tmp_path / "mtk_converter.py").write_text(CONVERTER)
    # A Python that has the converter, as MTK_PYTHON is meant to be.
    paths = f"{tmp_path}:{Path(numpy.__file__).parents[1]}"
    python = program(
        tmp_path / "python", f'PYTHONPATH="{paths}:$PYTHONPATH" exec {sys.executable} "$@"'
    )
    return variables(tmp_path, NEUROPILOT_SDK=str(tmp_path / "sdk"), MTK_PYTHON=str(python))


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    import numpy as np

    np.savez(tmp_path / "c.npz", a=np.ones(3, np.float32), b=np.zeros(2, np.float32))
    return tmp_path / "c.npz"


def test_that_mediatek_converts_with_our_samples_and_compiles_for_the_soc(
    tmp_path: Path, model: Path, neuropilot: dict[str, str], calibration: Path
):
    job = DlaJob(model, "MT6991", tmp_path / "out/unet.dla", (calibration,), operations=3000)
    assert mediatek.compile_graph(job, environment=neuropilot).read_text() == "dla\n"
    line = (tmp_path / "log").read_text()
    assert "--arch=mdla5.5,edma3.6 --l1-size-kb=7168 --num-mdla=4 -O3 --relax-fp32" in line
    facts = json.loads((tmp_path / "mtk_converter.py.facts").read_text())
    assert facts == {"samples": [[0.0, 3.0]], "bits": [16, 8], "quantize": True}


def test_that_a_graph_over_mediateks_limit_is_refused_before_anything_runs(
    tmp_path: Path, model: Path, neuropilot: dict[str, str], calibration: Path
):
    job = DlaJob(model, "MT6991", tmp_path / "x.dla", (calibration,), operations=4800)
    with pytest.raises(ToolchainError, match='4800 operations.*attention = "unsplit"'):
        mediatek.compile_graph(job, environment=neuropilot)
    assert not (tmp_path / "log").exists()


def test_that_an_unmappable_graph_has_the_remedy_in_its_error(
    tmp_path: Path, model: Path, neuropilot: dict[str, str], calibration: Path
):
    program(tmp_path / "sdk/neuron_sdk/host/bin/ncc-tflite", "echo NEURON_UNMAPPABLE; exit 1")
    job = DlaJob(model, "MT6991", tmp_path / "x.dla", (calibration,))
    with pytest.raises(ToolchainError, match="too large for one DLA"):
        mediatek.compile_graph(job, environment=neuropilot)


def test_that_a_missing_neuropilot_says_where_to_get_it(tmp_path: Path, model: Path):
    job = DlaJob(model, "MT6991", tmp_path / "x.dla", (model,))
    with pytest.raises(ToolchainMissingError, match="https://neuropilot.mediatek.com"):
        mediatek.compile_graph(job, environment={"PATH": str(tmp_path)})
    with pytest.raises(ToolchainMissingError, match="NEUROPILOT_SDK=.*no compiler there, sought"):
        mediatek.compile_graph(job, environment={"NEUROPILOT_SDK": str(tmp_path)})


def test_that_a_python_without_the_converter_is_told(
    tmp_path: Path, model: Path, neuropilot: dict[str, str], calibration: Path
):
    (tmp_path / "mtk_converter.py").unlink()
    job = DlaJob(model, "MT6991", tmp_path / "x.dla", (calibration,))
    with pytest.raises(ToolchainMissingError, match="no mtk_converter in this Python"):
        mediatek.compile_graph(job, environment=neuropilot)


def test_that_an_unknown_mediatek_soc_lists_the_known_ones(tmp_path: Path, model: Path):
    sdk = mediatek.NeuroPilot(Path("ncc-tflite"), Path("lib"), "python")
    job = DlaJob(model, "MT1", tmp_path / "x", (model,))
    with pytest.raises(ToolchainError, match="known: MT6899, MT6989, MT6991"):
        mediatek.commands(sdk, job, tmp_path)


def test_that_a_cancelled_compilation_ends_the_tool(tmp_path: Path, model: Path):
    class StoppedError(Exception):
        pass

    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise StoppedError

    tool = program(tmp_path / "enntools", 'echo $$ > "$LOG"; exec sleep 60')
    with pytest.raises(StoppedError):
        exynos.compile_graph(
            NncJob(model, "Gen-7", tmp_path / "x.nnc"),
            environment=variables(tmp_path, ENNTOOLS=str(tool)), check=check,
        )  # fmt: skip
    pid = int((tmp_path / "log").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
