"""An input that does not suit costs its own rows, never the plan."""

import json

import pytest

from quad_studio.cancel import CancelToken
from quad_studio.engine.prepare_rows import prepare_rows
from quad_studio.events import LogLine
from quad_studio.inputs import load_input_set
from quad_studio.sessions.order import PlannedTask, plan_rows
from quad_studio.sessions.rows import execute_task
from quad_studio.sessions.session import Session
from quad_studio.use_cases.settle import settle
from tests.fakes.fake_runner import HOST, FakeRunner, make_bundle
from tests.fakes.use_case_inputs import write_input_set, write_mask


@pytest.fixture
def rows(tmp_path):
    """Four inputs, of which three are bad: no mask, a small mask, and a picture of garbage."""
    path = write_input_set(tmp_path, count=4)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    del lines[1]["mask"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    write_mask(tmp_path / "img/in-2_mask.png", size=16)
    (tmp_path / "img/in-3.png").write_bytes(b"no picture")
    session = make_session(tmp_path)
    items = load_input_set(path, use_case="object_removal", lenient=True).items
    settings = settle("object_removal", session.frame, steps=2)
    return plan_rows([PlannedTask(settings, items)], repeats=2)


def make_session(folder):
    bundle = make_bundle(folder / "bundle")
    return Session(FakeRunner(bundle), bundle, HOST)


def test_that_unsuitable_inputs_are_said_once_and_the_others_are_prepared(rows, tmp_path):
    said = []
    ready = prepare_rows(rows, make_session(tmp_path).frame, emit=said.append, cancel=CancelToken())
    assert [rows[index].item.id for index, _ in ready] == ["in-0", "in-0"]
    assert ready[0][1] is ready[1][1]
    assert all(isinstance(event, LogLine) and event.level == "warning" for event in said)
    causes = [event.message for event in said]
    assert len(causes) == 3
    assert "in-1: object_removal needs mask" in causes[0]
    assert "in-2: the mask is 16x16, the image 32x32" in causes[1]
    assert "in-3: image:" in causes[2]


def test_that_their_rows_fail_with_the_cause_and_the_session_goes_on(rows, tmp_path):
    session = make_session(tmp_path)
    done = [execute_task(session, row).row for row in rows]
    assert [row["status"] for row in done] == ["ok", "error", "error", "error"] * 2
    assert {row["error"]["code"] for row in done if row["error"]} == {"bad_input"}
    assert "needs mask" in done[1]["error"]["message"]
