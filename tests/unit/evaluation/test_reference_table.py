from pathlib import Path

import pytest

from evaluation.errors import EvaluationError
from evaluation.reference_table import BEGIN, END, Line, insert, main, render


def test_that_a_value_off_by_more_than_its_tolerance_is_marked():
    near = Line("SSIM", "a library", 0.5, 0.5000001, 1e-6)
    far = Line("SSIM", "a library", 0.5, 0.51, 1e-6)
    absent = Line("FID", "a library", 4.0, None, 1e-6, "its weights are missing")
    assert (near.agrees, far.agrees, absent.agrees) == (True, False, True)
    lines = render([near, far, absent]).splitlines()[2:]
    assert lines[0].endswith("| agrees |")
    assert lines[1].endswith("| **differs** |")
    assert "not available" in lines[2]
    assert "its weights are missing" in lines[2]


def test_that_the_table_goes_between_its_marks_and_nothing_else_changes(tmp_path: Path):
    path = tmp_path / "metrics.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    insert(path, "new")
    assert path.read_text(encoding="utf-8") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    path.write_text("no marks", encoding="utf-8")
    with pytest.raises(EvaluationError, match="has no marks"):
        insert(path, "new")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_every_reference_value_is_reproduced(capsys: pytest.CaptureFixture[str]):
    assert main(["--check"]) == 0, capsys.readouterr().err
