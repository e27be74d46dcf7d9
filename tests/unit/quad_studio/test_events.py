"""Events travel as JSON lines between processes."""

import io

import pytest

from quad_studio import events
from quad_studio.cli.console import Console

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


def test_that_the_console_prints_a_line_for_each_event_but_plots():
    stream = io.StringIO()
    console = Console(stream=stream)
    for event in EVENTS:
        console(event)
    text = stream.getvalue()
    assert len(text.splitlines()) == len(EVENTS) - 1
    assert "export: 1/4, about 3.0 s left" in text
    assert "host: lost (gone: plug in)" in text


def test_that_a_quiet_console_still_prints_the_failure():
    stream = io.StringIO()
    console = Console(quiet=True, stream=stream)
    for event in EVENTS:
        console(event)
    assert stream.getvalue().splitlines() == ["done", "export: broke"]
