import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.errors import UnknownMetricError
from evaluation.score import score_rows
from tests.fakes.run_folder import read_rows, write_run_folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run_folder(tmp_path / "run", inputs=2, targets=("host",), failed_rows=1)


def test_that_every_row_but_a_warm_up_has_one_score_in_order(run: Path):
    rows = read_rows(run)
    scores = score_rows(rows, run, ["psnr", "ssim"])
    assert [score["key"] for score in scores] == [row["key"] for row in rows if not row["warmup"]]
    good = [score for score in scores if not score["unavailable"]]
    assert len(good) == len(scores) - 1
    assert all(set(score["metrics"]) == {"psnr_db", "ssim"} for score in good)
    assert all("convention" in score["metric_context"]["ssim"] for score in good)
    json.dumps(scores, allow_nan=False)


def test_that_a_failed_row_says_why_it_has_no_metrics(run: Path):
    rows = [row for row in read_rows(run) if row["status"] == "error"]
    (score,) = score_rows(rows, run, ["psnr"])
    assert score["metrics"] == {}
    assert score["unavailable"] == {"psnr_db": "the row failed: out_of_memory"}


def test_that_equal_images_are_null_with_a_flag(run: Path):
    row = read_rows(run)[1]
    row["images"]["candidate"] = row["images"]["reference"]
    (score,) = score_rows([row], run, ["psnr", "ssim"])
    assert score["metrics"]["psnr_db"] is None
    assert "identical" in score["flags"]["psnr_db"]
    assert score["metrics"]["ssim"] == pytest.approx(1)


def test_that_a_missing_picture_stops_nothing(run: Path):
    rows = [row for row in read_rows(run) if not row["warmup"] and row["status"] == "ok"]
    (run / rows[0]["images"]["candidate"]).unlink()
    scores = score_rows(rows, run, ["psnr"])
    assert "no such image file" in scores[0]["unavailable"]["psnr_db"]
    assert "psnr_db" in scores[-1]["metrics"]


def test_that_sizes_that_differ_are_named(run: Path):
    row = next(row for row in read_rows(run) if not row["warmup"])
    Image.new("RGB", (8, 4)).save(run / row["images"]["candidate"])
    (score,) = score_rows([row], run, ["ssim"])
    assert score["unavailable"]["ssim"] == "sizes differ: reference 64x64, candidate 8x4"


def test_that_rows_with_the_same_bytes_share_their_values(run: Path):
    rows = [row for row in read_rows(run) if row["input_id"] == "tr-0001"]
    scores = score_rows(rows, run, ["psnr"])
    assert len({score["metrics"]["psnr_db"] for score in scores}) == 1
    assert len({score["key"] for score in scores}) == len(rows) == 2


def test_that_batching_does_not_change_a_value(run: Path):
    rows = [row for row in read_rows(run) if row["status"] == "ok"]
    together = score_rows(rows, run, ["psnr", "ssim"])
    alone = [score for row in rows for score in score_rows([row], run, ["psnr", "ssim"])]
    for one, other in zip(together, alone, strict=True):
        assert one["metrics"] == pytest.approx(other["metrics"], rel=1e-6)


def test_that_unknown_metrics_are_all_named_at_once(run: Path):
    with pytest.raises(UnknownMetricError, match="psnrr, sim; known: "):
        score_rows([], run, ["psnrr", "psnr", "sim"])


def test_that_progress_ends_at_the_total_and_check_can_stop(run: Path):
    seen: list[tuple[str, int, int]] = []
    rows = read_rows(run)
    score_rows(rows, run, ["psnr"], progress=lambda *step: seen.append(step))
    assert seen[-1] == ("score", 8, 8)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_rows(rows, run, ["psnr"], check=stop)


def test_that_the_fake_run_is_the_same_bytes_twice(tmp_path: Path, run: Path):
    again = write_run_folder(tmp_path / "again", inputs=2, targets=("host",), failed_rows=1)
    names = sorted(path.relative_to(run) for path in run.rglob("*") if path.suffix != ".npz")
    assert [again / name for name in names] == sorted(
        path for path in again.rglob("*") if path.suffix != ".npz"
    )
    for name in names:
        if (run / name).is_file():
            assert (run / name).read_bytes() == (again / name).read_bytes(), name
    assert np.load(next(run.rglob("*.npz")))["z"].shape == (1, 4, 8, 8)
