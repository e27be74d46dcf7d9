"""Images: one rule for reading them, and what shape and range a metric may rely on.

The rule, the same for every metric, map and report (docs/metrics.md, "Reading an image"):

1. EXIF orientation is applied.
2. An embedded ICC profile is converted to sRGB (perceptual intent). No profile means sRGB.
3. Alpha is composited over white, on the encoded sRGB values.
4. 8-bit samples are divided by 255, 16-bit samples by 65,535. Grey becomes three equal channels.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from evaluation.errors import ImageFileError, ImageRangeError, ImageShapeError

Images = NDArray[Any]
"""(N, H, W, C), a real dtype."""

Picture = NDArray[np.float32]
"""(H, W, 3), sRGB in [0, 1]."""

_SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_DEPTH_OFFSET, _PNG_COLOUR_OFFSET = 24, 25
_PNG_GREY = 0


def check_pair(reference: Images, candidate: Images, data_range: float) -> None:
    """Refuse batches that a full-reference metric cannot compare.

    Raises:
        ImageShapeError: Shapes differ, or are not four-dimensional, or a batch is empty.
        ImageRangeError: A value lies outside [0, data_range], or is not a number.
    """
    if reference.shape != candidate.shape or reference.ndim != 4 or reference.size == 0:
        raise ImageShapeError(
            f"want two (N, H, W, C) batches of one shape, got {reference.shape}"
            f" and {candidate.shape}"
        )
    for name, images in (("reference", reference), ("candidate", candidate)):
        low, high = float(images.min()), float(images.max())
        if not (low >= 0 and high <= data_range):
            raise ImageRangeError(f"{name} spans [{low:g}, {high:g}], want [0, {data_range:g}]")


def load_image(path: Path | str) -> Picture:
    """Read one image file by the rule above.

    Returns:
        (H, W, 3) float32, sRGB in [0, 1].

    Raises:
        ImageFileError: Missing, corrupt, too large, or of a kind that the rule does not cover.
    """
    path = Path(path)
    try:
        with Image.open(path) as opened:
            opened.load()
            if _is_sixteen_bit_colour(path):
                raise ImageFileError(path, "16-bit colour is not read; save it with 8 bits")
            return _to_srgb_array(ImageOps.exif_transpose(opened), path)
    except FileNotFoundError as exc:
        raise ImageFileError(path, "no such image file") from exc
    except UnidentifiedImageError as exc:
        raise ImageFileError(path, "not an image file that Pillow can read") from exc
    except Image.DecompressionBombError as exc:
        raise ImageFileError(path, f"refused: {exc}") from exc
    except (OSError, SyntaxError, ValueError) as exc:
        raise ImageFileError(path, f"corrupt or truncated image ({exc})") from exc


def save_image(path: Path | str, image: NDArray[Any]) -> Path:
    """Write an 8-bit PNG; the file appears whole or not at all.

    Args:
        path: Ends in .png. Missing parent folders are made.
        image: (H, W, 3) or (H, W): uint8, or float in [0, 1] (clipped; NaN is refused).

    Raises:
        ImageShapeError, ImageRangeError: Not an image.
    """
    path = Path(path)
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ImageShapeError(f"{path}: want (H, W, 3) or (H, W), got {image.shape}")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    Image.fromarray(to_bytes(image)).save(part, format="PNG")
    part.replace(path)
    return path


def to_bytes(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the image as uint8: round(255 * v), v clipped to [0, 1]; uint8 passes through.

    >>> to_bytes(np.array([[0.0, 0.5, 1.2]])).tolist()
    [[0, 128, 255]]
    """
    if image.dtype == np.uint8:
        return np.asarray(image)
    if not np.issubdtype(image.dtype, np.floating):
        raise ImageRangeError(f"want uint8 or float pixels, got {image.dtype}")
    if not np.isfinite(image).all():
        raise ImageRangeError("the image holds NaN or infinite pixels")
    return (np.clip(image, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def luma(images: NDArray[Any]) -> NDArray[Any]:
    """Return Rec. 709 luma of sRGB-encoded (..., 3) pixels, one channel fewer.

    Source: ITU-R BT.709-6, item 3.2, applied to encoded values (luma, not luminance).
    """
    return images @ np.asarray([0.2126, 0.7152, 0.0722], dtype=images.dtype)


def _to_srgb_array(image: Image.Image, path: Path) -> Picture:
    """Apply steps 2 to 4 of the rule to an upright image."""
    if image.mode in _SIXTEEN_BIT_MODES or image.mode == "I":
        grey = np.asarray(image, dtype=np.float32) / 65535.0
        if grey.min() < 0 or grey.max() > 1:
            raise ImageFileError(path, "32-bit grey samples; save it with 8 or 16 bits")
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.mode == "F":
        raise ImageFileError(path, "floating-point samples have no declared range; save 8 bits")
    has_alpha = image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info
    upright = _convert_profile(image, path)
    if not has_alpha:
        return np.asarray(upright.convert("RGB"), dtype=np.float32) / np.float32(255)
    straight = np.asarray(upright.convert("RGBA"), dtype=np.float32) / np.float32(255)
    alpha = straight[:, :, 3:]
    return straight[:, :, :3] * alpha + (1 - alpha)


def _convert_profile(image: Image.Image, path: Path) -> Image.Image:
    """Return the image in sRGB; its alpha survives."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colour = image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            colour, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError) as exc:
        problem = f"its ICC profile cannot be applied ({exc}); save it as sRGB"
        raise ImageFileError(path, problem) from exc
    if converted is None:
        raise ImageFileError(path, "its ICC profile cannot be applied; save it as sRGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _is_sixteen_bit_colour(path: Path) -> bool:
    """Return whether a PNG has 16-bit colour, of which Pillow would drop the low byte."""
    with path.open("rb") as file:
        head = file.read(_PNG_COLOUR_OFFSET + 1)
    return (
        head.startswith(_PNG_MAGIC)
        and head[_PNG_DEPTH_OFFSET] == 16
        and head[_PNG_COLOUR_OFFSET] != _PNG_GREY
    )
