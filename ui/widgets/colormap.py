"""False colours for error maps (`resources/themes/colormaps.toml`)."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@cache
def lookup_table(name: str) -> NDArray[np.uint8]:
    """Return the 256 colours of the map `name`, (256, 3)."""
    text = files("resources").joinpath("themes", "colormaps.toml").read_text(encoding="utf-8")
    anchors = np.array(
        [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in tomllib.loads(text)[name]],
        dtype=np.float64,
    )
    at = np.linspace(0, len(anchors) - 1, 256)
    channels = [np.interp(at, np.arange(len(anchors)), anchors[:, c]) for c in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def apply(values: NDArray[np.floating], low: float, high: float, name: str) -> NDArray[np.uint8]:
    """Return `values` (H, W) as colours; `low` and below is the first colour of the map.

    Not-a-number is drawn as the first colour.
    """
    span = high - low if high > low else 1.0
    scaled = np.nan_to_num((values - low) * (255.0 / span), nan=0.0, posinf=255.0, neginf=0.0)
    return lookup_table(name)[np.clip(scaled, 0, 255).astype(np.uint8)]
