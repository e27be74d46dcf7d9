import numpy as np
import pytest

from evaluation.error_maps import KINDS, error_map, worst_regions
from evaluation.errors import EvaluationError, ImageShapeError


def spotted() -> tuple[np.ndarray, np.ndarray]:
    reference = np.full((64, 80, 3), 0.5, np.float32)
    candidate = reference.copy()
    candidate[10:20, 50:60, 0] -= 0.25
    return reference, candidate


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].missing() is None])
@pytest.mark.timeout(60)
def test_that_every_map_has_the_images_size_and_points_at_the_spot(kind: str):
    error = error_map(kind, *spotted())
    assert error.values.shape == (64, 80)
    assert error.values.dtype == np.float32
    x, y, width, height = worst_regions(error, count=1, size=16)[0]
    assert x <= 58
    assert x + width >= 52
    assert y <= 18
    assert y + height >= 12


def test_that_signed_maps_keep_the_sign():
    assert error_map("signed", *spotted()).values[15, 55] == pytest.approx(-0.25)
    assert error_map("luma", *spotted()).values[15, 55] == pytest.approx(-0.25 * 0.2126)
    assert error_map("absolute", *spotted()).values[15, 55] == pytest.approx(0.25)


def test_that_equal_images_have_no_worst_region():
    reference, _ = spotted()
    assert worst_regions(error_map("absolute", reference, reference)) == []
    assert error_map("ssim", reference, reference).values.min() == pytest.approx(1, abs=1e-6)


def test_that_worst_regions_do_not_overlap():
    rng = np.random.default_rng(0)
    reference, candidate = rng.random((2, 48, 48, 3)).astype(np.float32)
    found = worst_regions(error_map("absolute", reference, candidate), count=9, size=16)
    cover = np.zeros((48, 48), int)
    for x, y, width, height in found:
        cover[y : y + height, x : x + width] += 1
    assert cover.max() == 1
    assert len(found) >= 4


def test_that_an_unknown_kind_and_other_sizes_are_refused():
    reference, candidate = spotted()
    with pytest.raises(EvaluationError, match="unknown error map edges; known: absolute"):
        error_map("edges", reference, candidate)
    with pytest.raises(ImageShapeError):
        error_map("absolute", reference, candidate[1:])
