import math
from pathlib import Path
from typing import Any

import pytest

from evaluation.errors import LayoutError
from evaluation.evidence import Evidence, read_evidence
from evaluation.kpi_tables import KpiTable, Pivot, build, build_table, layouts, table_from_json
from tests.fakes.run_folder import write_run_folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return read_evidence(write_run_folder(tmp_path_factory.mktemp("run"), scored=True))


@pytest.fixture(scope="module")
def slower(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    folder = tmp_path_factory.mktemp("slower")
    return read_evidence(write_run_folder(folder, scored=True, slow=1.2, noise=0.03))


def row_of(table: KpiTable, *labels: str) -> Any:
    return next(row for row in table.rows if row.heading.labels == labels)


def test_that_table_2_has_a_column_for_each_target_and_use_case(run: Evidence):
    table = build("table2", run.manifest, run.rows, list(run.scores.values()))
    assert [column.labels[1] for column in table.columns] == ["object removal", "transform"] * 2
    assert table.columns[0].labels[0] == "host CPU - not a phone"
    assert "not a phone" in table.columns[2].labels[0]
    assert [row.heading.labels[0] for row in table.rows][:4] == [
        "Sampler",
        "Steps",
        "VAE encoder execute",
        "U-Net execute",
    ]
    assert row_of(table, "Sampler").cells[0].text == "ddim"
    assert row_of(table, "LoRA ROM").cells[0].text == "1.31"
    assert "not a phone's latency" in row_of(table, "U-Net execute").cells[0].note


def test_that_a_latency_is_the_median_of_the_rows_median_calls(run: Evidence):
    cell = row_of(build_table("table2", run), "U-Net execute").cells[0]
    rows = [
        row
        for row in run.measured
        if row["target"] == "host" and row["use_case"] == "object_removal"
    ]
    medians = sorted(sorted(row["timing_ms"]["unet_step_ms"])[3:5] for row in rows)
    values = sorted(sum(pair) / 2 for pair in medians)
    assert cell.value == pytest.approx((values[3] + values[4]) / 2)
    assert cell.n == len(rows) == 8
    assert cell.low <= cell.value <= cell.high


def test_that_warm_ups_count_for_switches_only(run: Evidence):
    cold = row_of(build_table("session", run), "Switch, adapter not in memory").cells[0]
    assert cold.n == 2
    assert cold.text == "9.50"


def test_that_repeats_of_an_input_are_one_sample_of_quality(run: Evidence):
    table = build_table("quality", run)
    assert table.rows[0].cells[0].n == 4


def test_that_what_was_not_measured_says_why(run: Evidence):
    cell = row_of(build_table("session", run), "Switch, adapter in memory").cells[0]
    assert (cell.value, cell.text, cell.state) == (None, "not measured", "not measured")
    assert cell.note == "no warm switch happened in these rows"


def test_that_a_baseline_gives_change_percent_and_direction(run: Evidence, slower: Evidence):
    table = build_table("table2", slower, baseline=run)
    cell = row_of(table, "U-Net execute").cells[0]
    assert cell.delta_percent == pytest.approx(20, abs=0.5)
    assert cell.better is False
    assert cell.delta == pytest.approx(cell.value - cell.baseline)
    same = row_of(table, "LoRA ROM").cells[0]
    assert (same.delta, same.better) == (0, None)


def test_that_scores_of_other_weights_are_not_comparable(run: Evidence, slower: Evidence):
    scores = [
        {**score, "metric_context": {**score["metric_context"], "ssim": {"convention": "other"}}}
        for score in run.scores.values()
    ]
    baseline = {"manifest": run.manifest, "rows": run.rows, "scores": scores}
    table = build(
        "quality", slower.manifest, slower.rows, list(slower.scores.values()), baseline=baseline
    )
    ssim = table.rows[0].cells[1]
    assert ssim.delta is None
    assert "not comparable with the baseline: other weights" in ssim.note


def test_that_rows_scored_in_two_ways_give_no_number(run: Evidence):
    scores = [dict(score) for score in run.scores.values()]
    scores[0]["metric_context"] = {**scores[0]["metric_context"], "ssim": {"convention": "other"}}
    table = build("quality", run.manifest, run.rows, scores)
    assert table.rows[0].cells[1].text == "not comparable"
    assert "score the run again" in table.rows[0].cells[1].note


def test_that_only_identical_images_are_infinite_and_not_a_number(run: Evidence):
    scores = [
        {**score, "metrics": {"psnr_db": None}, "flags": {"psnr_db": "infinite"}}
        for score in run.scores.values()
    ]
    cell = build("quality", run.manifest, run.rows, scores).rows[0].cells[0]
    assert (cell.value, cell.text) == (None, "∞")


def test_that_two_providers_of_one_target_are_never_averaged(run: Evidence):
    rows = [dict(row) for row in run.rows if row["target"] != "host"]
    rows[1]["provider"] = "htp-emulator"
    table = build("table2", run.manifest, rows, [])
    assert len({column.labels[0] for column in table.columns}) == 2
    assert any(column.labels[0].endswith("htp-emulator") for column in table.columns)


@pytest.mark.parametrize("name", ["table1", "table2", "table3", "table4", "table5"])
def test_that_the_papers_numbers_stand_beside_ours_and_are_labelled(run: Evidence, name: str):
    ours, both = build_table(name, run), build_table(name, run, paper=True)
    assert not any(cell.state == "paper" for row in ours.rows for cell in row.cells)
    paper = [cell for row in both.rows for cell in row.cells if cell.state == "paper"]
    assert paper
    headings = [*both.columns, *(row.heading for row in both.rows)]
    assert any("Paper: " in label for heading in headings for label in heading.labels)
    assert any("2603.29535" in note for note in both.notes)


def test_that_a_paper_number_is_printed_as_in_the_paper(run: Evidence):
    table = build_table("table4", run, paper=True)
    row = next(row for row in table.rows if row.heading.labels == ("Paper: QUAD", "100:0"))
    assert [cell.text for cell in row.cells] == ["599.0724", "0.699", "5.4424", "0.2324"]


def test_that_any_pivot_can_be_asked_for(run: Evidence):
    pivot = Pivot(
        "steps", ("sampler",), ("kpi", "target"), ("psnr_db",), where={"use_case": "transform"}
    )
    table = build_table(pivot, run)
    assert [row.heading.labels for row in table.rows] == [("euler",)]
    assert [column.labels[0] for column in table.columns] == ["PSNR", "PSNR"]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("table9", "unknown table layout table9; known: table1"),
        (Pivot("x", ("colour",), ("kpi",), ("ssim",)), "unknown axis colour"),
        (Pivot("x", ("kpi",), ("kpi",), ("ssim",)), '"kpi" must stand once'),
        (Pivot("x", ("target",), ("use_case",), ("ssim",)), '"kpi" must stand once'),
        (Pivot("x", ("target",), ("kpi",), ("speed",)), "unknown KPI speed"),
    ],
)
def test_that_an_impossible_layout_is_refused(run: Evidence, layout: Any, message: str):
    with pytest.raises(LayoutError, match=message):
        build_table(layout, run)


def test_that_a_table_survives_json(run: Evidence, slower: Evidence):
    table = build_table("table2", slower, baseline=run, paper=True)
    assert table_from_json(table.as_json()) == table


def test_that_every_layout_builds_on_an_empty_run():
    empty = Evidence({"run_id": "x"}, [], {})
    for name in layouts():
        assert build_table(name, empty).rows == ()


def test_that_no_number_is_nan(run: Evidence, slower: Evidence):
    for name in layouts():
        for row in build_table(name, slower, baseline=run).rows:
            for cell in row.cells:
                numbers = (cell.value, cell.low, cell.high, cell.delta, cell.delta_percent)
                assert all(math.isfinite(number) for number in numbers if number is not None)


def test_that_rows_of_a_missing_combination_say_so(run: Evidence):
    rows = [
        row for row in run.rows if not (row["target"] == "host" and row["use_case"] == "transform")
    ]
    pivot = Pivot("t", ("target",), ("use_case", "kpi"), ("end_to_end_ms",))
    table = build(pivot, run.manifest, rows, [])
    assert table.rows[0].cells[1].note == "this combination was not run"


def test_that_the_fake_run_folder_is_there(tmp_path: Path):
    folder = write_run_folder(tmp_path, inputs=1, targets=("host",), use_cases=("sticker",))
    assert read_evidence(folder).manifest["bundle"]["rom"]["adapters"]["sticker"] == 1_200_000


def test_that_graphs_with_other_lora_widths_stand_in_rows_of_their_own(run: Evidence):
    from evaluation.summary import summarize_evidence

    bundle = dict(run.manifest["bundle"])
    other = {**bundle, "quantization": {**bundle["quantization"], "lora": "int8"}}
    first = str(run.rows[0]["graph_sha256"])
    rows = [dict(row) for row in run.rows]
    for row in rows[::2]:
        row["graph_sha256"] = "f" * 64
    manifest = {**run.manifest, "bundles": {first: bundle, "f" * 64: other}}
    changed = Evidence(manifest, rows, run.scores)
    table = build_table("ablation", changed)
    labels = {row.heading.labels[-2:] for row in table.rows}  # below each target
    assert labels == {("0:100", "LoRA INT16"), ("0:100", "LoRA INT8")}
    stored = summarize_evidence(changed)["tables"]
    assert "ablation" in stored
    assert "table4" not in stored
    assert "ablation" not in summarize_evidence(run)["tables"]


def test_that_a_use_case_that_was_run_in_two_ways_has_a_column_for_each(run: Evidence):
    few = {"sampler": "lcm", "steps": 4, "adapter": "object_removal+lcm"}
    rows = [
        {**row, **few, "key": f"{row['key'][:-1]}x"}
        for row in run.measured
        if row["use_case"] == "object_removal"
    ]
    table = build("table2", run.manifest, [*run.rows, *rows], [])
    labels = [column.labels[1] for column in table.columns]
    ways = ["object removal [ddim, 8 steps]", "transform", "object removal [lcm, 4 steps]"]
    assert labels == ways * 2  # each target's columns beside each other
    assert [cell.text for cell in row_of(table, "Sampler").cells][-1] == "lcm"


def test_that_a_pivot_by_sampler_needs_no_label_for_it(run: Evidence):
    pivot = Pivot("by sampler", rows=("use_case", "sampler"), columns=("kpi",), kpis=("init_ms",))
    table = build_table(pivot, run)
    assert all("[" not in row.heading.labels[0] for row in table.rows)


def test_that_the_time_outside_the_graphs_is_a_share_of_theirs():
    from evaluation.kpis import KPIS

    timing = {"text_encoder_ms": 10.0, "vae_encoder_ms": 0.0, "vae_decoder_ms": 30.0}
    timing |= {"unet_step_ms": [30.0, 30.0], "end_to_end_ms": 107.0, "load_ms": 5.0}
    read = KPIS["loop_overhead_percent"].read
    assert read({"timing_ms": timing}, {}) == pytest.approx(2.0)
    assert read({"timing_ms": {"end_to_end_ms": 5.0}}, {}) is None


def test_that_the_papers_column_stands_next_to_ours_of_the_same_use_case(run: Evidence):
    rows = [
        {**row, "use_case": "portrait", "key": f"p{row['key'][1:]}"}
        for row in run.measured
        if row["use_case"] == "transform"
    ]
    rows = [row for row in (*rows, *run.rows) if row["target"] == "host"]
    table = build("table3", run.manifest, rows, [], paper=True)
    labels = [column.labels[0] for column in table.columns]
    assert labels[:3] == ["portrait", "Paper: portrait", "object removal"]


@pytest.mark.parametrize("name", ["table3", "table4"])
def test_that_numbers_of_two_targets_are_never_one(run: Evidence, name: str):
    table = build_table(name, run)
    host = [row for row in run.rows if row["target"] == "host"]
    alone = build(name, run.manifest, host, run.scores)
    apart = [[cell for cell in row.cells if cell.n] for row in table.rows]
    once = [[cell.n for cell in row.cells if cell.n] for row in alone.rows]
    assert {cell.n for cells in apart for cell in cells} == {n for row in once for n in row}
    labels = [heading.labels[0] for heading in table.columns]
    labels += [row.heading.labels[0] for row in table.rows]
    assert {"host CPU - not a phone"} <= set(labels)


def test_that_a_task_without_an_adapter_says_so_at_its_rom(run: Evidence):
    bare = {"adapter": "none", "adapters": [], "adapter_sha256": None}
    table = build("table2", run.manifest, [{**row, **bare} for row in run.rows], [])
    notes = {cell.note for row in table.rows for cell in row.cells if cell.kpi == "lora_rom_mb"}
    assert notes == {"no adapter is used"}


def test_that_two_phones_of_one_model_have_columns_of_their_own(tmp_path):
    phones = ("adb:R58A", "adb:R58B")
    folder = write_run_folder(tmp_path / "run", targets=phones, scored=True)
    evidence = read_evidence(folder)
    for target in evidence.manifest["targets"]:
        target |= {"kind": "phone", "label": "Galaxy S25", "soc": "SM8750"}
    table = build_table("table2", evidence)
    assert [column.labels[0] for column in table.columns[::2]] == [
        "Galaxy S25 (SM8750), adb:R58A",
        "Galaxy S25 (SM8750), adb:R58B",
    ]
    alone = build("table2", evidence.manifest, [r for r in evidence.rows if "A" in r["target"]], {})
    assert [column.labels[0] for column in alone.columns] == ["Galaxy S25 (SM8750)"] * 2
