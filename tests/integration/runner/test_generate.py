import json

import numpy as np
import pytest

from device.errors import (
    AdapterMismatchError,
    BadRequestError,
    RunnerBundleError,
    UnknownAdapterError,
)
from tests.fakes import reference_loop
from tests.fakes.runner import connect, request_for, running
from tests.fakes.tiny_bundle import (
    ddim_plan,
    make_tiny_bundle,
    save_adapter,
    tiny_inputs,
    update_manifest,
)
from tests.fakes.tiny_graphs import RANK, slot_shapes

# Each test starts a process or two; a busy machine needs longer than the suite's default.
pytestmark = pytest.mark.timeout(60)

LAYOUT = ["sample", "mask", "masked_latents"]


def plan_of(bundle, use_case):
    return json.loads((bundle.path / f"plans/{use_case}.json").read_text())


@pytest.mark.parametrize("precision", ["w8a16", "float32"])
@pytest.mark.parametrize(
    ("use_case", "adapter"),
    [("object_removal", "object_removal"), ("transform", "transform"), ("text_to_image", None)],
)
def test_that_an_image_equals_python_onnxruntime_on_the_same_graphs(
    shared_bundle, float_bundle, precision, use_case, adapter
):
    bundle = shared_bundle if precision == "w8a16" else float_bundle
    slots = reference_loop.slot_feeds(bundle, adapter)
    image, latents = reference_loop.generate(
        bundle, plan_of(bundle, use_case), tiny_inputs(3), slots
    )
    with running(bundle) as process, connect(process) as session:
        uses = (adapter,) if adapter else ()
        result = session.generate(request_for(*uses, use_case=use_case, seed=3))
    np.testing.assert_allclose(result.latents, latents, atol=1e-5)
    np.testing.assert_allclose(result.image, image, atol=1e-5)


def test_that_history_noise_blending_and_input_scale_equal_the_numpy_loop(shared_bundle, session):
    plan = ddim_plan("object_removal", 4, LAYOUT, guidance=1.5, init=0.6)
    for k, step in enumerate(plan["steps"]):
        step["m"] = [0.1 * (j + 1) for j in range(k)] + step["m"][-1:]
        step |= {"input_scale": 0.9, "initial": 0.05, "noise": 0.2, "noise_index": k % 3}
        step["blend"] = {"known": 0.8, "known_noise": 0.3} if k % 2 else None
    inputs = tiny_inputs(5, noise_tensors=3)
    slots = reference_loop.slot_feeds(shared_bundle, "sketch")
    image, latents = reference_loop.generate(shared_bundle, plan, inputs, slots)
    request = request_for("sketch", plan=plan, tensors=inputs)
    result = session.generate(request)
    np.testing.assert_allclose(result.latents, latents, atol=2e-5)
    np.testing.assert_allclose(result.image, image, atol=2e-5)
    assert len(result.timing_ms["unet_step_ms"]) == 8


def test_that_the_first_and_last_image_of_a_b_a_are_byte_identical(session):
    order = ("object_removal", "transform", "object_removal")
    first, other, last = [session.generate(request_for(name)) for name in order]
    assert first.image.tobytes() == last.image.tobytes()
    assert first.latents.tobytes() == last.latents.tobytes()
    assert first.image.tobytes() != other.image.tobytes()


def test_that_no_adapter_is_the_base_model_also_after_one(shared_bundle, session):
    session.generate(request_for("transform"))
    base = session.generate(request_for())
    slots = reference_loop.slot_feeds(shared_bundle, None)
    plan = plan_of(shared_bundle, "object_removal")
    image, _ = reference_loop.generate(shared_bundle, plan, tiny_inputs(0), slots)
    np.testing.assert_allclose(base.image, image, atol=1e-5)
    off = session.generate(request_for(("transform", 0.0)))
    assert off.image.tobytes() == base.image.tobytes()


def test_that_strength_scales_the_adapter(shared_bundle, session):
    plan = plan_of(shared_bundle, "object_removal")
    slots = reference_loop.slot_feeds(shared_bundle, "transform", 0.5)
    _, latents = reference_loop.generate(shared_bundle, plan, tiny_inputs(0), slots)
    result = session.generate(request_for(("transform", 0.5)))
    np.testing.assert_allclose(result.latents, latents, atol=1e-5)
    assert result.adapters[0]["strength"] == 0.5


def test_that_two_adapters_share_the_slots_column_by_column(shared_bundle, session):
    slots = reference_loop.slot_feeds(shared_bundle, None)
    first, second = shared_bundle.adapters["object_removal"], shared_bundle.adapters["sketch"]
    for name in slot_shapes():
        slots[name] = slots[name].copy()
        if "lora_A" in name:
            slots[name][:, :2], slots[name][:, 2:3] = first[name][:, :2], second[name][:, :1]
        else:
            slots[name][:2], slots[name][2:3] = first[name][:2], second[name][:1]
    slots["lora_alpha"] = np.array([0.7, 0.7, 1.3, 0.0], np.float32)
    plan = plan_of(shared_bundle, "object_removal")
    _, latents = reference_loop.generate(shared_bundle, plan, tiny_inputs(0), slots)
    result = session.generate(request_for(("object_removal", 0.7), ("sketch", 1.3)))
    np.testing.assert_allclose(result.latents, latents, atol=1e-5)
    assert [a["name"] for a in result.adapters] == ["object_removal", "sketch"]


def test_that_ranks_beyond_the_bundles_are_refused_with_the_sum(session):
    with pytest.raises(BadRequestError, match=f"add up to 5, the bundle has {RANK}"):
        session.generate(request_for("transform", "sketch"))
    session.generate(request_for("transform"))


def test_that_a_switch_is_cold_then_none_then_warm(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        names = ["sketch", "sketch", "transform", "sketch"]
        kinds = [session.generate(request_for(n)).timing_ms["switch_kind"] for n in names]
        assert kinds == ["cold", "none", "cold", "warm"]
        assert session.stats()["switches"] == {"cold": 2, "warm": 1}


def test_that_a_preloaded_adapter_switches_warm(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        assert session.preload("transform")["was_cached"] is False
        result = session.generate(request_for("transform"))
        assert result.timing_ms["switch_kind"] == "warm"


def test_that_the_cache_keeps_to_its_budget_and_drops_the_oldest(shared_bundle):
    size = (shared_bundle.path / "adapters/sketch.onnx_adapter").stat().st_size
    budget = {"adapter_cache_bytes": 2 * size}
    with running(shared_bundle, **budget) as process, connect(process) as session:
        for name in ("sketch", "transform", "object_removal"):
            session.generate(request_for(name))
        cache = session.stats()["cache"]
    assert [e["name"] for e in cache["entries"]] == ["object_removal", "transform"]
    assert cache["evictions"] == 1
    assert cache["bytes"] <= 2 * size


def test_that_an_evicted_adapter_frees_its_bytes_and_loads_cold_again(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        first = session.generate(request_for("sketch"))
        assert session.evict("sketch")["freed_bytes"] > 0
        assert session.stats()["cache"]["entries"] == []
        again = session.generate(request_for("sketch"))
    assert again.timing_ms["switch_kind"] == "cold"
    assert again.image.tobytes() == first.image.tobytes()


def test_that_the_sequential_policy_gives_the_same_bytes_with_one_graph_loaded(shared_bundle):
    with running(shared_bundle) as process, connect(process) as session:
        resident = session.generate(request_for("transform", use_case="transform"))
    with running(shared_bundle, policy="sequential") as process, connect(process) as session:
        assert session.stats()["loaded"] == []
        result = session.generate(request_for("transform", use_case="transform"))
        assert session.stats()["loaded"] == ["vae_decoder"]
        again = session.generate(request_for("transform", use_case="transform"))
    assert result.image.tobytes() == again.image.tobytes() == resident.image.tobytes()
    assert result.timing_ms["load_ms"] > 0
    assert again.timing_ms["switch_kind"] == "none"


def test_that_times_add_up_and_memory_is_reported(session):
    timing = session.generate(request_for("sketch")).timing_ms
    assert timing["denoise_ms"] == pytest.approx(
        sum(timing["unet_step_ms"]) + timing["loop_overhead_ms"], abs=1e-3
    )
    assert timing["end_to_end_ms"] >= timing["denoise_ms"] + timing["vae_decoder_ms"]
    memory = session.generate(request_for("sketch")).memory
    assert memory["vm_hwm_kb"] >= memory["vm_rss_kb"] > 1000
    assert isinstance(memory["retained_kb"], int)


def test_that_run_graph_equals_python_onnxruntime(shared_bundle, session):
    rng = np.random.default_rng(0)
    feeds = {
        "sample": rng.standard_normal((1, 9, 8, 8)).astype(np.float32),
        "timestep": np.array([321], np.float32),
        "encoder_hidden_states": rng.standard_normal((1, 77, 8)).astype(np.float32),
    }
    reference = reference_loop.session_of(shared_bundle, "unet")
    for adapter in (None, "transform"):
        expected = reference.run(None, feeds | reference_loop.slot_feeds(shared_bundle, adapter))[0]
        got = session.run_graph("unet", feeds, adapter=adapter)["model_output"]
        np.testing.assert_allclose(got, expected, atol=1e-5)
    alpha = np.array([0.5, 2, 0, 1], np.float32)
    slots = reference_loop.slot_feeds(shared_bundle, "transform") | {"lora_alpha": alpha}
    got = session.run_graph("unet", feeds, adapter="transform", alpha=alpha)["model_output"]
    np.testing.assert_allclose(got, reference.run(None, feeds | slots)[0], atol=1e-5)
    # The alpha was for that run only.
    plain = session.run_graph("unet", feeds, adapter="transform")["model_output"]
    slots = reference_loop.slot_feeds(shared_bundle, "transform")
    np.testing.assert_allclose(plain, reference.run(None, feeds | slots)[0], atol=1e-5)


def test_that_slots_sent_with_run_graph_do_not_outlive_it(shared_bundle, session):
    before = session.generate(request_for("sketch"))
    inputs = {"sample": np.zeros((1, 9, 8, 8), np.float32), "timestep": np.ones(1, np.float32)}
    inputs["encoder_hidden_states"] = np.zeros((1, 77, 8), np.float32)
    session.run_graph("unet", inputs | reference_loop.slot_feeds(shared_bundle, "transform"))
    assert session.generate(request_for("sketch")).image.tobytes() == before.image.tobytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"noise": None}, "tensor noise is missing"),
        ({"mask": None}, "tensor mask is missing"),
        ({"masked_image": None}, "tensor masked_image is missing"),
        ({"input_ids": np.zeros((1, 76))}, r"tensor input_ids must be int64\[1,77\]"),
        ({"noise": np.zeros((1, 4, 8, 9))}, r"tensor noise must be float32\[1,4,8,8\]"),
    ],
)
def test_that_a_wrong_tensor_is_named_and_the_session_goes_on(session, change, message):
    inputs = {k: v for k, v in (tiny_inputs() | change).items() if v is not None}
    missing = {k: None for k, v in change.items() if v is None}
    with pytest.raises(BadRequestError, match=message):
        session.generate(request_for(tensors=inputs | missing))
    session.generate(request_for())


def test_that_unknown_names_are_answered_with_what_there_is(session):
    with pytest.raises(UnknownAdapterError, match="object_removal, sketch, transform"):
        session.generate(request_for("portrait"))
    with pytest.raises(BadRequestError, match="no plan 'portrait'; there are: object_removal"):
        session.generate(request_for(use_case="portrait"))
    with pytest.raises(BadRequestError, match="no component 'vae'"):
        session.run_graph("vae", {})


def broken_adapter(bundle, change):
    """Rewrite the adapter `sketch` with other tensors, keeping the manifest in step."""
    tensors = dict(bundle.adapters["sketch"])
    change(tensors)
    path = bundle.path / "adapters/sketch.onnx_adapter"
    save_adapter(path, tensors, bundle.fingerprint)

    def resize(manifest):
        entry = next(a for a in manifest["adapters"] if a["name"] == "sketch")
        entry["bytes"] = path.stat().st_size

    update_manifest(bundle.path, resize)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("mid_block.attn.to_q.lora_A.weight"), "lacks mid_block.attn.to_q.lora_A"),
        (lambda t: t.update(extra=np.zeros(4, np.float32)), "has extra, which the bundle does not"),
        (
            lambda t: t.update({k: v.astype(np.float32) for k, v in t.items()}),
            r"is float32\[8,4\], the bundle wants int16\[8,4\]",
        ),
        (
            lambda t: t.update({k: v[..., :2].copy() for k, v in t.items() if "lora_A" in k}),
            r"is int16\[8,2\], the bundle wants",
        ),
    ],
)
def test_that_an_adapter_for_another_graph_is_refused(tmp_path, change, message):
    bundle = make_tiny_bundle(tmp_path / "b")
    broken_adapter(bundle, change)
    with running(bundle) as process, connect(process) as session:
        with pytest.raises(AdapterMismatchError, match=message):
            session.generate(request_for("sketch"))
        session.generate(request_for("transform"))


def test_that_an_adapter_with_another_fingerprint_is_refused(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b")
    path = bundle.path / "adapters/sketch.onnx_adapter"
    save_adapter(path, bundle.adapters["sketch"], "0123456" + "0" * 57)
    sidecar = path.with_suffix(".json")
    with running(bundle) as process, connect(process) as session:
        with pytest.raises(AdapterMismatchError, match="model version"):
            session.generate(request_for("sketch"))
        wrong = json.loads(sidecar.read_text()) | {"fingerprint": "f" * 64}
        sidecar.write_text(json.dumps(wrong))
        with pytest.raises(AdapterMismatchError, match="was fitted to ffffffffffff"):
            session.generate(request_for("sketch"))


def test_that_a_truncated_adapter_is_refused(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b")
    path = bundle.path / "adapters/sketch.onnx_adapter"
    path.write_bytes(path.read_bytes()[:200])
    refused = pytest.raises(AdapterMismatchError, match="has 200 bytes, bundle.json says")
    with running(bundle) as process, connect(process) as session, refused:
        session.generate(request_for("sketch"))


def test_that_a_bundle_with_a_damaged_graph_does_not_start(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b")
    bundle.graph("unet").write_bytes(b"not a graph")
    with pytest.raises(RunnerBundleError, match="has 11 bytes"), running(bundle):
        pass


def test_that_a_new_adapter_is_seen_without_loading_the_graphs_again(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b", adapters={"sketch": 1})
    other = make_tiny_bundle(tmp_path / "c", adapters={"sketch": 1, "fresh": 2}, seed=7)
    assert other.fingerprint == bundle.fingerprint
    with running(bundle) as process, connect(process) as session:
        before = session.generate(request_for("sketch"))
        for suffix in (".onnx_adapter", ".json"):
            source = other.path / f"adapters/fresh{suffix}"
            (bundle.path / f"adapters/fresh{suffix}").write_bytes(source.read_bytes())
        entry = next(a for a in other.manifest()["adapters"] if a["name"] == "fresh")
        update_manifest(bundle.path, lambda m: m["adapters"].append(entry))
        change = session.reload_adapters()
        assert (change["added"], change["replaced"], change["removed"]) == (["fresh"], [], [])
        session.generate(request_for("fresh"))
        assert session.generate(request_for("sketch")).image.tobytes() == before.image.tobytes()
        update_manifest(bundle.path, lambda m: m["adapters"].pop(0))
        assert session.reload_adapters()["removed"] == ["sketch"]
        with pytest.raises(UnknownAdapterError):
            session.generate(request_for("sketch"))
