"""Tables on a terminal: every label whole, every line within the width."""

import json

import pytest

from evaluation.kpi_tables import KpiTable, build
from evaluation.target_labels import target_title
from quad_studio.engine.judge import tables_of
from quad_studio.engine.text_table import line_width, table_text
from tests.fakes.run_folder import write_run_folder

LONG = "Galaxy Tab S11 (Dimensity 9400+) (virtual)"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_run_folder(tmp_path_factory.mktemp("made") / "run", scored=True)


@pytest.fixture(scope="module")
def table(run) -> KpiTable:
    return tables_of(run, ["table2"])[0]


@pytest.mark.parametrize("width", [60, 80, 120, 160])
@pytest.mark.parametrize("name", ["table2", "table3", "quality", "session"])
def test_that_no_line_is_wider_than_asked(run, name, width):
    text = table_text(tables_of(run, [name])[0], width=width)
    assert max(len(line) for line in text.splitlines()) <= width


def test_that_every_number_is_shown_at_any_width(table):
    numbers = sorted(cell.text for row in table.rows for cell in row.cells if " " not in cell.text)
    for width in (60, 150):
        words = table_text(table, width=width).split()
        assert all(words.count(number) >= numbers.count(number) for number in set(numbers))


def test_that_a_long_label_is_wrapped_and_never_cut(run):
    manifest = json.loads((run / "manifest.json").read_text())
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    manifest["targets"][1]["label"] = LONG
    text = table_text(build("session", manifest, rows, []), width=80)
    said = target_title("virtual:s25-qualcomm", manifest)
    assert "not a phone" in said
    assert "…" not in text
    assert all(word in text.split() for word in said.split())


def test_that_an_upper_label_stands_once_above_its_columns(table):
    head = table_text(table, width=160).splitlines()
    assert sum(line.count("host CPU - not a phone") for line in head) == 1
    assert sum(line.count("Paper: Qualcomm") for line in head) == 1


def test_that_columns_of_one_target_stay_in_one_block_where_they_fit(table):
    blocks = table_text(table, width=80).split("\n\n")
    paper = [block for block in blocks if "Paper: LSI" in block]
    assert len(paper) == 1


def test_that_a_label_that_stands_above_is_not_repeated(run):
    quality = table_text(tables_of(run, ["quality"])[0], width=120)
    assert quality.count("host CPU - not a phone") == 1


def test_that_the_width_is_the_terminals(monkeypatch):
    monkeypatch.setenv("COLUMNS", "97")
    assert line_width() == 97
    monkeypatch.setenv("COLUMNS", "7")
    assert line_width() == 60


def test_that_a_table_without_rows_says_nothing(table):
    empty = KpiTable(table.name, table.title, table.corner, table.columns, (), table.notes)
    assert table_text(empty) == ""
