"""A picture ready to be drawn: its pixels, and its scaled copies."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Pixels = NDArray[np.uint8]
"""(H, W, 3), sRGB, 8 bit."""

SCALED_KEPT = 3


class Frame:
    """One picture with everything a canvas needs to draw it at once.

    Below 100 % it is scaled with an area average, so that what is seen is the mean of the pixels
    and not an aliasing pattern; the scaled copies are kept, so that flipping between two frames
    only blits.

    Attributes:
        pixels: (H, W, 3) uint8.
        image: The same, as Qt draws it.
    """

    def __init__(self, pixels: Pixels) -> None:
        """Take `pixels`; they are not copied and must not change."""
        self.pixels = np.ascontiguousarray(pixels)
        self.image = to_qimage(self.pixels)
        self._scaled: OrderedDict[tuple[int, int], QImage] = OrderedDict()

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height)."""
        return self.width, self.height

    @property
    def size_bytes(self) -> int:
        """Return the memory of pixels and scaled copies."""
        scaled = sum(image.sizeInBytes() for image in self._scaled.values())
        return int(self.pixels.nbytes + self.image.sizeInBytes() + scaled)

    def scaled(self, zoom: float) -> QImage:
        """Return the picture at `zoom` < 1, area-averaged; cached."""
        size = max(1, round(self.width * zoom)), max(1, round(self.height * zoom))
        found = self._scaled.get(size)
        if found is None:
            found = to_qimage(area_average(self.pixels, size))
            self._scaled[size] = found
            while len(self._scaled) > SCALED_KEPT:
                self._scaled.popitem(last=False)
        return found

    def at(self, x: int, y: int) -> tuple[int, int, int] | None:
        """Return the pixel at (x, y), None outside."""
        if 0 <= x < self.width and 0 <= y < self.height:
            red, green, blue = self.pixels[y, x].tolist()
            return red, green, blue
        return None


def area_average(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return `pixels` shrunk to (width, height); every target pixel is the mean of its area."""
    from PIL import Image  # here: it costs a part of the start-up time

    shrunk = Image.fromarray(pixels).resize(size, Image.Resampling.BOX)
    return np.asarray(shrunk, dtype=np.uint8)


def to_qimage(pixels: Pixels) -> QImage:
    """Return `pixels` as a QImage that owns its memory."""
    height, width = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    made = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return made.convertToFormat(QImage.Format.Format_RGB32)


def load_pixels(path: Path) -> Pixels:
    """Read an image file as the metrics do for 8-bit files: oriented, over white, RGB.

    Raises:
        OSError: The file is missing, damaged or no image.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        return _pixels_of(path)
    except UnidentifiedImageError as exc:
        raise OSError("it is no picture, or a damaged one") from exc
    except (SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as exc:
        # What Pillow raises for a file that is damaged depends on where the damage is.
        raise OSError(f"the picture is damaged: {exc}") from exc
    except OSError as exc:
        raise OSError(exc.strerror or f"the picture is damaged: {exc}") from exc


def _pixels_of(path: Path) -> Pixels:
    from PIL import Image, ImageOps

    with Image.open(path) as opened:
        picture = ImageOps.exif_transpose(opened)
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            white = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(white, picture)
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
