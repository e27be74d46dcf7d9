"""Measuring the demo model."""

import numpy as np
import pytest

from quad_studio.demo.evaluate import SHEET_ZOOM, arrange, masked_psnr_db
from quad_studio.demo.fills import heat_fill


def test_that_the_psnr_inside_a_mask_ignores_the_rest() -> None:
    truth = np.zeros((1, 64, 64, 3), np.float32)
    found = truth.copy()
    found[0, :32] = 0.1
    found[0, 32:] = 1.0
    mask = np.zeros((1, 64, 64), np.float32)
    mask[0, :32] = 1.0
    assert masked_psnr_db(truth, found, mask)[0] == pytest.approx(20.0, abs=1e-4)
    assert masked_psnr_db(truth, found, None)[0] == pytest.approx(-10 * np.log10(0.505), abs=1e-4)


def test_that_a_heat_fill_restores_a_plane_of_one_slope() -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32)
    picture = np.repeat(np.broadcast_to(ramp, (64, 64))[..., None], 3, axis=2).copy()
    mask = np.zeros((64, 64), np.float32)
    mask[28:36, 28:36] = 1.0
    holed = np.where(mask[..., None] > 0, np.float32(0.5), picture)
    assert np.abs(heat_fill(holed, mask) - picture).max() < 0.01


def test_that_a_heat_fill_leaves_the_known_pixels_alone() -> None:
    picture = np.random.default_rng(0).random((64, 64, 3), np.float32)
    mask = np.zeros((64, 64), np.float32)
    mask[10:20, 10:20] = 1.0
    filled = heat_fill(picture, mask)
    assert np.array_equal(filled[mask == 0], picture[mask == 0])
    assert not np.array_equal(filled[mask > 0], picture[mask > 0])


def test_that_a_contact_sheet_holds_every_tile_in_reading_order() -> None:
    tiles = [np.full((64, 64, 3), value, np.float32) for value in (0.0, 0.2, 0.4)]
    sheet = arrange(tiles, columns=2)
    assert sheet.shape == (2 * 66 * SHEET_ZOOM, 2 * 66 * SHEET_ZOOM, 3)
    assert sheet[10, 10, 0] == 0
    assert sheet[10, 66 * SHEET_ZOOM + 10, 0] == 51
    assert sheet[66 * SHEET_ZOOM + 10, 10, 0] == 102
    assert sheet[66 * SHEET_ZOOM + 10, 66 * SHEET_ZOOM + 10, 0] == 255
