"""The input sets that are written for the six use cases."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quad_studio.demo.inputs import CALIBRATION_COUNT, USE_CASES, SplitWorlds, write_input_set

FIELDS = {
    "id", "image", "mask", "sketch", "prompt", "negative_prompt", "seed", "split", "truth",
    "source_prompt",
}  # fmt: skip


@pytest.mark.parametrize("use_case", USE_CASES)
def test_that_an_input_set_has_both_splits_unique_ids_and_its_pictures(
    worlds: SplitWorlds, tmp_path: Path, use_case: str
) -> None:
    write_input_set(worlds, use_case, tmp_path)
    home = tmp_path / use_case
    rows = [json.loads(line) for line in (home / "inputs.jsonl").read_text("utf-8").splitlines()]
    assert all(set(row) == FIELDS for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
    splits = [row["split"] for row in rows]
    assert splits.count("calibration") == CALIBRATION_COUNT
    assert splits.count("heldout") == len(rows) - CALIBRATION_COUNT > 0
    for row in rows:
        for field in ("image", "mask", "sketch", "truth"):
            if row[field] is not None:
                with Image.open(home / row[field]) as picture:
                    assert picture.size == (64, 64)


def test_that_white_in_a_mask_file_is_where_truth_and_scene_differ(
    worlds: SplitWorlds, tmp_path: Path
) -> None:
    write_input_set(worlds, "object_removal", tmp_path)
    home = tmp_path / "object_removal"
    for line in (home / "inputs.jsonl").read_text("utf-8").splitlines()[:10]:
        row = json.loads(line)
        image, mask, truth = (
            np.asarray(Image.open(home / row[k])) for k in ("image", "mask", "truth")
        )
        differs = (image != truth).any(axis=2)
        assert differs.any()
        assert (mask[differs] == 255).all()
