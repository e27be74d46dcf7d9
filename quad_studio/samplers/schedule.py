"""The noise schedule a model was trained with.

Diffusers keeps its tables in float32. They are rebuilt here with the same roundings (equal to a
unit or two in the last place), so that a compiled sampler and the reference that diffusers runs
start from the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.samplers.errors import SamplerProblem

Table = NDArray[np.float64]
PREDICTIONS = ("epsilon", "v_prediction", "sample")
SPACINGS = ("leading", "trailing", "linspace")
_SMALLEST_ALPHA = 2.0**-24  # diffusers' stand-in for 0 where a sigma must stay finite


@dataclass(frozen=True)
class NoiseSchedule:
    """The part of a scheduler configuration that a sampler needs.

    Attributes:
        alphas_cumprod: (T,) float64, rounded to float32 as in diffusers.
        final_alpha_cumprod: The value "before" timestep 0.
    """

    alphas_cumprod: Table
    final_alpha_cumprod: float
    prediction_type: str = "epsilon"
    timestep_spacing: str = "leading"
    steps_offset: int = 0
    final_sigmas_type: str = "zero"
    zero_snr: bool = False

    @property
    def num_train_timesteps(self) -> int:
        """Return T."""
        return len(self.alphas_cumprod)

    def sigmas(self) -> Table:
        """Return sqrt((1 - a) / a) for every training timestep, rounded as diffusers does."""
        alphas = self.alphas_cumprod.astype(np.float32)
        if self.zero_snr:
            alphas[-1] = _SMALLEST_ALPHA
        sigmas = np.sqrt((np.float32(1.0) - alphas) / alphas)
        return np.asarray(sigmas, np.float64)


def read_schedule(config: Mapping[str, Any]) -> NoiseSchedule:
    """Return the schedule of a diffusers scheduler configuration (or a bundle's `scheduler`).

    Raises:
        SamplerProblem: The configuration asks for what a coefficient table cannot say.
    """
    _refuse_nonlinear(config)
    prediction = str(config.get("prediction_type", "epsilon"))
    spacing = str(config.get("timestep_spacing", "leading"))
    if prediction not in PREDICTIONS:
        raise SamplerProblem("schedule", f"prediction_type {prediction} is none of {PREDICTIONS}")
    if spacing not in SPACINGS:
        raise SamplerProblem("schedule", f"timestep_spacing {spacing} is none of {SPACINGS}")
    zero_snr = bool(config.get("rescale_betas_zero_snr", False))
    alphas = _alphas_cumprod(_betas(config), zero_snr)
    final = 1.0 if config.get("set_alpha_to_one", True) else float(alphas[0])
    return NoiseSchedule(
        alphas_cumprod=alphas,
        final_alpha_cumprod=final,
        prediction_type=prediction,
        timestep_spacing=spacing,
        steps_offset=int(config.get("steps_offset", 0)),
        final_sigmas_type=str(config.get("final_sigmas_type", "zero")),
        zero_snr=zero_snr,
    )


def _refuse_nonlinear(config: Mapping[str, Any]) -> None:
    """Raise for options that are no linear update or that we do not compile."""
    for key in ("clip_sample", "thresholding"):
        if config.get(key):
            raise SamplerProblem("schedule", f"{key} is not linear; set it to false in the model")
    for key in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        if config.get(key):
            raise SamplerProblem("schedule", f"{key} is not supported; set it to false")


def _betas(config: Mapping[str, Any]) -> NDArray[np.float32]:
    """Return the betas of the named schedule, float32."""
    count = int(config.get("num_train_timesteps", 1000))
    if config.get("trained_betas") is not None:
        return np.asarray(config["trained_betas"], np.float32)
    start, end = float(config.get("beta_start", 0.0001)), float(config.get("beta_end", 0.02))
    name = str(config.get("beta_schedule", "linear"))
    if name == "linear":
        return _linspace(start, end, count)
    if name == "scaled_linear":
        root = _linspace(start**0.5, end**0.5, count)
        return root * root
    if name == "squaredcos_cap_v2":
        grid = np.cos((np.arange(count + 1) / count + 0.008) / 1.008 * np.pi / 2) ** 2
        return np.asarray(np.minimum(1 - grid[1:] / grid[:-1], 0.999), np.float32)
    raise SamplerProblem("schedule", f"beta_schedule {name} is not known")


def _linspace(start: float, end: float, count: int) -> NDArray[np.float32]:
    """Return what torch.linspace gives in float32: counted from the nearer end."""
    first, last = np.float32(start), np.float32(end)
    step = (last - first) / np.float32(count - 1)
    index = np.arange(count)
    rising = (first + step * index.astype(np.float32)).astype(np.float32)
    falling = (last - step * (count - 1 - index).astype(np.float32)).astype(np.float32)
    return np.where(index < count // 2, rising, falling)


def _alphas_cumprod(betas: NDArray[np.float32], zero_snr: bool) -> Table:
    """Return the cumulative product, summed up in float64 and rounded to float32 like torch."""
    product = _product(np.float32(1.0) - betas)
    if not zero_snr:
        return product.astype(np.float64)
    root = np.sqrt(product)
    first, last = root[0], root[-1]
    root = (root - last) * (first / (first - last))
    level = np.square(root)
    alphas = np.concatenate([level[:1], level[1:] / level[:-1]])
    return _product(np.float32(1.0) - (np.float32(1.0) - alphas)).astype(np.float64)


def _product(alphas: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the running product."""
    return np.cumprod(alphas.astype(np.float64)).astype(np.float32)
