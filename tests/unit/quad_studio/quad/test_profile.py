import json
from dataclasses import replace

import numpy as np
import pytest

from quad_studio.errors import InputFileProblem, StageError
from quad_studio.quad.affine import asymmetric
from quad_studio.quad.calibrate import CalibrateInput, calibrate
from quad_studio.quad.profile import (
    ProfileInput,
    ProfileOptions,
    build_profile,
    read_profile,
    write_profile,
)
from quad_studio.quad.slots import clipped_share, encode_adapter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def profile_of(program, statistics, adapters, anchor, **options):
    given = ProfileInput(program, statistics, adapters, anchor, ProfileOptions(**options))
    return build_profile(given).profile


def test_that_every_site_has_one_encoding(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "first")
    assert list(profile.encodings) == list(program.sites)


def test_that_the_anchors_own_lora_is_never_clipped(program, statistics, adapters):
    for encoding in ("shared-with-base", "shared", "per-slot"):
        profile = profile_of(program, statistics, adapters, "first", lora_encoding=encoding)
        assert clipped_share(adapters[0], profile) == 0.0


def test_that_a_louder_adapter_is_clipped_by_the_anchor_and_not_by_the_unified_profile(
    program, statistics, adapters
):
    loud = replace(
        adapters[1], modules={k: (a * 50, b / 50) for k, (a, b) in adapters[1].modules.items()}
    )
    both = (adapters[0], loud)
    anchor = profile_of(program, statistics, both, "first", lora_encoding="per-slot")
    unified = profile_of(program, statistics, both, "unified", lora_encoding="per-slot")
    assert clipped_share(loud, anchor) > 0.05
    assert clipped_share(loud, unified) == 0.0


def test_that_a_shared_encoding_has_one_scale_for_the_pair(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "first", lora_encoding="shared")
    for module in adapters[0].modules:
        a = profile.encodings[f"{module}.lora_A.weight"]
        assert a == profile.encodings[f"{module}.lora_B.weight"]
        assert a.zero_point == 0
        assert a.dtype == "int16"


def test_that_sharing_with_the_base_covers_the_base_weight(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "first", weights="int8-per-tensor")
    largest = {s.module: float(w.abs().max()) for s, w in program.weights() if s.kind == "weight"}
    for module in adapters[0].modules:
        lora = profile.encodings[f"{module}.lora_A.weight"]
        base = profile.encodings[f"{module}.base:conv2d.weight"]
        assert lora.range[1] >= largest[f"{module}.base"] * 0.999
        assert base.scale[0] * 127 == pytest.approx(lora.scale[0] * 32767, rel=1e-5)


def test_that_fixed_ranges_are_not_calibrated(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "unified")
    assert profile.encodings["timestep"].quantize(np.array([981.0])).item() == 981 * 64
    one = profile.encodings["lora_alpha"]
    assert one.dequantize(one.quantize(np.array([1.0, 0.5, -1.0]))).tolist() == [1.0, 0.5, -1.0]
    softmax = [n for n, s in program.sites.items() if s.operation == "softmax"]
    assert {profile.encodings[name].scale for name in softmax} == {(2.0**-16,)}


def test_that_norm_weights_are_never_signed_bytes(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "unified", norm_weights="uint8")
    norms = [n for n, s in program.sites.items() if s.kind == "norm_weight"]
    assert norms
    assert {profile.encodings[name].dtype for name in norms} == {"uint8"}


def test_that_a_profile_survives_its_file(program, statistics, adapters, tmp_path):
    profile = profile_of(program, statistics, adapters, "second")
    write_profile(profile, tmp_path / "profile.json")
    back = read_profile(tmp_path / "profile.json")
    assert back == profile
    assert back.fingerprint == profile.fingerprint


def test_that_an_edited_profile_is_refused(program, statistics, adapters, tmp_path):
    path = tmp_path / "profile.json"
    write_profile(profile_of(program, statistics, adapters, "second"), path)
    data = json.loads(path.read_text())
    data["encodings"]["sample"]["zero_point"] += 1
    path.write_text(json.dumps(data))
    with pytest.raises(InputFileProblem, match="was edited"):
        read_profile(path)


def test_that_a_newer_profile_is_refused(tmp_path):
    path = tmp_path / "profile.json"
    path.write_text('{"schema": "quad-studio/profile/2"}')
    with pytest.raises(InputFileProblem, match="newer than this version reads"):
        read_profile(path)


def test_that_an_unknown_anchor_lists_the_known_ones(program, statistics, adapters):
    with pytest.raises(StageError, match="first, second"):
        profile_of(program, statistics, adapters, "third")


def test_that_all_wrong_options_are_reported_at_once(program, statistics, adapters):
    with pytest.raises(StageError, match=r"weights = 'int4'.*lora = 'uint16'"):
        profile_of(program, statistics, adapters, "first", weights="int4", lora="uint16")


def test_that_padding_is_zero_and_strengths_are_one(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters, "unified")
    tensors = encode_adapter(adapters[0], profile)
    module = next(iter(adapters[0].modules))
    assert not tensors[f"{module}.lora_A.weight"][:, 2:].any()
    assert not tensors[f"{module}.lora_B.weight"][2:].any()
    assert tensors["lora_alpha"].tolist() == [1.0, 1.0, 1.0]


def test_that_what_no_adapter_can_change_has_the_range_of_all_inputs(program, feeds, adapters):
    loud = tuple(
        replace(feed, inputs=feed.inputs | {"sample": feed.inputs["sample"] * 8})
        for feed in feeds["second"]
    )
    seen = calibrate(
        CalibrateInput(program, adapters, {**feeds, "second": loud}, histograms=False)
    ).statistics
    profile = profile_of(program, seen, adapters, "first")
    beyond = program.sites_beyond_adapters()
    assert {"sample", "encoder_hidden_states"} <= beyond
    used = [s for s in seen.sites if any(seen.site_range(s, ["first"]))]
    free = [s for s in used if not program.sites[s].fixed and program.sites[s].kind != "lora"]
    assert not beyond.isdisjoint(free)
    assert not beyond.issuperset(free)
    for site in free:
        if program.sites[site].module.endswith((".lora_down", ".lora_scale")):
            continue  # their ranges are symmetric, whoever the anchor is
        whose = ["first", "second"] if site in beyond else ["first"]
        expected = asymmetric(*seen.site_range(site, whose), "uint16")
        assert profile.encodings[site] == expected, site


def test_that_what_lies_between_a_and_b_has_a_range_that_no_sign_matters_to(
    program, statistics, adapters
):
    profile = profile_of(program, statistics, adapters, "first")
    between = [
        s for s in program.sites.values() if s.module.endswith((".lora_down", ".lora_scale"))
    ]
    lopsided = 0
    for site in between:
        seen = statistics.site_range(site.name, ["first"])
        if not any(seen):
            continue  # a layer that the anchor does not adapt has the ranges of the others
        low, high = profile.encodings[site.name].range
        widest = max(abs(value) for value in seen)
        assert (low, high) == pytest.approx((-widest, widest), rel=1e-4), site.name
        lopsided += min(abs(value) for value in seen) < 0.8 * widest
    assert lopsided, "no range of the anchor's own was lopsided: nothing was shown"


def test_that_an_adapter_by_itself_has_ranges_of_its_own_only(program, statistics, adapters):
    profile = profile_of(program, statistics, adapters[:1], "first")
    low, high = statistics.site_range("sample", ["first"])
    assert profile.encodings["sample"] == asymmetric(low, high, "uint16")
    assert statistics.site_range("sample", ["first", "second"]) != (low, high)
