"""What a plan's last line says when several things went wrong."""

from pathlib import Path

import pytest

from evaluation.errors import ReportError
from quad_studio.batch import with_cause
from quad_studio.errors import StageError


def refuse():
    raise ReportError(Path("run/report.html"), "cannot be written (No space left on device)")


def test_that_what_ended_the_rows_comes_before_the_report_that_failed_after_it():
    with pytest.raises(StageError) as caught:
        with_cause(refuse, ["host: the disk is full; free some space and use --resume"])
    text = str(caught.value)
    assert text.index("use --resume") < text.index("report.html")
    assert caught.value.exit_code == 5


def test_that_a_report_that_failed_alone_is_the_only_error():
    with pytest.raises(ReportError):
        with_cause(refuse, [])
    assert with_cause(lambda: [Path("a")], ["one row failed"]) == [Path("a")]
