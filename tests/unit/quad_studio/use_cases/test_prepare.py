import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from quad_studio.errors import UsageProblem
from quad_studio.inputs import load_input_set
from quad_studio.use_cases.prepare import prepare
from quad_studio.use_cases.registry import find_use_case, use_case_names
from quad_studio.use_cases.settle import settle
from tests.fakes.use_case_inputs import make_frame, write_input_set


@pytest.fixture
def frame(tmp_path):
    return make_frame(tmp_path)


@pytest.fixture
def item(tmp_path):
    return load_input_set(write_input_set(tmp_path)).items[0]


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255


def test_that_object_removal_empties_the_hole_and_keeps_the_rest(frame, item):
    ready = prepare(settle("object_removal", frame), item, frame)
    mask, masked = ready.conditioning.mask, ready.conditioning.masked_image
    assert mask.shape == (1, 1, 16, 16)
    assert mask[0, 0, 4:12, 4:12].min() == 1.0
    assert mask.sum() == 64
    assert masked.shape == (1, 3, 32, 32)
    assert (masked[0, :, 8:24, 8:24] == 0.0).all()
    expected = pixels(item.image)[0, 0] * 2 - 1
    np.testing.assert_allclose(masked[0, :, 0, 0], expected, atol=1e-6)
    assert ready.conditioning.image is None
    assert ready.plan.needs.vae_encoder


@pytest.mark.parametrize("name", ["transform", "sketch_to_image", "portrait"])
def test_that_an_edit_shows_its_whole_source_under_a_mask_of_ones(name, frame, item):
    ready = prepare(settle(name, frame), item, frame)
    source = item.sketch if name == "sketch_to_image" else item.image
    assert (ready.conditioning.mask == 1.0).all()
    expected = np.moveaxis(pixels(source), -1, 0) * 2 - 1
    np.testing.assert_allclose(ready.conditioning.masked_image[0], expected, atol=1e-6)


@pytest.mark.parametrize("name", ["text_to_image", "sticker"])
def test_that_a_prompt_alone_goes_with_an_empty_grey_image(name, frame, item):
    ready = prepare(settle(name, frame, adapter="none"), item, frame)
    assert (ready.conditioning.mask == 1.0).all()
    assert (ready.conditioning.masked_image == 0.0).all()


def test_that_a_four_channel_model_gets_image_and_mask_for_blending(tmp_path, item):
    frame = make_frame(tmp_path, unet_in_channels=4)
    ready = prepare(settle("object_removal", frame), item, frame)
    assert ready.conditioning.masked_image is None
    assert ready.conditioning.image.shape == (1, 3, 32, 32)
    assert ready.conditioning.mask.shape == (1, 1, 16, 16)
    assert ready.plan.steps[0].blend is not None
    plain = prepare(settle("text_to_image", frame), item, frame)
    assert plain.conditioning.image is None
    assert not plain.plan.needs.vae_encoder


def test_that_the_request_carries_what_the_plan_needs(frame, item):
    ready = prepare(settle("transform", frame, guidance=3.0, strength=0.5), item, frame)
    request = ready.request()
    assert set(request.tensors()) == {
        "input_ids",
        "uncond_input_ids",
        "noise",
        "mask",
        "masked_image",
    }
    assert request.plan == ready.plan.to_json()
    assert [(use.name, use.strength) for use in request.adapters] == [("transform", 0.5)]
    assert request.seed == item.seed
    assert ready.noise.shape == (1, 4, 16, 16)
    json.dumps(request.plan)


def test_that_no_negative_prompt_is_sent_without_guidance(frame, item):
    ready = prepare(settle("transform", frame, guidance=1.0), item, frame)
    assert ready.uncond_input_ids is None


def test_that_lcm_gets_a_noise_tensor_for_every_step(frame, item):
    ready = prepare(settle("transform", frame, sampler="lcm", steps=4), item, frame)
    assert ready.noise.shape == (4, 4, 16, 16)
    one = prepare(settle("transform", frame), item, frame)
    assert (ready.noise[0] == one.noise[0]).all()


def test_that_the_digest_changes_with_anything_that_changes_the_result(frame, item):
    settings = settle("transform", frame)
    first = prepare(settings, item, frame).digest()
    assert first == prepare(settings, item, frame).digest()
    others = [
        prepare(replace(settings, steps=9), item, frame),
        prepare(replace(settings, adapters=(("transform", 0.9),)), item, frame),
        prepare(settings, replace(item, seed=99), frame),
        prepare(settings, replace(item, prompt="a dog"), frame),
        prepare(settings, replace(item, image=item.sketch), frame),
    ]
    assert len({first, *(other.digest() for other in others)}) == 6


def test_that_a_missing_picture_and_an_empty_mask_are_said(frame, item, tmp_path):
    settings = settle("object_removal", frame)
    with pytest.raises(UsageProblem, match="input in-0: object_removal needs image, mask"):
        prepare(settings, replace(item, image=None, mask=None), frame)
    Image.new("L", (32, 32)).save(tmp_path / "black.png")
    with pytest.raises(UsageProblem, match="nothing is white"):
        prepare(settings, replace(item, mask=tmp_path / "black.png"), frame)
    Image.new("L", (32, 32), 255).save(tmp_path / "white.png")
    with pytest.raises(UsageProblem, match="100% is white"):
        prepare(settings, replace(item, mask=tmp_path / "white.png"), frame)
    Image.new("L", (16, 32), 255).save(tmp_path / "narrow.png")
    with pytest.raises(UsageProblem, match="mask is 16x32, the image 32x32"):
        prepare(settings, replace(item, mask=tmp_path / "narrow.png"), frame)
    Image.new("L", (32, 32), 255).save(tmp_path / "blank.png")
    with pytest.raises(UsageProblem, match="sketch: is blank"):
        prepare(
            settle("sketch_to_image", frame), replace(item, sketch=tmp_path / "blank.png"), frame
        )


def test_that_a_picture_of_another_shape_is_cut_around_its_middle(frame, item, tmp_path):
    wide = np.zeros((64, 128, 3), np.uint8)
    wide[:, 32:96] = (255, 0, 0)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    ready = prepare(
        settle("transform", frame), replace(item, image=tmp_path / "wide.png", mask=None), frame
    )
    assert ready.pictures.image.shape == (32, 32, 3)
    np.testing.assert_allclose(ready.pictures.image, [[(1.0, 0.0, 0.0)] * 32] * 32, atol=1e-6)


def test_that_a_prompt_too_long_is_noted(frame, item):
    ready = prepare(settle("transform", frame), replace(item, prompt="red " * 90), frame)
    assert ready.notes == ("the prompt is 15 tokens too long and was cut",)


@pytest.mark.parametrize("name", use_case_names())
def test_that_every_use_case_finishes_a_picture_of_its_own_size(name, frame, item):
    ready = prepare(settle(name, frame), item, frame)
    finished = ready.finish(np.full((1, 3, 32, 32), 3.0, np.float32))
    assert finished.rgb.shape == (32, 32, 3)
    assert finished.rgb.max() == 1.0
    assert finished.final.shape[:2] == (32, 32)
    assert find_use_case(name).summary.endswith(".")


def test_that_an_edit_strength_starts_a_transformation_from_its_source(frame, item):
    settings = settle("transform", frame, adapter="none", edit_strength=0.75)
    ready = prepare(settings, item, frame)
    assert ready.plan.init.latents > 0
    assert len(ready.plan.steps) == 6
    np.testing.assert_array_equal(ready.image, ready.masked_image)
    plain = prepare(settle("transform", frame, adapter="none"), item, frame)
    assert plain.image is None
    assert (plain.plan.init.latents, len(plain.plan.steps)) == (0, 8)


def test_that_a_bundle_may_set_the_edit_strength_except_for_solved_tables(frame):
    said = replace(frame, defaults={"transform": {"edit_strength": 0.5}})
    assert settle("transform", said, adapter="none").edit_strength == 0.5
    assert settle("transform", said, adapter="none", sampler="olss").edit_strength is None
