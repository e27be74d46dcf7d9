"""A run rendered to every format, each file read back by a program that is not ours."""

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from evaluation import reports
from evaluation.evidence import read_evidence
from evaluation.gates import Gate
from evaluation.kpi_tables import Cell, KpiTable
from evaluation.reports.document import Document, read_document
from evaluation.reports.reshape import readable
from evaluation.summary import summarize_evidence
from tests.fakes.run_folder import write_run_folder

HOSTILE = "</script><script>alert(1)</script> <img src=x onerror=\"alert(2)\"> =cmd|' /C calc'!A0"
XSD = Path(__file__).parents[2] / "data" / "evaluation" / "junit.xsd"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    baseline = write_run_folder(folder / "baseline", scored=True, inputs=6, repeats=1)
    use_cases = ("object_removal", "transform", "sticker")
    run = write_run_folder(
        folder / "run",
        scored=True,
        inputs=6,
        repeats=1,
        slow=1.2,
        use_cases=use_cases,
        name=HOSTILE,
        failed_rows=1,
    )
    gates = [
        Gate("psnr_db", warn=40, error=20),
        Gate("unet_step_ms", max_regression_percent=10, target="host"),
        Gate("ssim", error=0.1, min_samples=99),
    ]
    evidence = read_evidence(run)
    summary = summarize_evidence(evidence, gates, read_evidence(baseline))
    (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    reports.write(run, list(reports.FORMATS))
    return run


@pytest.fixture(scope="module")
def document(run: Path) -> Document:
    return read_document(run)


def cells(document: Document) -> list[tuple[KpiTable, int, int, Cell]]:
    return [
        (table, down, across, cell)
        for table in document.tables
        for down, row in enumerate(table.rows)
        for across, cell in enumerate(row.cells)
    ]


def test_that_all_tables_of_the_paper_that_one_precision_fills_are_reported(document: Document):
    names = [table.name for table in document.tables]
    assert names[:5] == ["quality", "table1", "table2", "table3", "session"]


def test_that_every_format_left_one_whole_file(run: Path):
    for name, _ in reports.FORMATS.values():
        assert (run / name).stat().st_size > 500
    assert not list(run.glob("*.part"))


def test_that_writing_twice_gives_the_same_bytes(run: Path):
    before = {name: (run / name).read_bytes() for name, _ in reports.FORMATS.values()}
    reports.write(run, list(reports.FORMATS))
    for name, content in before.items():
        if name != "report.xlsx":  # a workbook holds the time it was made
            assert (run / name).read_bytes() == content, name


def test_that_json_keeps_its_published_schema_and_all_cells(run: Path, document: Document):
    data = json.loads((run / "report.json").read_text(encoding="utf-8"))
    schema = json.loads(
        resources.files("resources").joinpath("schemas/report.schema.json").read_text("utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    texts = [
        cell["text"] for table in data["tables"] for row in table["rows"] for cell in row["cells"]
    ]
    assert texts == [cell.text for *_, cell in cells(document)]
    assert data["exit_code"] == 4
    assert data["validity"]["status"] == "INVALID"


def test_that_csv_has_a_line_for_each_cell_and_no_formulas(run: Path, document: Document):
    lines = list(csv.DictReader(io.StringIO((run / "report.csv").read_text(encoding="utf-8"))))
    assert len(lines) == len(cells(document))
    for line, (_, _, _, cell) in zip(lines, cells(document), strict=True):
        if cell.value is not None:
            assert line["value"] == cell.text
            assert float(line["value"]) == pytest.approx(cell.value, abs=0.051)
        for text in line.values():
            assert not re.match(r"[=@+]|-(?![\d.])", text)


def test_that_xlsx_read_by_openpyxl_shows_the_same_digits(run: Path, document: Document):
    book = openpyxl.load_workbook(run / "report.xlsx")
    sheets = [
        sheet
        for sheet in book.worksheets
        if sheet.title not in ("Summary", "Gates", "Pairs", "Context")
    ]
    tables = [table for table in document.tables if table.rows]
    assert len(sheets) == len(tables)
    names = [sheet.title for sheet in sheets]
    assert {"Quality", "Session", "KPIs on the device, by chipset"} <= set(names)
    assert all(name == name.strip(" ,") and "  " not in name for name in names)
    for sheet, table in zip(sheets, tables, strict=True):
        assert sheet["A1"].value == table.title
        for down, row in enumerate(table.rows):
            for across, cell in enumerate(row.cells):
                found = sheet.cell(4 + down, 1 + len(table.corner) + across)
                if cell.value is None:
                    assert found.value == cell.text
                    continue
                digits = len(found.number_format.partition(".")[2])
                assert f"{found.value:.{digits}f}" == cell.text
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in line)
    prompts = [row[4].value for row in book["Pairs"].iter_rows(min_row=2)]
    assert any('a <b>"fox"</b> & friends' in str(prompt) for prompt in prompts)


def test_that_markdown_has_every_value_and_no_live_html(run: Path, document: Document):
    text = (run / "report.md").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    shown = [part for table in document.tables for part in readable(table)]
    sections = re.split(r"^## ", text.split("## Context")[0], flags=re.MULTILINE)[-len(shown) :]
    for part, section in zip(shown, sections, strict=True):
        grid = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert len(grid) == len(part.rows)
        for line, row in zip(grid, part.rows, strict=True):
            texts = line.strip("| ").split(" | ")[len(part.corner) :]
            for found, cell in zip(texts, row.cells, strict=True):
                assert found == cell.text or found.startswith(f"{cell.text} ")
    assert "[1]" in text
    assert "\n1. " in text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_that_html_is_one_file_without_network_and_escapes_everything(
    run: Path, document: Document
):
    reader = _Reader()
    text = (run / "report.html").read_text(encoding="utf-8")
    reader.feed(text)
    assert sum(tag == "script" for tag, _ in reader.tags) == 1
    for tag, attributes in reader.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for name in ("src", "href"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:image/", "#")), value
    assert "http://" not in text
    assert "https://" not in text
    body = " ".join(reader.texts)
    assert HOSTILE in body
    for *_, cell in cells(document):
        assert cell.text in body


def test_that_html_holds_each_pair_with_both_images_and_what_was_given(
    run: Path, document: Document
):
    reader = _Reader()
    reader.feed((run / "report.html").read_text(encoding="utf-8"))
    images = [attributes for tag, attributes in reader.tags if tag == "img"]
    given = sum(bool(pair.source) for pair in document.pairs)
    assert len(images) == 2 * len(document.pairs) + given
    assert all(str(image["src"]).startswith("data:image/png;base64,") for image in images)
    assert all(image["alt"] for image in images)


def test_that_latex_escapes_and_has_booktabs_tables(run: Path, document: Document):
    text = (run / "report.tex").read_text(encoding="utf-8")
    assert text.count(r"\toprule") == sum(len(readable(table)) for table in document.tables)
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert text.isascii()
    unescaped = re.sub(r"\\[%&#_$]", "", text.split(r"\begin{document}")[1])
    unescaped = re.sub(r"\{%\n", "", unescaped)
    assert "%" not in unescaped
    assert "#" not in unescaped


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.timeout(120)
def test_that_latex_compiles(run: Path, tmp_path: Path):
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-output-directory"]
    done = subprocess.run(
        [*command, str(tmp_path), str(run / "report.tex")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "report.pdf").stat().st_size > 5000


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_that_pdf_text_holds_title_verdict_and_values(run: Path, document: Document):
    command = ["pdftotext", "-layout", str(run / "report.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    flat = " ".join(text.split())
    assert "INVALID evidence" in flat
    assert document.evidence.run_id in flat
    for *_, cell in cells(document):
        if cell.value is not None:
            assert cell.text in flat


def test_that_junit_counts_agree_and_failure_is_not_error(run: Path, document: Document):
    root = ElementTree.parse(run / "junit.xml").getroot()
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "-1")) == len(cases)
        for name, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            found = sum(case.find(name) is not None for case in cases)
            assert int(suite.get(plural, "-1")) == found
    failed = {
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    }
    errors = {case.get("name") for case in root.iter("testcase") if case.find("error") is not None}
    assert failed == {"unet_step_ms"}
    assert errors == {"ssim", "valid", "unet_step_ms"}  # the baseline has no stickers
    assert {suite.get("name") for suite in root} >= {"host", "virtual:s25-qualcomm", "evidence"}


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint is not installed")
def test_that_junit_keeps_the_schema(run: Path):
    command = ["xmllint", "--noout", "--nonet", "--schema", str(XSD), str(run / "junit.xml")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_a_real_browser_runs_the_report_and_draws_differences(run: Path, tmp_path: Path):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu"]
    command += [f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000", "--dump-dom"]
    url = (run / "report.html").as_uri() + "#view-split"
    done = subprocess.run([*command, url], capture_output=True, check=True, text=True, timeout=150)
    dom = done.stdout
    assert re.search(r'<canvas width="64" height="64"', dom), "no difference map was drawn"
    assert 'role="slider"' in dom
    assert re.search(r'<dialog aria-label="Image pair" open="">', dom)
    assert "36 of 36 pairs" in dom or re.search(r"\d+ of \d+ pairs", dom)
