"""Events travel as JSON lines between processes."""

import io

import pytest

from quad_studio import events
from quad_studio.cli.console import Console
from quad_studio.wording import Lines, describe

EVENTS = [
    events.StageStarted(stage="export", title="Export"),
    events.StageProgress(stage="export", done=1, total=4, eta_s=3.0),
    events.StageFinished(stage="export", seconds=2.0),
    events.Measured(stage="distill", name="loss", values={"total": 0.5}, step=3),
    events.RowFinished(
        row={"use_case": "u", "input_id": "i", "label": "host", "status": "ok"}, done=1, total=2
    ),
    events.DeviceChanged(target="host", state="lost", cause="gone", remedy="plug in"),
    events.LogLine(message="m", level="warning"),
    events.RunFinished(summary="done", outputs={"report": "r"}),
    events.RunFailed(stage="export", message="broke", exit_code=5),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_that_an_event_survives_the_way_through_json(event):
    assert events.from_json(events.to_json(event)) == event


def test_that_a_line_that_is_no_event_is_refused():
    with pytest.raises(ValueError, match="not an event"):
        events.from_json('{"event": "Nothing"}')


def test_that_the_console_prints_a_line_for_each_event_but_plots_and_errors():
    stream = io.StringIO()
    console = Console(stream=stream)
    for event in EVENTS:
        console(event)
    text = stream.getvalue()
    assert len(text.splitlines()) == len(EVENTS) - 2  # the command itself says the error
    assert "export: 1/4, about 3.0 s left" in text
    assert "host: lost (gone: plug in)" in text


def test_that_a_quiet_console_still_prints_the_end():
    stream = io.StringIO()
    console = Console(quiet=True, stream=stream)
    for event in EVENTS:
        console(event)
    assert stream.getvalue().splitlines() == ["done"]


def test_that_a_stage_within_a_stage_of_its_name_speaks_once():
    lines = Lines()
    said = [
        lines(event)
        for event in (
            events.StageStarted(stage="load", title="Load the model"),
            events.StageStarted(stage="load", title="Load model"),
            events.StageFinished(stage="load", seconds=1.0, note="3 parts"),
            events.StageFinished(stage="load", seconds=1.5),
            events.StageStarted(stage="load", title="Load another"),
        )
    ]
    assert said == [
        "load: Load the model",
        "",
        "",
        "load: done in 1.5 s  3 parts",
        "load: Load another",
    ]


def test_that_rows_tell_how_long_the_others_take():
    row = {"use_case": "transform", "input_id": "a", "label": "host", "status": "ok"}
    now = iter([0.0, 10.0, 12.0])
    lines = Lines(clock=lambda: next(now))
    first, second, last = (
        lines(events.RowFinished(row=row, done=done, total=7)) for done in (1, 2, 7)
    )
    assert first == "run: 1/7  transform a on host"
    assert second == "run: 2/7, about 50 s left  transform a on host"
    assert last == "run: 7/7  transform a on host"


def test_that_bytes_are_said_as_a_share():
    event = events.StageProgress(stage="push", done=15_000, total=60_000, eta_s=0.2)
    assert describe(event) == "push: 25 %"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_that_a_terminal_gets_one_line_for_all_rows_and_keeps_failures(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    console = Console(stream=stream)
    row = {"use_case": "transform", "input_id": "a" * 60, "label": "host", "status": "ok"}
    for done in (1, 2):
        console(events.RowFinished(row=row, done=done, total=9))
    console(events.RowFinished(row={**row, "status": "error"}, done=3, total=9))
    assert stream.getvalue().count("\n") == 1
    parts = stream.getvalue().rstrip("\n").split("\r\x1b[2K")[1:]
    assert len(parts) == 3
    assert all(len(part) < 40 for part in parts)


def test_that_work_of_several_parts_is_whole_once(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    for stream in (io.StringIO(), Terminal()):
        console = Console(stream=stream)
        for done, note in ((1, "push"), (9, "push"), (9, "put in place"), (9, "deploy")):
            event = events.StageProgress(stage="deploy host", done=done, total=9, note=note)
            console(event)
        assert "put in place" not in stream.getvalue()
        assert stream.getvalue().count("9/9") == int(stream.isatty())
