"""Make calibration calls: denoise an adapter's own inputs in FP32 and keep the calls."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.slots import pad_to_slots

if TYPE_CHECKING:
    from quad_studio.quad.network.layers import SlottedNetwork

NAME = "trajectory"


@dataclass(frozen=True)
class CalibrationItem:
    """One encoded input.

    Attributes:
        encoder_hidden_states: (1, T, D) text embedding.
        noise: (1, C, h, w) start of the trajectory.
        conditioning: (1, C', h, w) further U-Net channels (mask and masked latents), or None.
        clean_latents: (1, C, h, w) scaled latents of the true result, for training targets.
        item_id: Name for messages.
    """

    encoder_hidden_states: Any
    noise: Any
    conditioning: Any = None
    clean_latents: Any = None
    item_id: str = ""


@dataclass(frozen=True)
class TrajectoryInput:
    """Who denoises what.

    Attributes:
        network: The restructured FP32 network.
        adapter: The adapter in the slots, or None.
        items: Encoded inputs of that adapter's use cases.
        scheduler: Noise schedule (LoadOutput.scheduler).
        steps: DDIM steps; the timesteps of item k are shifted, so that all items together
            cover the time axis more densely than one trajectory does.
    """

    network: "SlottedNetwork" = field(repr=False)
    adapter: AdapterWeights | None
    items: Sequence[CalibrationItem]
    scheduler: Mapping[str, Any]
    steps: int = 8


@dataclass(frozen=True)
class TrajectoryOutput:
    """The calls of all trajectories, and where they ended.

    Attributes:
        feeds: One call of the network per item and step.
        final_latents: Item number -> (1, C, h, w) array at the end of its trajectory.
    """

    feeds: tuple[Feed, ...] = field(repr=False)
    final_latents: tuple[Any, ...] = field(repr=False)


def record_trajectories(
    given: TrajectoryInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> TrajectoryOutput:
    """Denoise every item with DDIM and return the network's inputs on the way."""
    import torch

    started = time.monotonic()
    who = given.adapter.name if given.adapter else "no adapter"
    emit(StageStarted(stage=NAME, title=f"Denoise calibration inputs, {who}"))
    slots = slot_arguments(given.network, given.adapter)
    feeds: list[Feed] = []
    finals: list[Any] = []
    total = len(given.items) * given.steps
    with torch.no_grad():
        for number, item in enumerate(given.items):
            scheduler = make_ddim(given.scheduler, given.steps)
            # the trailing part of a step's width, spread over the items
            offset = int(number * (1000 // given.steps) / max(1, len(given.items)))
            x = torch.as_tensor(item.noise, dtype=torch.float32)
            for step, timestep in enumerate(scheduler.timesteps):
                if cancel is not None:
                    cancel.check()
                time_value = float(max(0, int(timestep) - offset)) if step else float(timestep)
                feed = make_feed(item, x, time_value, given.scheduler)
                output = given.network(tuple(feed.inputs.values()), *slots)
                x = scheduler.step(output, timestep, x).prev_sample
                feeds.append(feed)
                done = len(feeds)
                rest = (time.monotonic() - started) / done * (total - done)
                emit(StageProgress(stage=NAME, done=done, total=total, note=who, eta_s=rest))
            finals.append(x.numpy())
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=f"{who}: {total}"))
    return TrajectoryOutput(tuple(feeds), tuple(finals))


def make_ddim(scheduler: Mapping[str, Any], steps: int) -> Any:
    """Return diffusers' DDIM scheduler for a noise schedule, set to `steps`."""
    from evaluation.torchvision_schemas import register

    register()
    from diffusers import DDIMScheduler

    ddim = DDIMScheduler(**scheduler, clip_sample=False)
    ddim.set_timesteps(steps)
    return ddim


def make_feed(item: CalibrationItem, x: Any, timestep: float, scheduler: Mapping[str, Any]) -> Feed:
    """Return the call for latents `x` at `timestep`."""
    import torch

    sample = x
    if item.conditioning is not None:
        sample = torch.cat([x, torch.as_tensor(item.conditioning, dtype=torch.float32)], dim=1)
    inputs = {
        "sample": sample.clone(),
        "timestep": torch.tensor([timestep], dtype=torch.float32),
        "encoder_hidden_states": torch.as_tensor(item.encoder_hidden_states, dtype=torch.float32),
    }
    return Feed(inputs, timestep, item=item.item_id)


def slot_arguments(network: "SlottedNetwork", adapter: AdapterWeights | None) -> tuple[Any, ...]:
    """Return (slots, lora_alpha) for SlottedNetwork.forward, or nothing without an adapter."""
    import torch

    from quad_studio.quad.network.placement import slots_of

    if adapter is None or not network.modules_with_slots:
        return ()
    slots = slots_of(network)
    padded = pad_to_slots(adapter, slots)
    return (
        tuple(torch.from_numpy(padded[slot.name]) for slot in slots),
        torch.ones(network.rank),
    )


def noised_feeds(
    items: Sequence[CalibrationItem],
    clean_latents: Sequence[Any],
    scheduler: Mapping[str, Any],
    *,
    per_item: int,
    seed: int = 0,
) -> tuple[Feed, ...]:
    """Return calls for the original diffusion loss, each with its training target.

    Args:
        items: Encoded inputs.
        clean_latents: One (1, C, h, w) array an item: the true latents (with data), or the FP32
            model's own final latents (data-free).
        scheduler: Noise schedule.
        per_item: Calls an item, at timesteps spread evenly over the schedule.
        seed: Of the noise.
    """
    import torch

    ddim = make_ddim(scheduler, 1)
    generator = torch.Generator().manual_seed(seed)
    train = int(scheduler["num_train_timesteps"])
    feeds = []
    for number, (item, clean) in enumerate(zip(items, clean_latents, strict=True)):
        x0 = torch.as_tensor(clean, dtype=torch.float32)
        for k in range(per_item):
            share = (k + (number + 0.5) / len(items)) / per_item
            timestep = torch.tensor([min(train - 1, int(share * train))])
            noise = torch.randn(x0.shape, generator=generator)
            noisy = ddim.add_noise(x0, noise, timestep)
            kind = scheduler["prediction_type"]
            target = {
                "epsilon": lambda: noise,  # noqa: B023 -- called at once
                "sample": lambda: x0,  # noqa: B023
                "v_prediction": lambda: ddim.get_velocity(x0, noise, timestep),  # noqa: B023
            }[kind]()
            feed = make_feed(item, noisy, float(timestep), scheduler)
            feeds.append(replace(feed, target=target))
    return tuple(feeds)
