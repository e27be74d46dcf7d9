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
from evaluation.metrics import lpips as lpips_metric
from evaluation.metrics import psnr as psnr_metric
from evaluation.metrics import ssim as ssim_metric
from evaluation.weights import LPIPS_ALEX, LPIPS_VGG, missing_because, sha256_of

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


def _lpips_vgg(reference: Images, candidate: Images) -> Any:
    return lpips_metric.lpips(reference, candidate, net="vgg")


def _lpips_context(net: str) -> Mapping[str, Any]:
    weights = LPIPS_ALEX if net == "alex" else LPIPS_VGG
    return {
        "convention": "LPIPS v0.1, sRGB scaled to [-1, 1]",
        "net": net,
        "weights": weights.name,
        "weights_sha256": sha256_of(weights),
    }


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "psnr_db",
            "PSNR",
            "dB",
            "higher",
            "pair",
            function=_psnr,
            context=lambda: {"convention": "one MSE per image over H, W, C; range 1.0"},
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
            context=lambda: {
                "convention": "Wang 2004: Gaussian 11x11 sigma 1.5, valid region, mean of channels"
            },
            cost=70,
        ),
        Metric(
            "lpips_alex",
            "LPIPS (alex)",
            "",
            "lower",
            "pair",
            needs=("weights: LPIPS AlexNet",),
            function=lpips_metric.lpips,
            context=lambda: _lpips_context("alex"),
            missing=lambda: missing_because(LPIPS_ALEX),
            cost=110,
        ),
        Metric(
            "lpips_vgg",
            "LPIPS (vgg)",
            "",
            "lower",
            "pair",
            needs=("weights: LPIPS VGG16",),
            function=_lpips_vgg,
            context=lambda: _lpips_context("vgg"),
            missing=lambda: missing_because(LPIPS_VGG),
            cost=3400,
        ),
    )
}

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
