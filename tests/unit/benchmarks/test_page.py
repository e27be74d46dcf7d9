import json

from benchmarks._page import page
from benchmarks._record import SCHEMA, Table, publish

RECORD = {
    "schema": SCHEMA, "name": "x", "status": "ok", "date": "2026-01-02", "seconds": 12.3,
    "machine": {"cpus": 2, "cpu": "CPU", "memory_gib": 8.0, "system": "Linux", "load": 0.5},
    "versions": {"torch": "2.13.0"}, "text": "plain text", "result": None,
}  # fmt: skip


def write(folder, **changes):
    record = {**RECORD, **changes}
    (folder / f"{record['name']}.json").write_text(json.dumps(record))


def test_that_the_page_shows_tables_with_machine_and_every_version(tmp_path):
    table = {"title": "T", "columns": ["a", "b"], "rows": [["x", 1.2345]], "notes": ["mind this"]}
    result = {"title": "Title", "tables": [table], "versions": {"openvino": "1.0"}}
    write(tmp_path, result=result)
    text = page(tmp_path, ["x"])
    assert "## Title" in text
    assert "| x | 1.23 |" in text
    assert "- mind this" in text
    assert "torch 2.13.0, openvino 1.0" in text
    assert "2 CPUs (CPU), 8.0 GiB, Linux, load 0.5; 2026-01-02; 12 s" in text


def test_that_a_benchmark_without_tables_is_shown_as_it_printed(tmp_path):
    write(tmp_path)
    assert "```\nplain text\n```" in page(tmp_path, ["x"])


def test_that_what_failed_or_was_not_run_is_said(tmp_path):
    write(tmp_path, status=1)
    text = page(tmp_path, ["x", "y"])
    assert "**This run failed** (status 1)" in text
    assert "No record of: `y`" in text


def test_that_publishing_leaves_numbers_for_the_runner_and_a_table_for_a_person(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("QUAD_BENCHMARK_RESULT", str(tmp_path / "result.json"))
    table = Table(title="T", columns=["a"], rows=[[float("inf")], [None]])
    publish([table], title="Title", data={"raw": [1.0, float("inf")]})
    kept = json.loads((tmp_path / "result.json").read_text())
    assert kept["data"] == {"raw": [1.0, "no limit"]}
    assert "| no limit |" in capsys.readouterr().out
