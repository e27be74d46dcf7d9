"""Galleries show input, FP32, device and difference of each use case."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quad_studio.engine.galleries import GAIN, find_galleries, write_galleries
from quad_studio.runs import load_run
from tests.fakes.run_folder import write_run_folder


@pytest.fixture
def run(tmp_path):
    return write_run_folder(tmp_path / "run", scored=True, targets=("host",), repeats=1)


def change_rows(run, change):
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    changed = change(rows)
    (run / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed))


def test_that_each_use_case_has_a_picture_with_its_inputs_in_order(run):
    found = find_galleries(load_run(run), most=3)
    assert [gallery.name for gallery in found] == ["object_removal", "transform"]
    assert [row["input_id"] for row in found[0].rows] == sorted(
        row["input_id"] for row in found[0].rows
    )
    assert all(len(gallery.rows) == 3 for gallery in found)
    files = write_galleries(run, most=3)
    assert [file.relative_to(run).as_posix() for file in files] == [
        "galleries/object_removal.png",
        "galleries/transform.png",
    ]


def test_that_files_are_named_as_the_run_was(run, monkeypatch):
    monkeypatch.chdir(run.parent)
    assert write_galleries(Path("run"))[0] == Path("run/galleries/object_removal.png")


def test_that_two_ways_of_running_a_use_case_have_a_picture_each(run):
    def twice(rows):
        few = {"sampler": "lcm", "steps": 4, "adapter": "object_removal+lcm"}
        again = [{**r, **few, "key": f"x{r['key'][1:]}"} for r in rows]
        return [*rows, *(r for r in again if r["use_case"] == "object_removal")]

    change_rows(run, twice)
    names = [gallery.name for gallery in find_galleries(load_run(run))]
    assert names == ["object_removal-ddim-8", "transform", "object_removal-lcm-4"]


def test_that_the_last_column_is_the_amplified_difference(run):
    row = find_galleries(load_run(run), most=1)[0].rows[0]
    near, far = (np.zeros((64, 64, 3), np.uint8) for _ in range(2))
    far[..., 0] = 5
    Image.fromarray(near).save(run / row["images"]["reference"])
    Image.fromarray(far).save(run / row["images"]["candidate"])
    sheet = np.asarray(Image.open(write_galleries(run, most=1)[0]))
    red = sheet[100, sheet.shape[1] - 100]
    assert red.tolist() == [5 * GAIN, 0, 0]


def test_that_the_difference_is_that_of_the_pictures_shown(run):
    row = find_galleries(load_run(run), most=1)[0].rows[0]
    final = {kind: f"images/{kind}_final.png" for kind in ("reference", "candidate")}
    for number, name in enumerate(final.values()):
        Image.new("RGBA", (64, 64), (7 * number, 0, 0, 255)).save(run / name)
    finished = {f"{kind}_final": name for kind, name in final.items()}

    def finish(rows):
        return [
            {**r, "images": {**r["images"], **finished}} if r["key"] == row["key"] else r
            for r in rows
        ]

    change_rows(run, finish)
    sheet = np.asarray(Image.open(write_galleries(run, most=1)[0]))
    assert sheet[100, sheet.shape[1] - 100].tolist() == [7 * GAIN, 0, 0]


def test_that_rows_without_a_reference_give_no_picture(run):
    change_rows(
        run, lambda rows: [{**r, "images": {**r["images"], "reference": None}} for r in rows]
    )
    assert write_galleries(run) == []


@pytest.mark.parametrize("spoil", ["gone", "damaged", "another size"])
def test_that_a_picture_that_cannot_be_shown_costs_its_row_only(run, spoil):
    whole = {file.name: Image.open(file).height for file in write_galleries(run)}
    row = find_galleries(load_run(run))[0].rows[0]
    picture = run / row["images"]["candidate"]
    if spoil == "gone":
        picture.unlink()
    elif spoil == "damaged":
        picture.write_bytes(b"\x89PNG\r\n\x1a\n...")
    else:
        Image.new("RGB", (8, 8)).save(picture)
    again = {file.name: Image.open(file).height for file in write_galleries(run)}
    assert again["object_removal.png"] < whole["object_removal.png"]
    assert again["transform.png"] == whole["transform.png"]


def test_that_a_run_without_its_pictures_has_no_gallery(run):
    import shutil

    shutil.rmtree(run / "images")
    assert write_galleries(run) == []
