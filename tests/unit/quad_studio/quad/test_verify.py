"""Verifying on the CPU: no emulator is needed here."""

import argparse
import json
import shutil

import numpy as np
import onnx
import pytest

from quad_studio.adapters.errors import AdapterPackageProblem
from quad_studio.adapters.pack import slots_of
from quad_studio.bundle import open_bundle, write_manifest
from quad_studio.cli import verify as verify_command
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.quad.verify import VerifyInput, verify
from quad_studio.quad.verify_inputs import (
    BASE,
    adapter_tensors,
    cpu_session,
    make_calls,
    picture,
    signal_levels,
)
from quad_studio.quad.verify_layers import (
    PREFIX,
    first_departure,
    probe_points,
    sqnr_db,
    write_probed,
)
from tests.fakes.tiny_bundle import make_tiny_bundle

SCHEDULER = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a tiny bundle; tests that change it take a copy."""
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "b").path


@pytest.fixture
def bundle(made):
    return open_bundle(made)


@pytest.fixture
def with_fp32(made, tmp_path):
    """Return a copy that also has the float graph that the quantized one was made from."""
    folder = tmp_path / "b"
    shutil.copytree(made, folder)
    make_tiny_bundle(tmp_path / "float", precision="float32")
    (folder / "reference").mkdir()
    shutil.copy(tmp_path / "float/graphs/unet.onnx", folder / "reference/unet_fp32.onnx")
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest["reference"] = {"unet_fp32": {"graph": "reference/unet_fp32.onnx"}}
    manifest.pop("schema")
    return write_manifest(folder, manifest)


def test_that_every_adapter_and_the_base_model_run(bundle):
    report = verify(VerifyInput(bundle, calls=2))
    names = [row.adapter for row in report.rows]
    assert names == [n for n in (BASE, *(a["name"] for a in bundle.adapters)) for _ in range(2)]
    assert report.findings == ()
    assert all(row.effect_db > -40 for row in report.rows if row.adapter != BASE)


def test_that_the_quantized_graph_is_held_against_fp32_where_there_is_one(with_fp32):
    report = verify(VerifyInput(with_fp32, adapters=["transform"]))
    assert report.rows[0].cpu_fp32_sqnr_db > 15
    assert report.rows[0].npu_cpu_sqnr_db is None
    strict = verify(VerifyInput(with_fp32, adapters=["transform"], min_fp32_sqnr_db=90))
    assert "against FP32, the bound is 90" in strict.findings[0]


def test_that_an_adapter_of_zeros_is_a_finding(made, tmp_path):
    from quad_studio.adapters.onnx_adapter import OnnxAdapter, write_onnx_adapter
    from quad_studio.adapters.pack import read_packed
    from quad_studio.storage import sha256_of_file, write_json

    folder = tmp_path / "b"
    shutil.copytree(made, folder)
    path = folder / "adapters" / "transform.onnx_adapter"
    content, sidecar = read_packed(path)
    zeros = {name: np.zeros_like(array) for name, array in content.tensors.items()}
    write_onnx_adapter(path, OnnxAdapter(zeros, content.model_version, content.adapter_version))
    write_json(path.with_suffix(".json"), {**sidecar, "sha256": sha256_of_file(path)})
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest.pop("schema")
    report = verify(VerifyInput(write_manifest(folder, manifest), adapters=["transform"]))
    assert report.rows[0].effect_db == float("-inf")
    assert "changes nothing" in report.findings[0]
    assert json.loads(json.dumps(report.to_json()))["rows"][0]["effect_db"] is None


def test_that_an_adapter_of_another_bundle_is_refused(bundle):
    import dataclasses

    other = dataclasses.replace(bundle, manifest={**bundle.manifest, "fingerprint": "9" * 64})
    with pytest.raises(AdapterPackageProblem, match="was made for bundle"):
        adapter_tensors(other, "transform")


def test_that_an_unknown_adapter_lists_the_known_ones(bundle):
    with pytest.raises(InputFileProblem, match="object_removal"):
        verify(VerifyInput(bundle, adapters=["nothing"]))


@pytest.mark.parametrize("changes", [{"backend": "gpu"}, {"calls": 0}])
def test_that_wrong_options_are_usage_problems(bundle, changes):
    with pytest.raises(UsageProblem):
        verify(VerifyInput(bundle, **changes))


def test_that_calls_are_the_same_for_one_seed_and_cover_every_input(bundle):
    first, again = (make_calls(bundle, ["transform"], 3, seed=4) for _ in range(2))
    other = make_calls(bundle, ["transform"], 3, seed=5)
    session = cpu_session(bundle.path / bundle.manifest["components"]["unet"]["graph"])
    wanted = {value.name: tuple(value.shape) for value in session.get_inputs()}
    assert {name: value.shape for name, value in first[0].feeds.items()} == wanted
    assert [call.timestep for call in first] == sorted((c.timestep for c in first), reverse=True)
    for left, right in zip(first, again, strict=True):
        for name, value in left.feeds.items():
            np.testing.assert_array_equal(value, right.feeds[name])
    assert not np.array_equal(first[0].feeds["sample"], other[0].feeds["sample"])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_signal_levels_are_those_of_diffusers():
    from evaluation.torchvision_schemas import register

    register()
    from diffusers import DDIMScheduler

    for schedule in ("scaled_linear", "linear", "squaredcos_cap_v2"):
        config = {**SCHEDULER, "beta_schedule": schedule}
        expected = DDIMScheduler(**config).alphas_cumprod.numpy()
        np.testing.assert_allclose(signal_levels(config), expected, rtol=2e-4, atol=1e-6)


def test_that_a_picture_has_the_size_and_range_of_the_vae():
    image = picture(24, 16, np.random.default_rng(0))
    assert (image.shape, image.dtype) == ((1, 3, 24, 16), np.float32)
    assert -1 <= image.min() < image.max() <= 1


def test_that_sqnr_of_equal_values_is_infinite_and_of_noise_is_finite():
    values = np.array([1.0, -1.0, 2.0])
    assert sqnr_db(values, values) == float("inf")
    assert sqnr_db(values, values * np.nan) == float("-inf")
    assert sqnr_db(values, values * 1.1) == pytest.approx(20.0)


def unet_path(bundle):
    return bundle.path / bundle.manifest["components"]["unet"]["graph"]


def test_that_probes_do_not_change_the_graphs_own_output(bundle, tmp_path):
    graph = unet_path(bundle)
    values = [point[0] for point in probe_points(graph)]
    names = write_probed(graph, tmp_path / "probed.onnx", values)
    onnx.checker.check_model(str(tmp_path / "probed.onnx"))
    feeds = dict(make_calls(bundle, ["transform"], 1)[0].feeds)
    plain = cpu_session(graph).run(None, feeds)
    probed = cpu_session(tmp_path / "probed.onnx").run(None, feeds)
    np.testing.assert_array_equal(probed[0], plain[0])
    assert len(probed) == 1 + len(names)


@pytest.mark.parametrize("most", [4, 100])
def test_that_the_first_layer_that_departs_is_found(bundle, tmp_path, most):
    graph = unet_path(bundle)
    feeds = dict(make_calls(bundle, ["transform"], 1)[0].feeds)
    points = probe_points(graph)
    guilty = len(points) // 2
    bad = {PREFIX + value for value, *_ in points[guilty:]}
    runs = []

    def on_cpu(model):
        session = cpu_session(model)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(None, feeds), strict=True))

    def on_npu(model):
        runs.append(model.name)
        return {n: v * 1.5 if n in bad else v for n, v in on_cpu(model).items()}

    found, rows = first_departure(graph, tmp_path, on_cpu, on_npu, bound_db=25.0, most=most)
    if most == 100:
        assert found.value == points[guilty][0]
        assert len(rows) == len(points)
        assert len(runs) == 1
    else:
        # two passes of four: the guilty one lies at or just before what was found
        assert points[guilty][3] <= found.position
        assert len(runs) == 2
    assert found.sqnr_db == pytest.approx(6.0, abs=0.1)
    good = [row for row in rows if row.position < points[guilty][3]]
    assert all(row.sqnr_db == float("inf") for row in good)


def test_that_nothing_departs_when_both_agree(bundle, tmp_path):
    def run(model):
        session = cpu_session(model)
        feeds = dict(make_calls(bundle, [BASE], 1)[0].feeds)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(None, feeds), strict=True))

    found, rows = first_departure(unet_path(bundle), tmp_path, run, run, bound_db=25.0)
    assert found is None
    assert rows


def command(capsys, *words):
    parser = argparse.ArgumentParser()
    verify_command.add_to(parser.add_subparsers())
    args = parser.parse_args(["verify", *map(str, words)])
    return args.execute(args), capsys.readouterr().out


def test_that_the_command_prints_a_line_a_call_and_exits_0(made, capsys):
    status, out = command(capsys, made, "--adapters", "base,transform", "-q")
    assert status == 0
    lines = out.strip().splitlines()
    assert lines[0].startswith(BASE)
    assert lines[1].startswith("transform")
    assert lines[-1] == "ran, nothing compared: the bundle has no reference/unet_fp32.onnx"


def test_that_the_command_prints_json(made, capsys):
    status, out = command(capsys, made, "--adapters", "transform", "--json", "-q")
    table = json.loads(out)
    assert status == 0
    assert (table["schema"], table["backend"]) == ("quad-studio/verify/1", "cpu")
    assert table["label"] == "host CPU"


def test_that_a_graph_that_cannot_be_loaded_is_named(tmp_path):
    path = tmp_path / "unet.onnx"
    path.write_bytes(b"not a graph")
    with pytest.raises(InputFileProblem, match="cannot be loaded"):
        cpu_session(path)


def test_that_base_inputs_are_zero_in_every_slot(bundle):
    tensors = adapter_tensors(bundle, BASE)
    slots = slots_of(bundle.manifest["slots"])
    assert set(tensors) == {slot.name for slot in slots} | {"lora_alpha"}
    assert not any(value.any() for value in tensors.values())
