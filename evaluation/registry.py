"""Every metric by name: what it needs, which way is better, and how it was computed.

A metric is one of four kinds:

- "pair": `function(reference, candidate)`, (N, H, W, 3) float32 batches in [0, 1] -> (N,) float64;
- "prompted": `function(PromptedBatch)`, where prompts or source images matter too -> (N,) float64;
- "latent": `function(z, z_reference, z_initial)`, arrays of one shape -> float, NaN if undefined;
- "set": scored by `evaluation.score.score_set` over all images of a group.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from evaluation.errors import UnknownMetricError
from evaluation.images import Images
from evaluation.metrics import channel_error, clip, inception, latent_similarity
from evaluation.metrics import dists as dists_metric
from evaluation.metrics import flip as flip_metric
from evaluation.metrics import lpips as lpips_metric
from evaluation.metrics import ms_ssim as ms_ssim_metric
from evaluation.metrics import psnr as psnr_metric
from evaluation.metrics import ssim as ssim_metric
from evaluation.metrics import structure_distance as structure_metric
from evaluation.weights import (
    DISTS_HEADS,
    INCEPTION,
    LPIPS_ALEX,
    LPIPS_VGG,
    WeightFile,
    missing_because,
    sha256_of,
)

Direction = Literal["higher", "lower", "none"]
Kind = Literal["pair", "prompted", "latent", "set"]


def _always() -> None:
    """Return that nothing is missing."""


@dataclass(frozen=True)
class PromptedBatch:
    """What a metric of kind "prompted" reads.

    Attributes:
        reference: (N, H, W, 3) in [0, 1].
        candidate: Same shape.
        sources: The task's input image of each pair, None where it has none; sizes may differ.
        prompts: N prompts.
        source_prompts: N descriptions of the input image, None where unknown.
    """

    reference: Images
    candidate: Images
    sources: Sequence[Images | None]
    prompts: Sequence[str]
    source_prompts: Sequence[str | None]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: The key in scores.jsonl, plans and gates; the unit, if any, is part of it.
        title: What a table shows.
        unit: "dB" or "".
        direction: Which way is better.
        kind: How it is called, see the module.
        needs: What it needs beyond the two images, for a person.
        function: None for kind "set".
        context: Convention, versions and weight hashes; two scores whose contexts differ are not
            comparable.
        missing: Returns why the metric is not available now, or None.
        decimals: Digits shown, the same in every report.
        cost: Rough milliseconds for a 512 x 512 pair on two CPU cores, for `--dry-run`.
    """

    name: str
    title: str
    unit: str
    direction: Direction
    kind: Kind
    needs: tuple[str, ...] = ()
    function: Callable[..., Any] | None = None
    context: Callable[[], Mapping[str, Any]] = field(default=dict)
    missing: Callable[[], str | None] = _always
    decimals: int = 4
    cost: float = 20.0


def _psnr(reference: Images, candidate: Images) -> Any:
    return psnr_metric.psnr(reference, candidate, data_range=1.0)


def _ssim(reference: Images, candidate: Images) -> Any:
    return ssim_metric.ssim(reference, candidate, data_range=1.0)


def _ms_ssim(reference: Images, candidate: Images) -> Any:
    return ms_ssim_metric.ms_ssim(reference, candidate, data_range=1.0)


def _lpips_vgg(reference: Images, candidate: Images) -> Any:
    return lpips_metric.lpips(reference, candidate, net="vgg")


def _said(convention: str) -> Callable[[], Mapping[str, Any]]:
    """Return a context that is a convention and nothing else."""
    return lambda: {"convention": convention}


def _weighted(convention: str, *weights: WeightFile) -> dict[str, Any]:
    """Return the fields of a metric that needs weight files."""
    return {
        "needs": tuple(f"weights: {one.name}" for one in weights),
        "missing": lambda: missing_because(*weights),
        "context": lambda: {
            "convention": convention,
            "weights": [one.name for one in weights],
            "weights_sha256": [sha256_of(one) for one in weights],
        },
    }


def _on_clip(convention: str) -> dict[str, Any]:
    """Return the fields of a metric on CLIP features."""
    return {
        "needs": ("a CLIP model directory",),
        "missing": clip.missing_because,
        "context": lambda: clip.context(convention),
        "cost": 200,
    }


_PAIRS = (
    Metric(
        "psnr_db",
        "PSNR",
        "dB",
        "higher",
        "pair",
        function=_psnr,
        context=_said("one MSE per image over H, W, C; range 1.0"),
        decimals=2,
        cost=10,
    ),
    Metric(
        "ssim",
        "SSIM",
        "",
        "higher",
        "pair",
        function=_ssim,
        context=_said("Wang 2004: Gaussian 11x11 sigma 1.5, valid region, mean of channels"),
        cost=70,
    ),
    Metric(
        "ms_ssim",
        "MS-SSIM",
        "",
        "higher",
        "pair",
        needs=("at least 161 x 161 pixels",),
        function=_ms_ssim,
        context=_said("Wang 2003: five scales, 2x2 mean pooling, mean of channels"),
        cost=200,
    ),
    Metric(
        "lpips_alex",
        "LPIPS (alex)",
        "",
        "lower",
        "pair",
        function=lpips_metric.lpips,
        **_weighted("LPIPS v0.1, net alex, sRGB scaled to [-1, 1]", LPIPS_ALEX),
        cost=110,
    ),
    Metric(
        "lpips_vgg",
        "LPIPS (vgg)",
        "",
        "lower",
        "pair",
        function=_lpips_vgg,
        **_weighted("LPIPS v0.1, net vgg, sRGB scaled to [-1, 1]", LPIPS_VGG),
        cost=3400,
    ),
    Metric(
        "dists",
        "DISTS",
        "",
        "lower",
        "pair",
        function=dists_metric.dists,
        **_weighted("DISTS on the images' own size", LPIPS_VGG, DISTS_HEADS),
        cost=3500,
    ),
    Metric(
        "flip",
        "FLIP",
        "",
        "lower",
        "pair",
        function=flip_metric.flip,
        context=_said("LDR-FLIP, mean of the map, 67.02 pixels per degree"),
        cost=250,
    ),
    Metric(
        "structure_distance",
        "Structure distance (VGG16)",
        "",
        "lower",
        "pair",
        function=structure_metric.structure_distance,
        **_weighted(
            "MSE of VGG16 relu4_3 cosine self-similarities at 224 x 224, not DINO", LPIPS_VGG
        ),
        cost=600,
    ),
    Metric(
        "mae",
        "Mean absolute error",
        "",
        "lower",
        "pair",
        function=channel_error.mean_absolute_error,
        context=_said("over H, W, C, in units of full scale"),
        decimals=5,
        cost=10,
    ),
    Metric(
        "channel_bias",
        "Largest colour cast",
        "",
        "lower",
        "pair",
        function=channel_error.largest_channel_bias,
        context=_said("largest absolute mean signed error of R, G, B, in units of full scale"),
        decimals=5,
        cost=10,
    ),
    Metric(
        "histogram_distance",
        "Histogram distance",
        "",
        "lower",
        "pair",
        function=channel_error.histogram_distance,
        context=_said("earth mover's distance of 256-bin histograms, mean of R, G, B"),
        decimals=5,
        cost=30,
    ),
    Metric(
        "clip_image",
        "CLIP image similarity",
        "",
        "higher",
        "pair",
        function=clip.clip_image,
        **_on_clip("cos(E(FP32), E(device))"),
    ),
)

_OTHERS = (
    Metric(
        "clip_directional",
        "CLIP directional similarity",
        "",
        "higher",
        "prompted",
        function=clip.clip_directional,
        **_on_clip("cos(E(device) - E(input), E(FP32) - E(input)), unit features"),
    ),
    Metric(
        "clip_directional_text",
        "CLIP text direction",
        "",
        "higher",
        "prompted",
        function=clip.clip_directional_text,
        **_on_clip("cos(E(device) - E(input), T(prompt) - T(source prompt)), unit features"),
    ),
    Metric(
        "clip_score",
        "CLIP score",
        "",
        "higher",
        "prompted",
        function=clip.clip_score,
        decimals=2,
        **_on_clip("100 max(cos(E(device), T(prompt)), 0), no prefix"),
    ),
    Metric(
        "clip_score_change",
        "CLIP score change",
        "",
        "lower",
        "prompted",
        function=clip.clip_score_change,
        **_on_clip("|cos(E(device), T(prompt)) - cos(E(FP32), T(prompt))|"),
    ),
    Metric(
        "sim_dir",
        "sim_dir (latents)",
        "",
        "higher",
        "latent",
        needs=("stored latents",),
        function=latent_similarity.sim_dir,
        context=_said("cos(z - z_T, z_fp32 - z_T) of final latents, shared start noise z_T"),
        cost=1,
    ),
    Metric(
        "sim_image",
        "sim_image (latents)",
        "",
        "higher",
        "latent",
        needs=("stored latents",),
        function=latent_similarity.sim_image,
        context=_said("cos(z, z_fp32) of final latents"),
        cost=1,
    ),
    Metric(
        "fid",
        "FID",
        "",
        "lower",
        "set",
        **_weighted(f"FID (torchmetrics, antialias): {inception.CONVENTION}", INCEPTION),
        decimals=2,
        cost=220,
    ),
    Metric(
        "kid",
        "KID",
        "",
        "lower",
        "set",
        **_weighted(
            f"unbiased over different requests, (x.y/D + 1)^3: {inception.CONVENTION}", INCEPTION
        ),
        decimals=5,
        cost=220,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*_PAIRS, *_OTHERS)}

ALIASES: dict[str, str] = {"psnr": "psnr_db", "lpips": "lpips_alex"}
"""Short names that plans and the command line may use."""

DEFAULT_METRICS: tuple[str, ...] = ("psnr_db", "ssim", "lpips_alex")


def resolve(names: Sequence[str]) -> list[Metric]:
    """Return the metrics of these names, aliases allowed, each once, in the order given.

    Raises:
        UnknownMetricError: Names that are not registered, all of them at once.
    """
    wanted = list(dict.fromkeys(ALIASES.get(name, name) for name in names))
    unknown = [name for name in wanted if name not in METRICS]
    if unknown:
        raise UnknownMetricError(unknown, sorted(METRICS))
    return [METRICS[name] for name in wanted]


def availability(names: Sequence[str] | None = None) -> dict[str, str | None]:
    """Return {metric: None if available, else why not}, for `doctor` and the window."""
    metrics = resolve(names) if names is not None else list(METRICS.values())
    return {metric.name: metric.missing() for metric in metrics}
