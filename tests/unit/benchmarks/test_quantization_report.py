import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks._quantization import (
    LEAST_FOR_KID,
    Quality,
    matrices_hash,
    regained,
    regained_statistics,
)
from benchmarks._quantization_report import ALL, Cell, Fit, gap, report, single
from quad_studio.adapters.weights import AdapterWeights

SETTINGS = {"items": 4, "steps": 8, "kd_steps": 60, "kd_calls": 12, "threads": 2}


def cell(column, psnr_db, *, adapter="one", encoding="shared", set_name="as trained"):
    quality = Quality(psnr_db, 0.99, 0.01, None, 1e-4)
    return Cell(set_name, encoding, column, adapter, 4, quality, 0.99, 0.98, 30.0)


@pytest.fixture
def cells():
    levels = {"per-adapter": 40.0, "merged": 39.0, "anchor": 30.0, "QUAD": 39.75}
    made = [cell(column, level) for column, level in levels.items()]
    made += [cell(column, level + 1, adapter=ALL) for column, level in levels.items()]
    made += [
        cell(column, level, adapter=adapter, encoding="shared-with-base")
        for column, level in (("per-adapter", 40.0), ("anchor", 35.0))
        for adapter in ("one", ALL)
    ]
    return made


def told(cells, fits, monkeypatch, tmp_path, **changed):
    monkeypatch.setenv("QUAD_BENCHMARK_RESULT", str(tmp_path / "result.json"))
    report(
        cells,
        fits,
        **{"anchor": "two", "chosen": "two", "rule": "by coverage", "settings": SETTINGS} | changed,
    )
    return json.loads((tmp_path / "result.json").read_text())


def test_that_a_gap_is_taken_to_the_ceiling_of_the_same_adapter_and_reading(cells):
    assert [gap(cells, c) for c in single(cells, "QUAD")] == [0.25]
    assert [gap(cells, c) for c in single(cells, "anchor")] == [10.0, 5.0]


def test_that_the_table_says_the_worst_of_each_profile_and_the_better_reading(
    cells, monkeypatch, tmp_path
):
    table = told(cells, [], monkeypatch, tmp_path)["tables"][0]
    notes = "\n".join(table["notes"])
    assert "merged 1.00 dB, anchor 10.00 dB, QUAD 0.25 dB" in notes
    assert "better LoRA scale under the anchor's profile: shared-with-base" in notes
    rows = [row[:3] + row[4:6] for row in table["rows"]]
    assert ["shared", "one", "QUAD", "39.75", "-0.25"] in rows
    assert ["shared", "one", "per-adapter", "40.00", "+0.00"] in rows
    assert [row[1] for row in rows[:4]] == ["one"] * 4, "the pooled rows come last"


def test_that_a_distillation_stands_beside_the_profile_without_it(cells, monkeypatch, tmp_path):
    fit = Fit("as trained", "QUAD", "one", 1e-1, 1e-2, 1e-3, 19.5)
    row = told(cells, [fit], monkeypatch, tmp_path)["tables"][-1]["rows"][0]
    assert row[-3:] == ["+9.75", "20", "2.0"]


def test_that_a_build_that_would_merge_the_ranges_is_told_of(cells, monkeypatch, tmp_path):
    notes = told(cells, [], monkeypatch, tmp_path, chosen="unified")["tables"][0]["notes"]
    assert notes[0] == 'anchor: two, by coverage; with anchor = "auto" a build takes unified'


def test_that_kid_is_a_column_only_where_enough_images_gave_one(cells, monkeypatch, tmp_path):
    table = told(cells, [], monkeypatch, tmp_path)["tables"][0]
    assert "KID x1000" not in table["columns"]
    assert f"no KID: 4 images at most, an estimate wants {LEAST_FOR_KID}" in table["notes"]
    some = [
        replace(c, quality=replace(c.quality, kid=2.5e-3)) if c.adapter == ALL else c for c in cells
    ]
    table = told(some, [], monkeypatch, tmp_path)["tables"][0]
    at = table["columns"].index("KID x1000")
    assert {row[at] for row in table["rows"]} == {"", "2.500"}
    assert not any("no KID" in note for note in table["notes"])
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}


def test_that_another_gain_is_the_same_adapter_under_another_hash():
    pair = (np.ones((4, 2), np.float32), np.ones((2, 3), np.float32))
    adapter = AdapterWeights("one", {"layer": pair}, 2, "made in memory", "0" * 64)
    other = regained(adapter, 16.0)
    assert matrices_hash(other) != matrices_hash(adapter)
    a, b = other.modules["layer"]
    assert a.max() == 16.0
    assert np.array_equal(a @ b, pair[0] @ pair[1])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_the_statistics_of_regained_adapters_need_no_second_calibration(tmp_path):
    from quad_studio.cancel import CancelToken
    from quad_studio.config import load_project
    from quad_studio.engine.builder import Builder
    from quad_studio.quad.calibrate import CalibrateInput, calibrate
    from tests.fakes.tiny_project import write_tiny_project

    project = load_project(write_tiny_project(tmp_path / "project"))
    builder = Builder(project, tmp_path, emit=lambda event: None, cancel=CancelToken())
    louder = [regained(adapter, 16.0) for adapter in builder.adapters]
    given = CalibrateInput(builder.program, louder, builder.feeds, histograms=False)
    measured = calibrate(given).statistics
    derived = regained_statistics(builder.statistics, {"transform": 16.0})
    assert derived.sites == measured.sites
    ours, theirs = (s.adapters["transform"] for s in (derived, measured))
    assert np.array_equal(ours.minimum, theirs.minimum)
    assert np.array_equal(ours.maximum, theirs.maximum)
    assert not np.array_equal(ours.maximum, builder.statistics.adapters["transform"].maximum)
