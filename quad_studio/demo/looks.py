"""Redraw a picture in a named look: the true answers of the demo's transformations.

Each look is a function of the picture alone, so a result can be held against one true answer,
whatever the picture shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from quad_studio.demo.backgrounds import Picture

_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
_INKS: Final = np.array(
    [[0.13, 0.09, 0.35], [0.83, 0.13, 0.45], [0.99, 0.58, 0.20], [1.0, 0.95, 0.66]], np.float32
)
_BLUES: Final = np.array([[0.04, 0.14, 0.42], [0.93, 0.97, 1.0]], np.float32)
_MOONLIGHT: Final = np.array([0.42, 0.46, 0.78], np.float32)
_SEPIA: Final = np.array([[0.20, 0.12, 0.07], [0.97, 0.89, 0.72]], np.float32)


def _tone(picture: Picture) -> Picture:
    """Return a brightness, (H, W), in which vivid colours stand out from pale ones."""
    return (0.5 * (picture @ _LUMA) + 0.5 * picture.min(axis=2)).astype(np.float32)


def pop_art(picture: Picture) -> Picture:
    """Print the picture's brightness in four bold inks."""
    place = np.clip(_tone(picture) * 1.15 * len(_INKS) - 0.5, 0, len(_INKS) - 1)
    low = np.floor(place)
    step = np.clip((place - low - 0.5) * 6 + 0.5, 0, 1)[..., None]
    lower = low.astype(int)
    upper = np.minimum(lower + 1, len(_INKS) - 1)
    return (_INKS[lower] * (1 - step) + _INKS[upper] * step).astype(np.float32)


def blueprint(picture: Picture) -> Picture:
    """Print the picture's brightness in blue and white."""
    tone = np.clip((_tone(picture) - 0.5) * 1.25 + 0.55, 0, 1)[..., None]
    return (_BLUES[0] * (1 - tone) + _BLUES[1] * tone).astype(np.float32)


def night(picture: Picture) -> Picture:
    """Show the picture by moonlight: dark, blue, its colours muted."""
    grey = (picture @ _LUMA)[..., None]
    muted = 0.75 * picture + 0.25 * grey
    return np.clip(muted * _MOONLIGHT, 0, 1).astype(np.float32)


def old_photo(picture: Picture) -> Picture:
    """Tone the picture brown and darken its corners."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light = 1.0 - 0.28 * np.clip(np.hypot(x, y) - 0.45, 0, None)
    tone = np.clip((_tone(picture) - 0.5) * 1.2 + 0.5, 0, 1)[..., None]
    return ((_SEPIA[0] * (1 - tone) + _SEPIA[1] * tone) * light[..., None]).astype(np.float32)


LOOKS: Final[dict[str, Callable[[Picture], Picture]]] = {
    "pink pop art": pop_art,
    "a blue print": blueprint,
    "a dark night scene": night,
    "a warm old photo": old_photo,
}
