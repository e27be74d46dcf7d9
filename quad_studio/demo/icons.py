"""Fetch the icon packages, read their SVG bodies and render them."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from quad_studio.demo.catalog import Catalog, IconPackage, Item
from quad_studio.demo.errors import IconPackageError

RENDER_PX: Final = 128
NPM_TIMEOUT_S: Final = 600.0

Rgba = NDArray[np.uint8]
RunCommand = Callable[[list[str], Path], None]


def run_npm(argv: list[str], folder: Path) -> None:
    """Run npm in `folder`; raise `OSError` or `subprocess.SubprocessError` when it cannot."""
    subprocess.run(
        argv, cwd=folder, check=True, capture_output=True, text=True, timeout=NPM_TIMEOUT_S
    )


def fetch_package(package: IconPackage, cache: Path, *, run: RunCommand = run_npm) -> Path:
    """Return the package's tarball in `cache`, fetched with ``npm pack`` unless it is there.

    Raises:
        IconPackageError: npm is missing or fails, or the tarball is not the pinned one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    stem = package.package.lstrip("@").replace("/", "-")
    tarball = cache / f"{stem}-{package.version}.tgz"
    if not tarball.exists():
        spec = f"{package.package}@{package.version}"
        try:
            run(["npm", "pack", "--silent", spec], cache)
        except FileNotFoundError as exc:
            raise IconPackageError(
                spec, f"npm is not installed; install it, or put {tarball.name} into {cache}"
            ) from exc
        except subprocess.CalledProcessError as exc:
            detail = (exc.stderr or "").strip().splitlines()
            raise IconPackageError(
                spec, f"npm pack failed: {detail[-1] if detail else exc}"
            ) from exc
        except (OSError, subprocess.SubprocessError) as exc:
            raise IconPackageError(spec, f"npm pack failed: {exc}") from exc
        if not tarball.exists():
            raise IconPackageError(spec, f"npm pack left no {tarball.name} in {cache}")
    digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise IconPackageError(
            package.package,
            f"{tarball} has sha256 {digest}, expected {package.sha256}; delete it and try again",
        )
    return tarball


def read_icons(tarball: Path) -> dict[str, Any]:
    """Return the icon set's JSON out of an Iconify package's tarball."""
    try:
        with tarfile.open(tarball) as archive:
            member = archive.extractfile("package/icons.json")
            if member is None:
                raise IconPackageError(str(tarball), "package/icons.json is not a file")
            loaded: dict[str, Any] = json.load(member)
            return loaded
    except (KeyError, tarfile.TarError, json.JSONDecodeError) as exc:
        raise IconPackageError(str(tarball), f"not an Iconify package: {exc}") from exc


def svg_of(icons: Mapping[str, Any], name: str) -> str:
    """Return the SVG document of one icon, aliases followed.

    Raises:
        IconPackageError: The set has no such icon.
    """
    entry = icons["icons"].get(name)
    if entry is None and name in icons.get("aliases", {}):
        entry = icons["icons"].get(icons["aliases"][name]["parent"])
    if entry is None:
        raise IconPackageError(str(icons.get("prefix", "icon set")), f"has no icon {name!r}")
    left, top = entry.get("left", 0), entry.get("top", 0)
    width = entry.get("width", icons.get("width", 16))
    height = entry.get("height", icons.get("height", 16))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}" width="{width}" height="{height}">'
        f"{entry['body']}</svg>"
    )


def render_svg(svg: str, size_px: int = RENDER_PX) -> Rgba:
    """Render an SVG document to (size, size, 4) uint8, straight alpha."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=size_px, height=size_px, skip_system_fonts=True
    )
    with Image.open(io.BytesIO(bytes(png))) as image:
        return np.asarray(image.convert("RGBA").resize((size_px, size_px)), dtype=np.uint8)


def render_catalog(catalog: Catalog, cache: Path, *, run: RunCommand = run_npm) -> dict[Item, Rgba]:
    """Return every item's picture, rendered once and kept in ``cache/icons.npz``."""
    concepts = (*catalog.trained, *catalog.held_out)
    wanted = [Item(concept, style) for concept in concepts for style in catalog.styles]
    store = cache / "icons.npz"
    if store.exists():
        with np.load(store) as saved:
            names = [str(name) for name in saved["names"]]
            if names == [f"{item.style}/{item.concept}" for item in wanted]:
                return dict(zip(wanted, saved["pixels"], strict=True))
    sets = {p.style: read_icons(fetch_package(p, cache, run=run)) for p in catalog.packages}
    pictures = {item: render_svg(svg_of(sets[item.style], item.concept)) for item in wanted}
    np.savez_compressed(
        store,
        names=np.array([f"{item.style}/{item.concept}" for item in wanted]),
        pixels=np.stack(list(pictures.values())),
    )
    return pictures
