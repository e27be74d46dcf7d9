"""One PNG a use case: input, FP32, device and their difference, for a person to judge by eye."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.runs import Run, load_run
from quad_studio.storage import replacing

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

FOLDER = "galleries"
GAIN = 10
"""How much the difference is amplified."""
MOST_ROWS = 12
_TILE = 192
_GAP = 8
_HEAD = 26
_CAPTION = 34
_PAPER, _INK, _FAINT = (250, 250, 250), (20, 20, 20), (110, 110, 110)
_SQUARE = 12
_METRICS = (("psnr_db", "PSNR {:.1f} dB"), ("ssim", "SSIM {:.3f}"), ("lpips_alex", "LPIPS {:.3f}"))
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """The rows of one picture.

    Attributes:
        name: Of the file, without suffix.
        title: What it shows and what ran it.
    """

    name: str
    title: str
    rows: tuple[Row, ...]


def write_galleries(path: Path, *, most: int = MOST_ROWS) -> list[Path]:
    """Write the galleries of the run in `path` below its `galleries` folder; return the files.

    Args:
        path: Run folder.
        most: Inputs shown in each, the first ones of the plan.

    Raises:
        InputFileProblem: It is no run.
        StageError: The files cannot be written.
    """
    run = load_run(path)
    made = (_write(run, gallery) for gallery in find_galleries(run, most=most))
    return [path / FOLDER / file.name for file in made if file is not None]


def find_galleries(run: Run, *, most: int = MOST_ROWS) -> list[Gallery]:
    """Return a gallery for each use case, way of running it, and target."""
    groups: dict[tuple[str, str, str, str], dict[str, Row]] = {}
    for row in run.rows:
        images = row.get("images") or {}
        if row.get("status") != "ok" or row.get("warmup"):
            continue
        if not images.get("reference") or not images.get("candidate"):
            continue
        way = f"{row['sampler']}, {row['steps']} steps, {row['adapter']}"
        key = (str(row.get("use_case")), way, str(row.get("target")), str(row.get("label", "")))
        groups.setdefault(key, {}).setdefault(f"{row['input_id']}|{row['seed']}", row)
    found: list[Gallery] = []
    for (use_case, way, target, label), rows in groups.items():
        parts = [use_case]
        if len({key[1] for key in groups if key[0] == use_case}) > 1:
            first = next(iter(rows.values()))
            parts += [str(first["sampler"]), str(first["steps"])]
        if len({key[2] for key in groups}) > 1:
            parts.append(target)
        name = _file_name("-".join(parts), {gallery.name for gallery in found})
        title = f"{use_case.replace('_', ' ')}  ({way})  on {label or target}"
        shown = sorted(rows.values(), key=lambda row: row.get("index") or 0)[:most]
        found.append(Gallery(name=name, title=title, rows=tuple(shown)))
    return found


def _file_name(text: str, taken: set[str]) -> str:
    """Return a file name of `text` that is not taken yet."""
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in text)
    number = 2
    while name in taken:
        name, number = f"{name.rstrip('0123456789')}{number}", number + 1
    return name


def _write(run: Run, gallery: Gallery) -> Path | None:
    """Draw one gallery; rows whose pictures are gone or damaged are left out, None if all are."""
    from PIL import Image, ImageDraw

    titles = _titles(gallery.rows)
    rows = [(row, tiles) for row in gallery.rows if (tiles := _tiles(run.path, row, titles))]
    if not rows:
        return None
    width = _GAP + len(titles) * (_TILE + _GAP)
    height = 2 * _HEAD + len(rows) * (_TILE + _CAPTION + _GAP) + _GAP
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    _text(draw, (_GAP, 6), _clipped(gallery.title, width), _INK)
    for column, title in enumerate(titles):
        _text(draw, (_GAP + column * (_TILE + _GAP), _HEAD + 6), title, _FAINT)
    for line, (row, tiles) in enumerate(rows):
        top = 2 * _HEAD + line * (_TILE + _CAPTION + _GAP)
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (_GAP + column * (_TILE + _GAP), top))
        for number, text in enumerate(_caption(row, run.scores.get(str(row["key"])))):
            place = (_GAP, top + _TILE + 2 + 15 * number)
            _text(draw, place, _clipped(text, width), (_INK, _FAINT)[number])
    path = run.path / FOLDER / f"{gallery.name}.png"
    with replacing(path) as stream:
        sheet.save(stream, format="PNG")
    return path


def _titles(rows: Sequence[Row]) -> list[str]:
    """Return the columns' heads; a use case without a picture to start from has no input."""
    source = ["input"] if any((row["images"] or {}).get("input") for row in rows) else []
    return [*source, "FP32", "device", f"difference x {GAIN}"]


def _tiles(folder: Path, row: Row, titles: Sequence[str]) -> "list[Image.Image]":
    """Return a row's pictures; none where one cannot be read or the two differ in size."""
    images = row["images"]
    try:
        given = [_input(folder, images)] if "input" in titles else []
        shown = [
            _read(folder / (images.get(f"{kind}_final") or images[kind]))
            for kind in ("reference", "candidate")
        ]
    except OSError:  # Pillow's own error for a file that is no image is one too
        return []
    first, second = (_flat(picture) for picture in shown)
    if first.shape != second.shape:
        return []
    apart = np.clip(np.abs(first - second) * GAIN, 0.0, 1.0)
    return [_tile(picture) for picture in (*given, *shown, apart)]


def _flat(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (H, W, 3): transparency over mid grey, where a white outline and a hole differ."""
    if picture.shape[2] == 3:
        return picture
    colour, alpha = picture[..., :3], picture[..., 3:]
    return np.asarray(colour * alpha + np.float32(0.5) * (1 - alpha), np.float32)


def _input(folder: Path, images: Mapping[str, Any]) -> NDArray[np.float32]:
    """Return what went in; what a mask covers is tinted red."""
    if not images.get("input"):
        return np.ones((_TILE, _TILE, 3), np.float32)
    picture = _read(folder / images["input"])[..., :3]
    if images.get("mask"):
        mask = _read(folder / images["mask"])[..., :1]
        red = np.array([0.9, 0.1, 0.1], np.float32)
        picture = picture * (1 - 0.6 * mask) + 0.6 * mask * red
    return picture


def _read(path: Path) -> NDArray[np.float32]:
    """Return (H, W, 3) or, with transparency, (H, W, 4) in [0, 1]."""
    from PIL import Image

    with Image.open(path) as opened:
        mode = "RGBA" if "A" in opened.getbands() else "RGB"
        return np.asarray(opened.convert(mode), np.float32) / np.float32(255)


def _tile(picture: NDArray[Any]) -> "Image.Image":
    """Return the picture at the tiles' size, transparency over a checkerboard."""
    from PIL import Image

    # Whole pixels for small pictures: a smooth enlargement would hide what is to be judged.
    small = max(picture.shape[:2]) <= _TILE
    how = Image.Resampling.NEAREST if small else Image.Resampling.LANCZOS
    pixels = Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    scale = _TILE / max(pixels.size)
    size = (max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale)))
    large = pixels.resize(size, how)
    if large.mode != "RGBA":
        return large
    y, x = np.indices((size[1], size[0])) // _SQUARE
    board = np.where((x + y) % 2, 225, 255).astype(np.uint8)
    under = Image.fromarray(np.repeat(board[..., None], 3, axis=-1))
    under.paste(large, mask=large.getchannel("A"))
    return under


def _caption(row: Row, score: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return the lines below a row: what was asked, and how near the device came."""
    metrics = (score or {}).get("metrics", {})
    texts = [form.format(metrics[name]) for name, form in _METRICS if metrics.get(name) is not None]
    prompt = f"  {row['prompt']!r}" if row.get("prompt") else ""
    return f"{row['input_id']}{prompt}", " · ".join([*texts, f"seed {row['seed']}"])


def _clipped(text: str, width: int) -> str:
    """Return text that fits `width` pixels, judged by a usual letter."""
    return textwrap.shorten(text, max(20, width // 7), placeholder=" ...")


def _text(
    draw: "ImageDraw.ImageDraw", place: tuple[int, int], text: str, ink: tuple[int, int, int]
) -> None:
    """Write with the font that Pillow carries, so that every machine draws the same."""
    from PIL import ImageFont

    draw.text(place, text, fill=ink, font=ImageFont.load_default(13))
