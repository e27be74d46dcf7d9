"""Fetching icon packages and reading SVG bodies."""

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quad_studio.demo.catalog import IconPackage
from quad_studio.demo.errors import IconPackageError
from quad_studio.demo.icons import fetch_package, read_icons, render_svg, svg_of

ICONS = {
    "prefix": "tiny",
    "width": 32,
    "icons": {"dot": {"body": '<circle cx="16" cy="16" r="8" fill="#f00"/>'}},
    "aliases": {"point": {"parent": "dot"}},
}


def tarball_bytes() -> bytes:
    buffer = io.BytesIO()
    body = json.dumps(ICONS).encode()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/icons.json")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


CONTENT = tarball_bytes()
PACKAGE = IconPackage("tiny", "@icons/tiny", "1.0.0", hashlib.sha256(CONTENT).hexdigest(), "MIT")


def fake_npm(content: bytes, calls: list[list[str]]) -> Callable[[list[str], Path], None]:
    def run(argv: list[str], folder: Path) -> None:
        calls.append(argv)
        (folder / "icons-tiny-1.0.0.tgz").write_bytes(content)

    return run


def test_that_a_package_is_packed_once_and_then_taken_from_the_cache(tmp_path: Path) -> None:
    calls: list[list[str]] = []
    for _ in range(2):
        tarball = fetch_package(PACKAGE, tmp_path, run=fake_npm(CONTENT, calls))
    assert calls == [["npm", "pack", "--silent", "@icons/tiny@1.0.0"]]
    assert read_icons(tarball)["prefix"] == "tiny"


def test_that_a_changed_tarball_is_refused_with_both_hashes(tmp_path: Path) -> None:
    with pytest.raises(IconPackageError, match=PACKAGE.sha256) as caught:
        fetch_package(PACKAGE, tmp_path, run=fake_npm(CONTENT + b"x", []))
    assert hashlib.sha256(CONTENT + b"x").hexdigest() in str(caught.value)


def test_that_a_missing_npm_is_named_with_the_file_to_provide_instead(tmp_path: Path) -> None:
    def run(argv: list[str], folder: Path) -> None:
        raise FileNotFoundError(argv[0])

    with pytest.raises(IconPackageError, match=r"npm is not installed.*icons-tiny-1\.0\.0\.tgz"):
        fetch_package(PACKAGE, tmp_path, run=run)


def test_that_npm_s_own_last_line_is_shown_when_it_fails(tmp_path: Path) -> None:
    def run(argv: list[str], folder: Path) -> None:
        raise subprocess.CalledProcessError(1, argv, stderr="noise\nnpm error 404 Not Found")

    with pytest.raises(IconPackageError, match="404 Not Found"):
        fetch_package(PACKAGE, tmp_path, run=run)


def test_that_a_file_that_is_no_icon_package_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tgz"
    bad.write_bytes(b"not an archive")
    with pytest.raises(IconPackageError, match="not an Iconify package"):
        read_icons(bad)


def test_that_an_alias_draws_its_parent() -> None:
    assert svg_of(ICONS, "point") == svg_of(ICONS, "dot")


def test_that_an_unknown_icon_is_named() -> None:
    with pytest.raises(IconPackageError, match="'nowhere'"):
        svg_of(ICONS, "nowhere")


def test_that_a_rendered_icon_is_opaque_inside_and_clear_outside() -> None:
    picture = render_svg(svg_of(ICONS | {"height": 32}, "dot"), 64)
    assert picture.shape == (64, 64, 4)
    assert picture[32, 32].tolist() == [255, 0, 0, 255]
    assert picture[2, 2, 3] == 0
