"""References against diffusers' own pipelines and against the coefficient tables."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from evaluation.torchvision_schemas import register

register()

from diffusers import (  # noqa: E402
    AutoencoderKL,  # noqa: E402, I001
    DDIMScheduler,
    StableDiffusionInpaintPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextModel, CLIPTokenizer  # noqa: E402

from quad_studio.errors import Cancelled, InputFileProblem  # noqa: E402
from quad_studio.inputs import load_input_set  # noqa: E402
from quad_studio.reference.components import ReferenceModel  # noqa: E402
from quad_studio.reference.runner import ReferenceRunner  # noqa: E402
from quad_studio.samplers.execute import Conditions, run_plan  # noqa: E402
from quad_studio.samplers.registry import SAMPLERS  # noqa: E402
from quad_studio.use_cases.prepare import prepare  # noqa: E402
from quad_studio.use_cases.settle import settle  # noqa: E402
from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora  # noqa: E402
from tests.fakes.use_case_inputs import make_frame, write_input_set  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reference")


@pytest.fixture(scope="module")
def models(folder):
    """Model directories of 9 and 4 channels, each with two LoRAs."""
    found = {}
    for channels in (9, 4):
        path = make_tiny_diffusers(folder / f"model{channels}", unet_in_channels=channels)
        found[channels] = ReferenceModel(
            path=path,
            kind="diffusers",
            adapters={
                "object_removal": make_tiny_lora(path, folder / f"removal{channels}", seed=1),
                "transform": make_tiny_lora(
                    path, folder / f"transform{channels}", seed=2, layout="peft"
                ),
            },
        )
    return found


@pytest.fixture(scope="module")
def items(folder):
    return load_input_set(write_input_set(folder)).items


@pytest.fixture
def runner(models, tmp_path):
    with ReferenceRunner(models[9], tmp_path / "cache") as found:
        yield found


@pytest.fixture
def frame(folder):
    return make_frame(folder)


def unet_of(model, ready):
    """Return a NumPy model function around the U-Net, with LoRAs merged by PEFT."""
    from quad_studio.reference.components import Components

    parts = Components(model)
    parts.activate(ready.settings.adapters)

    def encode(image):
        if image is None:
            return None
        with torch.inference_mode():
            mean = parts.vae.encode(torch.from_numpy(np.array(image))).latent_dist.mode()
        return (mean * parts.vae.config.scaling_factor).numpy()

    def call(model_input, timestep, unconditional):
        ids = ready.uncond_input_ids if unconditional else ready.input_ids
        with torch.inference_mode():
            hidden = parts.text_encoder(torch.from_numpy(ids))[0]
            return parts.unet(torch.from_numpy(model_input), timestep, hidden)[0].numpy()

    return call, encode


@pytest.mark.parametrize("channels", [9, 4])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_that_diffusers_and_the_table_give_the_same_latents(
    channels, sampler, models, items, folder, tmp_path
):
    frame = make_frame(folder, unet_in_channels=channels)
    name = "object_removal" if channels == 9 else "transform"
    ready = prepare(
        settle(name, frame, sampler=sampler, steps=4, guidance=2.5, strength=0.7), items[0], frame
    )
    with ReferenceRunner(models[channels], tmp_path) as runner:
        found = runner.run([ready])[0]
    call, encode = unet_of(models[channels], ready)
    given = ready.conditioning
    conditions = Conditions(
        init_latents=encode(given.image),
        mask=given.mask,
        masked_latents=encode(given.masked_image),
    )
    expected = run_plan(ready.plan, call, ready.noise, conditions, dtype=np.float32)
    np.testing.assert_allclose(found.latents, expected, atol=2e-4)
    assert found.image.shape == (1, 3, 32, 32)


def test_that_a_four_channel_model_keeps_what_the_mask_leaves(models, items, folder, tmp_path):
    frame = make_frame(folder, unet_in_channels=4)
    ready = prepare(settle("object_removal", frame, steps=3), items[0], frame)
    with ReferenceRunner(models[4], tmp_path) as runner:
        found = runner.run([ready])[0]
    _, encode = unet_of(models[4], ready)
    outside = np.broadcast_to(ready.conditioning.mask == 0, found.latents.shape)
    np.testing.assert_allclose(
        found.latents[outside], encode(ready.conditioning.image)[outside], atol=1e-5
    )


def test_that_the_result_is_that_of_diffusers_inpainting_pipeline(
    models, items, frame, runner, tmp_path
):
    settings = settle("object_removal", frame, adapter="none", steps=3, guidance=3.0)
    ready = prepare(settings, items[0], frame)
    path = models[9].path
    pipeline = StableDiffusionInpaintPipeline(
        vae=AutoencoderKL.from_pretrained(path / "vae"),
        text_encoder=CLIPTextModel.from_pretrained(path / "text_encoder"),
        tokenizer=CLIPTokenizer.from_pretrained(path / "tokenizer", model_max_length=77),
        unet=UNet2DConditionModel.from_pretrained(path / "unet"),
        scheduler=DDIMScheduler.from_pretrained(path / "scheduler"),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    # the pipeline samples from the encoder's distribution; the mean is what graphs compute
    encode = pipeline.vae.encode

    class Mean:
        def __init__(self, distribution):
            self.latent_dist = self
            self.sample = lambda generator=None: distribution.mode()

    pipeline.vae.encode = lambda image: Mean(encode(image).latent_dist)
    image = torch.from_numpy(np.moveaxis(ready.pictures.image, -1, 0)[None] * 2 - 1)
    expected = pipeline(
        prompt=items[0].prompt,
        negative_prompt=items[0].negative_prompt,
        image=image,
        mask_image=torch.from_numpy(ready.pictures.mask[None, None]),
        height=32,
        width=32,
        num_inference_steps=3,
        guidance_scale=3.0,
        latents=torch.from_numpy(ready.noise[0][None]),
        output_type="latent",
    ).images
    found = runner.run([ready])[0]
    np.testing.assert_allclose(found.latents, expected.numpy(), atol=2e-4)
    np.testing.assert_array_equal(found.initial_latents, ready.noise[0][None])


def test_that_a_result_is_cached_until_anything_changes(runner, models, items, frame, tmp_path):
    ready = prepare(settle("object_removal", frame, steps=2), items[0], frame)
    first = runner.run([ready])[0]
    again = ReferenceRunner(models[9], tmp_path / "cache").run([ready])[0]
    assert (first.cached, again.cached) == (False, True)
    assert again.seconds == first.seconds > 0
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.initial_latents, again.initial_latents)
    other = prepare(settle("object_removal", frame, steps=2, strength=0.5), items[0], frame)
    swapped = replace(models[9], adapters={"object_removal": models[9].adapters["transform"]})
    keys = {
        runner.key(ready),
        runner.key(other),
        ReferenceRunner(models[4], tmp_path / "cache").key(ready),
        ReferenceRunner(swapped, tmp_path / "cache").key(ready),
    }
    assert len(keys) == 4


def test_that_a_damaged_cache_file_is_computed_again(runner, items, frame, tmp_path):
    ready = prepare(settle("text_to_image", frame, steps=1, guidance=1.0), items[0], frame)
    first = runner.run([ready])[0]
    file = next((tmp_path / "cache").glob("*/*.npz"))
    file.write_bytes(file.read_bytes()[:100])
    second = runner.run([ready])[0]
    assert not second.cached
    np.testing.assert_array_equal(first.image, second.image)


def test_that_adapters_strength_and_order_of_jobs_do_not_leak_into_each_other(runner, items, frame):
    def job(adapter, strength=1.0, **given):
        settings = settle("object_removal", frame, adapter=adapter, strength=strength, **given)
        return prepare(replace(settings, steps=1), items[0], frame)

    jobs = [
        job("transform"),
        job("none"),
        job("object_removal"),
        job("object_removal", 0.0),
        job("object_removal", extra_adapters=["transform"]),
        job("transform"),
    ]
    found = [result.latents for result in runner.run(jobs)]
    np.testing.assert_array_equal(found[0], found[5])
    np.testing.assert_allclose(found[1], found[3], atol=1e-6)
    for left, right in ((0, 1), (0, 2), (1, 2), (2, 4), (0, 4)):
        assert np.abs(found[left] - found[right]).max() > 1e-3


def test_that_a_batch_agrees_with_single_runs_and_counts_progress(models, items, frame, tmp_path):
    jobs = [
        prepare(settle("object_removal", frame, steps=2, guidance=2.0), item, frame)
        for item in items
    ]
    seen = []
    batched = ReferenceRunner(models[9], tmp_path / "a", batch=2)
    together = batched.run(jobs, progress=lambda what, done, total: seen.append((done, total)))
    alone = ReferenceRunner(models[9], tmp_path / "b").run(jobs)
    for left, right in zip(together, alone, strict=True):
        np.testing.assert_allclose(left.latents, right.latents, atol=1e-4)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_that_a_cancelled_run_keeps_what_was_finished(runner, items, frame):
    jobs = [prepare(settle("transform", frame, steps=2), item, frame) for item in items]
    finished = []

    def check():
        if 1 in finished:
            raise Cancelled("stop")

    def progress(what, done, total):
        finished.append(done)

    with pytest.raises(Cancelled):
        runner.run(jobs, check=check, progress=progress)
    assert [result.cached for result in runner.run(jobs)] == [True, False, False]


def test_that_the_same_job_twice_is_computed_once_and_deterministic(runner, items, frame):
    ready = prepare(settle("text_to_image", frame, steps=2), items[0], frame)
    seen = []
    both = runner.run([ready, ready], progress=lambda what, done, total: seen.append(total))
    assert seen == [1, 1]
    assert both[0] is both[1]
    assert runner.check_determinism(ready)
    assert runner.describe()["versions"]["diffusers"].startswith("0.")


def test_that_a_missing_or_foreign_file_is_named(models, items, frame, tmp_path):
    ready = prepare(settle("object_removal", frame, steps=1), items[0], frame)
    cases = [
        (ReferenceModel(path=tmp_path / "no", adapters={}), "no such model"),
        (replace(models[9], path=tmp_path), "lacks config.json"),
        (replace(models[9], adapters={}), "no LoRA 'object_removal'"),
        (replace(models[9], adapters={"object_removal": tmp_path}), "is no LoRA"),
    ]
    for model, said in cases:
        with pytest.raises(InputFileProblem, match=said):
            ReferenceRunner(model, tmp_path / "cache").run([ready])


def test_that_a_lora_of_another_model_is_refused(models, items, frame, folder, tmp_path):
    from safetensors.torch import save_file

    odd = tmp_path / "odd.safetensors"
    wrong = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
    save_file(
        {
            f"{wrong}.lora_A.weight": torch.ones(2, 99),
            f"{wrong}.lora_B.weight": torch.ones(99, 2),
        },
        odd,
    )
    ready = prepare(settle("object_removal", frame, steps=1), items[0], frame)
    model = replace(models[9], adapters={"object_removal": odd})
    with pytest.raises(InputFileProblem, match="odd.safetensors: does not load into this U-Net"):
        ReferenceRunner(model, tmp_path / "cache").run([ready])
