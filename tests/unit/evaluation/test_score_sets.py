from pathlib import Path

import pytest

from evaluation.score import score_set
from evaluation.weights import INCEPTION, missing_because
from tests.fakes.run_folder import read_rows, write_run_folder


@pytest.mark.skipif(missing_because(INCEPTION) is not None, reason=str(missing_because(INCEPTION)))
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_each_group_has_fid_and_kid_with_its_n(tmp_path: Path):
    run = write_run_folder(
        tmp_path, inputs=25, targets=("host",), repeats=2, use_cases=("transform",)
    )
    steps: list[tuple[str, int, int]] = []
    scores = score_set(
        read_rows(run), run, ["fid", "kid", "ssim"], progress=lambda *step: steps.append(step)
    )
    assert [score["set"]["use_case"] for score in scores] == ["transform"]
    for score in scores:
        assert score["n"] == 25
        assert score["metrics"]["fid"] > 0
        assert "kid" in score["std"]
        assert len(score["metric_context"]["fid"]["weights_sha256"][0]) == 64
    assert steps[-1] == ("score sets", 50, 50)


@pytest.mark.skipif(missing_because(INCEPTION) is not None, reason=str(missing_because(INCEPTION)))
def test_that_kid_of_few_images_says_how_many_it_needs(tmp_path: Path):
    run = write_run_folder(tmp_path, inputs=4, targets=("host",), repeats=1)
    (score,) = score_set(read_rows(run), run, ["kid"])[:1]
    assert score["metrics"] == {}
    assert score["unavailable"]["kid"] == "needs n >= 25, there are n = 4 images"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_without_weights_the_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = write_run_folder(tmp_path, inputs=1, targets=("host",))
    (run / read_rows(run)[0]["images"]["reference"]).write_bytes(b"no image")
    scores = score_set(read_rows(run), run, ["kid"])
    reason = scores[0]["unavailable"]["kid"]
    assert "not installed" in reason or "not an image" in reason or "needs n >= 25" in reason
    assert scores[0]["metrics"] == {}


def test_that_pair_metrics_alone_need_no_sets(tmp_path: Path):
    assert score_set([], tmp_path, ["ssim"]) == []
