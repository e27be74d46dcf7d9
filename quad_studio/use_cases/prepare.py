"""Prepare one request: plan, tokens, noise and conditioning for one input."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quad_studio.errors import UnsuitableInput
from quad_studio.samplers.noise import draw_noise
from quad_studio.samplers.plan import SamplerPlan
from quad_studio.storage import digest_of
from quad_studio.use_cases.base import Conditioning, Frame, Picture, Pictures, Tensor
from quad_studio.use_cases.conditioning import condition, to_picture
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.pictures import read_pictures
from quad_studio.use_cases.registry import find_use_case
from quad_studio.use_cases.settle import TaskSettings, plan_for, settle
from quad_studio.use_cases.tokenize import load_tokenizer

if TYPE_CHECKING:
    from device.targets import GenerateRequest

__all__ = ["Finished", "Frame", "Prepared", "TaskSettings", "plan_for", "prepare", "settle"]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A result as pictures.

    Attributes:
        rgb: (H, W, 3), what the model made: the picture that is compared.
        final: After the use case's post-processing; (H, W, 4) where it adds transparency.
    """

    rgb: Picture
    final: Picture


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Everything that one result depends on; device and reference get the same.

    Attributes:
        scheduler: The noise schedule's configuration, for the reference.
        notes: What a person should know, such as a prompt that was cut.
    """

    settings: TaskSettings
    item: InputItem
    plan: SamplerPlan
    input_ids: Tensor
    uncond_input_ids: Tensor | None
    noise: Tensor
    conditioning: Conditioning
    pictures: Pictures
    scheduler: dict[str, object]
    notes: tuple[str, ...] = ()

    @property
    def image(self) -> Tensor | None:
        """Return the picture that starts or bounds the result, (1, 3, H, W), or None."""
        return self.conditioning.image

    @property
    def mask(self) -> Tensor | None:
        """Return the mask at the latents' size, (1, 1, h, w), or None."""
        return self.conditioning.mask

    @property
    def masked_image(self) -> Tensor | None:
        """Return the picture whose latents are input channels, (1, 3, H, W), or None."""
        return self.conditioning.masked_image

    def request(self) -> "GenerateRequest":
        """Return what a device is asked."""
        from device.targets import AdapterUse, GenerateRequest

        return GenerateRequest(
            use_case=self.settings.use_case,
            input_ids=self.input_ids,
            uncond_input_ids=self.uncond_input_ids,
            noise=self.noise,
            plan=self.plan.to_json(),
            image=self.conditioning.image,
            mask=self.conditioning.mask,
            masked_image=self.conditioning.masked_image,
            adapters=tuple(AdapterUse(name, value) for name, value in self.settings.adapters),
            seed=self.item.seed,
        )

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors that are there, by name."""
        named = {
            "input_ids": self.input_ids,
            "uncond_input_ids": self.uncond_input_ids,
            "noise": self.noise,
            "image": self.conditioning.image,
            "mask": self.conditioning.mask,
            "masked_image": self.conditioning.masked_image,
        }
        return {name: value for name, value in named.items() if value is not None}

    def digest(self) -> str:
        """Return a hash over plan, adapters' strengths and every tensor."""
        tensors = {
            name: [list(value.shape), str(value.dtype), hashlib.sha256(value.tobytes()).hexdigest()]
            for name, value in self.tensors().items()
        }
        used = [list(pair) for pair in self.settings.adapters]
        return digest_of({"plan": self.plan.to_json(), "adapters": used, "tensors": tensors})

    def finish(self, image: Tensor) -> Finished:
        """Return the pictures of a decoder's (1, 3, H, W) output."""
        rgb = to_picture(image)
        case = find_use_case(self.settings.use_case)
        return Finished(rgb=rgb, final=case.finish(rgb, self.pictures))


def prepare(settings: TaskSettings, item: InputItem, frame: Frame) -> Prepared:
    """Read the item's pictures, tokenize its prompts and draw its noise.

    Raises:
        UnsuitableInput: The item does not suit the use case; every reason is said.
        InputFileProblem: The tokenizer is missing.
    """
    case = find_use_case(settings.use_case)
    missing = sorted(need for need in case.needs if not item.has(need))
    if missing:
        raise UnsuitableInput(f"input {item.id}: {case.name} needs {', '.join(missing)}")
    pictures = read_pictures(item, frame)
    wrong = case.check(item, pictures)
    if wrong:
        raise UnsuitableInput(f"input {item.id}: {'; '.join(wrong)}")
    plan = plan_for(settings, frame)
    tokenizer = load_tokenizer(frame.tokenizer)
    cut = tokenizer.count_cut(item.prompt, frame.text_tokens)
    shape = (frame.latent_channels, frame.latent_height, frame.latent_width)
    return Prepared(
        settings=settings,
        item=item,
        plan=plan,
        input_ids=tokenizer.ids(item.prompt, frame.text_tokens),
        uncond_input_ids=(
            tokenizer.ids(item.negative_prompt, frame.text_tokens)
            if plan.needs_unconditional
            else None
        ),
        noise=draw_noise(item.seed, plan.needs.noise_tensors, shape),
        conditioning=_frozen(
            condition(case, pictures, frame, from_source=settings.edit_strength is not None)
        ),
        pictures=pictures,
        scheduler=dict(frame.scheduler),
        notes=(f"the prompt is {cut} tokens too long and was cut",) if cut else (),
    )


def _frozen(conditioning: Conditioning) -> Conditioning:
    """Make the tensors read-only: device and reference share them."""
    for tensor in vars(conditioning).values():
        if isinstance(tensor, np.ndarray):
            tensor.setflags(write=False)
    return conditioning
