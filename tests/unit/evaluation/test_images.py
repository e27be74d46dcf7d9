import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from evaluation.errors import ImageFileError, ImageRangeError, ImageShapeError
from evaluation.images import check_pair, load_image, luma, save_image, to_bytes


def test_that_an_image_written_and_read_back_is_the_same_to_half_a_level(tmp_path: Path):
    image = np.random.default_rng(0).random((5, 7, 3)).astype(np.float32)
    read = load_image(save_image(tmp_path / "deep" / "a.png", image))
    assert read.dtype == np.float32
    assert np.abs(read - image).max() <= 0.5 / 255 + 1e-6
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.png"]


def test_that_exif_orientation_turns_the_image(tmp_path: Path):
    upright = Image.new("RGB", (2, 3))
    upright.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90 degrees clockwise to show
    upright.save(tmp_path / "a.png", exif=exif)
    assert load_image(tmp_path / "a.png").shape == (2, 3, 3)
    assert load_image(tmp_path / "a.png")[0, 2].tolist() == [1, 0, 0]


def test_that_alpha_is_composited_over_white(tmp_path: Path):
    Image.new("RGBA", (1, 1), (255, 0, 0, 51)).save(tmp_path / "a.png")
    assert load_image(tmp_path / "a.png")[0, 0] == pytest.approx([1.0, 0.8, 0.8])


def test_that_a_transparent_palette_entry_becomes_white(tmp_path: Path):
    image = Image.new("P", (1, 1), 0)
    image.putpalette([10, 20, 30])
    image.save(tmp_path / "a.png", transparency=0)
    assert load_image(tmp_path / "a.png")[0, 0].tolist() == [1, 1, 1]


def test_that_sixteen_bit_grey_is_divided_by_65535(tmp_path: Path):
    Image.fromarray(np.array([[0, 65535, 13107]], dtype=np.uint16)).save(tmp_path / "a.png")
    assert load_image(tmp_path / "a.png")[0, :, 1] == pytest.approx([0, 1, 0.2])


def test_that_an_icc_profile_other_than_srgb_changes_the_pixels(tmp_path: Path):
    lab_white = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    same = io.BytesIO(lab_white.tobytes()).getvalue()
    Image.new("RGB", (1, 1), (10, 120, 200)).save(tmp_path / "srgb.png", icc_profile=same)
    read = load_image(tmp_path / "srgb.png")[0, 0] * 255
    assert read == pytest.approx([10, 120, 200], abs=1)


def test_that_a_broken_icc_profile_is_refused_with_a_remedy(tmp_path: Path):
    Image.new("RGB", (1, 1)).save(tmp_path / "a.png", icc_profile=b"not a profile")
    with pytest.raises(ImageFileError, match=r"a\.png: its ICC profile .* save it as sRGB"):
        load_image(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such image file"),
        (b"", "not an image file"),
        (b"hello", "not an image file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image"),
    ],
)
def test_that_a_bad_file_is_one_sentence_that_names_it(
    tmp_path: Path, content: bytes | None, message: str
):
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImageFileError, match=message) as caught:
        load_image(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_that_a_truncated_png_is_refused(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(ImageFileError, match="corrupt or truncated"):
        load_image(path)


def test_that_nan_is_never_written(tmp_path: Path):
    with pytest.raises(ImageRangeError, match="NaN"):
        save_image(tmp_path / "a.png", np.full((1, 1, 3), np.nan))
    assert not list(tmp_path.iterdir())


def test_that_bytes_round_to_the_nearest_level():
    assert to_bytes(np.array([[-0.1, 0.4999 / 255, 0.5001 / 255, 1.0]])).tolist() == [
        [0, 0, 1, 255]
    ]


def test_that_luma_weights_are_those_of_bt709():
    assert luma(np.eye(3)).tolist() == [0.2126, 0.7152, 0.0722]


def test_that_pairs_of_different_shape_or_range_are_refused():
    with pytest.raises(ImageShapeError):
        check_pair(np.zeros((1, 2, 2, 3)), np.zeros((1, 2, 3, 3)), 1.0)
    with pytest.raises(ImageShapeError):
        check_pair(np.zeros((2, 2, 3)), np.zeros((2, 2, 3)), 1.0)
    with pytest.raises(ImageRangeError, match=r"candidate spans \[0, 255\]"):
        check_pair(np.zeros((1, 1, 2, 1)), np.array([0, 255]).reshape(1, 1, 2, 1), 1.0)
    with pytest.raises(ImageRangeError):
        check_pair(np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), np.nan), 1.0)
