"""What a report says, whatever its format."""

import dataclasses
import json

import pytest

from evaluation.evidence import read_evidence
from evaluation.gates import Gate, check_evidence
from evaluation.kpis import format_number
from evaluation.reports.document import read_document
from evaluation.reports.html import render
from evaluation.reports.plots import plots
from evaluation.summary import summarize_evidence
from tests.fakes.run_folder import write_run_folder

FEW = {"sampler": "lcm", "steps": 4, "adapter": "object_removal+lcm"}


@pytest.fixture(scope="module")
def two_ways(tmp_path_factory):
    """Write a run on the host whose object removal was done in eight steps and in four.

    The four steps are slower and worse, so that pooled numbers would hide it.
    """
    run = write_run_folder(tmp_path_factory.mktemp("ways") / "run", scored=True, targets=("host",))
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    scores = [json.loads(line) for line in (run / "scores.jsonl").read_text().splitlines()]
    removals = [row for row in rows if row["use_case"] == "object_removal"]
    again = {row["key"]: f"{row['key'][:-1]}x" for row in removals}
    for row in removals:
        timing = {**row["timing_ms"], "end_to_end_ms": 3 * row["timing_ms"]["end_to_end_ms"]}
        rows.append({**row, **FEW, "key": again[row["key"]], "timing_ms": timing})
    for score in list(scores):
        if score["key"] in again:
            metrics = {**score["metrics"], "psnr_db": score["metrics"]["psnr_db"] - 9}
            scores.append({**score, "key": again[score["key"]], "metrics": metrics})
    for name, lines in (("results", rows), ("scores", scores)):
        (run / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    evidence = read_evidence(run)
    gates = [Gate("psnr_db", error=1.0)]
    (run / "summary.json").write_text(json.dumps(summarize_evidence(evidence, gates)))
    return run


def numbers_of(table, kpi):
    return {
        column.labels[-1]: cell.text
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.kpi == kpi
    }


def test_that_tiles_gates_and_measurements_agree_with_the_tables(two_ways):
    document = read_document(two_ways)
    table = next(table for table in document.tables if table.name == "table2")
    shown = numbers_of(table, "end_to_end_ms")
    assert "object removal [lcm, 4 steps]" in shown
    tile = next(tile for tile in document.tiles if tile.title.startswith("End to end"))
    assert tile.text == shown["object removal [lcm, 4 steps]"]
    assert "object removal [lcm, 4 steps]" in tile.sub
    measured = {
        entry["use_case"]: format_number(entry["value"], 1)
        for entry in document.summary["measurements"]
        if entry["kpi"] == "end_to_end_ms"
    }
    assert sorted(measured.values()) == sorted(shown.values())


def test_that_a_gate_judges_each_way_and_not_their_mean(two_ways):
    evidence = read_evidence(two_ways)
    means = {
        result.use_case: result.value
        for result in check_evidence([Gate("psnr_db", error=1.0)], evidence).results
    }
    good, bad = means["object_removal [ddim, 8 steps]"], means["object_removal [lcm, 4 steps]"]
    assert good - bad == pytest.approx(9.0)
    between = Gate("psnr_db", error=(good + bad) / 2 - 0.5, use_case="object_removal")
    report = check_evidence([between], evidence)
    assert [result.status for result in report.results] == ["fail", "pass"]
    table = next(
        t
        for t in summarize_evidence(evidence, [between])["tables"].values()
        if t["name"] == "quality"
    )
    chips = {
        row["heading"]["labels"][-1]: cell["gate"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell["kpi"] == "psnr_db"
    }
    assert chips["object removal [ddim, 8 steps]"] == "pass"
    assert chips["object removal [lcm, 4 steps]"] == "fail"


def test_that_a_regression_is_held_against_the_same_way_of_the_baseline(two_ways):
    evidence = read_evidence(two_ways)
    gate = Gate("end_to_end_ms", max_regression_percent=5, use_case="object_removal")
    report = check_evidence([gate], evidence, evidence)
    assert {result.status for result in report.results} == {"pass"}
    assert all(result.value == result.baseline for result in report.results)
    assert len({result.value for result in report.results}) == 2


def test_that_plots_keep_the_ways_apart(two_ways):
    drawn = next(plot for plot in plots(read_evidence(two_ways)) if plot.title.startswith("End"))
    assert "lcm, 4 steps, host" in drawn.svg
    assert "ddim, 8 steps, host" in drawn.svg


def test_that_each_way_has_its_pairs_and_says_which_it_is(two_ways):
    document = read_document(two_ways)
    ways = [pair.way for pair in document.pairs if pair.use_case == "object removal"]
    assert ways.count("lcm, 4 steps") == ways.count("ddim, 8 steps") == 4
    assert "object removal [lcm, 4 steps], host (CPU)" in render(document)


def test_that_what_was_given_is_shown_beside_the_results(two_ways):
    document = read_document(two_ways)
    assert all((two_ways / pair.source).is_file() for pair in document.pairs)
    bare = dataclasses.replace(document.pairs[0], source="")
    without = render(dataclasses.replace(document, pairs=(bare,)))
    assert 'class="source"' in render(document)
    assert 'class="source"' not in without


def test_that_two_phones_of_one_model_are_told_apart_everywhere(tmp_path):
    phones = ("adb:R58A", "adb:R58B")
    run = write_run_folder(tmp_path / "run", targets=phones, scored=True, slow=1.0)
    document = read_document(run)
    assert {pair.device for pair in document.pairs} == {f"host (CPU), {name}" for name in phones}
    assert all(", adb:R58" in tile.sub for tile in document.tiles)
    assert all(name in plots(document.evidence)[0].svg for name in phones)


def test_that_settings_are_told_and_not_counted(two_ways):
    manifest = json.loads((two_ways / "manifest.json").read_text())
    manifest["bundle"]["geometry"] = {f"part_{n}": n for n in range(15)} | {"nested": {"x": 1}}
    manifest["bundle"]["adapters"] = [{"name": "transform", "bytes": 3 * "9" * 60}]
    evidence = dataclasses.replace(read_evidence(two_ways), manifest=manifest)
    from evaluation.reports.document import context_of

    bundle = dict(dict(context_of(evidence, {}))["Bundle"])
    assert bundle["geometry"].startswith("part 0: 0; part 1: 1")
    assert "nested" not in bundle["geometry"]
    assert bundle["adapters"] == "transform"


def test_that_the_time_is_said_to_the_minute_in_utc(two_ways):
    document = read_document(two_ways)
    assert document.created == "2026-01-02 03:04 UTC"
    odd = dataclasses.replace(document.evidence, manifest={"created_at": "yesterday"})
    assert dataclasses.replace(document, evidence=odd).created == "yesterday"


def test_that_passed_gates_are_not_said_twice(two_ways):
    text = render(read_document(two_ways))
    assert "In words" not in text
    assert "≥ 1" in text
