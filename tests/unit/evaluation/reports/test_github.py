from pathlib import Path

import pytest

from evaluation.errors import ReportError
from evaluation.reports import write
from evaluation.reports.document import Document, read_document
from evaluation.reports.github import annotations, append_step_summary, step_summary
from tests.fakes.run_folder import write_run_folder


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return read_document(write_run_folder(tmp_path_factory.mktemp("run"), inputs=1, scored=True))


def gates(status: str, count: int) -> list[dict[str, str]]:
    return [{"status": status, "message": f"number {at} is 5 % off\nreally"} for at in range(count)]


def test_that_annotations_stay_below_the_limit_and_say_how_many_more():
    summary = {
        "gates": [*gates("fail", 12), *gates("warn", 3), *gates("pass", 4)],
        "validity": {"reasons": ["too hot"]},
    }
    lines = annotations(summary)
    errors = [line for line in lines if line.startswith("::error ")]
    assert len(errors) == 9
    assert errors[0] == "::error title=QUAD Studio::too hot"
    assert errors[-1].endswith("(+4 more, see the report)")
    assert "5 %25 off%0Areally" in errors[1]
    assert sum(line.startswith("::warning ") for line in lines) == 3
    assert all("\n" not in line for line in lines)


def test_that_a_long_summary_is_cut_at_a_line_and_says_so(document: Document):
    whole = step_summary(document)
    short = step_summary(document, limit_bytes=1500)
    assert len(short.encode()) <= 1500
    assert "lines left out" in short
    assert "left out" not in whole
    assert whole.startswith(short.splitlines()[0])


def test_that_what_is_already_in_the_summary_file_counts(document: Document, tmp_path: Path):
    path = tmp_path / "summary.md"
    path.write_text("x" * 899 * 1024)
    append_step_summary(document, path)
    assert path.stat().st_size <= 900 * 1024
    append_step_summary(document, path)
    assert path.stat().st_size <= 900 * 1024


def test_that_unknown_formats_and_languages_are_refused(tmp_path: Path):
    with pytest.raises(ReportError, match="unknown report format docx; known: html, md"):
        write(tmp_path, ["docx"])
    with pytest.raises(ReportError, match="in English only"):
        write(tmp_path, ["md"], language="eo")


def test_that_an_unwritable_report_is_one_sentence(tmp_path: Path):
    run = write_run_folder(tmp_path, inputs=1, targets=("host",))
    (run / "report.md.part").mkdir()
    with pytest.raises(ReportError, match=r"report\.md: cannot be written"):
        write(run, ["md"])
