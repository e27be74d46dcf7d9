"""The conversation on a fake runner; tests/integration holds it to the real one."""

import argparse
import io
import json

import pytest
from PIL import Image

from device.errors import RunnerLostError
from device.targets import Telemetry
from quad_studio.cli.session import Conversation
from quad_studio.sessions.session import Session
from tests.fakes.fake_runner import HOST, FakeRunner, make_bundle
from tests.fakes.use_case_inputs import write_input_set


@pytest.fixture
def talk(tmp_path, monkeypatch, capsys):
    """Return a function that types lines and gives (status, stdout lines, stderr, session)."""
    write_input_set(tmp_path)
    monkeypatch.chdir(tmp_path)
    bundle = make_bundle(tmp_path / "bundle")

    def talk(*lines, fail=(), **options):
        session = Session(FakeRunner(bundle), bundle, HOST)
        session.runner.fail = list(fail)
        given = {"out": tmp_path / "out", "save_plan": None, "preload": False, "json": False}
        args = argparse.Namespace(**{**given, **options})
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
        status = Conversation(session, args, telemetry=Telemetry).run()
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err, session

    return talk


REMOVE = "object_removal image=img/in-0.png mask=img/in-0_mask.png seed=2 steps=2"
CHANGE = 'transform image=img/in-1.png prompt="a red cat" steps=2'


def test_that_a_session_switches_between_use_cases_and_says_so(talk, tmp_path):
    status, out, _, session = talk(REMOVE, CHANGE, REMOVE)
    assert status == 0
    assert "none -> object_removal 0.5 ms (cold)" in out[0]
    assert "object_removal -> transform 0.5 ms (cold)" in out[1]
    assert "transform -> object_removal 0.5 ms (warm)" in out[2]
    first, last = ((tmp_path / "out" / f"000{n}-object_removal.png").read_bytes() for n in (1, 3))
    assert first == last
    assert len(session.runner.requests) == 3


def test_that_again_changes_what_is_given_and_keeps_the_rest(talk, tmp_path):
    _, out, _, session = talk(REMOVE, "again seed=5 strength=0.5 out=mine.png")
    first, second = session.runner.requests
    assert (first.seed, second.seed) == (2, 5)
    assert second.adapters[0].strength == 0.5
    assert out[1].startswith("mine.png")
    assert Image.open(tmp_path / "mine.png").size == (32, 32)


def test_that_json_lines_are_answered_with_rows(talk):
    line = json.dumps({"use_case": "text_to_image", "prompt": "a dog", "steps": 1})
    status, out, _, _ = talk(line, "{}", json=True)
    row, error = (json.loads(text) for text in out)
    assert (row["status"], row["use_case"], row["steps"]) == ("ok", "text_to_image", 1)
    assert row["file"].endswith("0001-text_to_image.png")
    assert error == {"status": "error", "message": 'has neither "use_case" nor "command"'}
    assert status == 2


def test_that_a_mistake_is_said_and_the_session_goes_on(talk):
    status, out, err, _ = talk("transform prompt=x", "again seed=1", "portrait", CHANGE)
    assert err.count("error: ") == 3
    assert "input request-0001: transform needs image" in err
    assert "the bundle has no adapter 'portrait'" in err
    assert len(out) == 1
    assert status == 2


def test_that_a_lost_runner_ends_the_session(talk):
    with pytest.raises(RunnerLostError):
        talk(REMOVE, fail=[RunnerLostError("gone")])


def test_that_commands_reach_the_runner(talk):
    lines = ("adapters", "preload lcm", "preload lcm", "stats", "evict lcm", "help", "quit")
    status, out, _, session = talk(*lines)
    assert status == 0
    assert out[0].startswith("object_removal  rank 4")
    assert out[3:5] == ["lcm: 1.00 MB, loaded in 0.5 ms", "lcm: 1.00 MB, was there"]
    assert out[5] == (
        "RAM 90.0 MB, at most 110.5 MB; cache 1.00 of 512 MB: lcm; 1 cold, 0 warm switches; "
        "requests: 3 done"
    )
    assert session.runner.preloaded == ["lcm", "lcm"]
    assert any("Removes what a mask covers" in line for line in out)


def test_that_every_adapter_is_preloaded_when_asked(talk):
    assert talk(preload=True)[3].runner.preloaded == ["object_removal", "transform", "lcm"]


def test_that_a_session_is_saved_as_a_plan(talk, tmp_path):
    _, _, err, _ = talk(REMOVE, "save first", CHANGE, save_plan=tmp_path / "whole")
    assert "--batch first/plan.toml" in err
    assert (tmp_path / "first" / "plan.toml").read_text().count("[[tasks]]") == 1
    assert (tmp_path / "whole" / "plan.toml").read_text().count("[[tasks]]") == 2


def test_that_the_end_of_a_session_says_what_it_added_to_the_graphs():
    from quad_studio.cli.session import latency_text

    timing = {"unet_step_ms": [50.0, 50.0], "end_to_end_ms": 101.0, "request_to_work_ms": 0.4}
    rows = [{"timing_ms": timing}, {"timing_ms": {**timing, "request_to_work_ms": 0.8}}]
    text = latency_text(rows)
    assert text == "2 requests; request to first work 0.60 ms; time outside the graphs 1.00 %"
    assert latency_text([{"timing_ms": {}}]) == "1 request"


def test_that_a_second_session_replaces_no_picture_of_the_first(talk, tmp_path):
    talk(CHANGE)
    first = (tmp_path / "out/0001-transform.png").read_bytes()
    _, out, _, _ = talk(CHANGE.replace("red cat", "dog"), REMOVE)
    assert [line.split()[0][-25:].rpartition("/")[2] for line in out] == [
        "0002-transform.png",
        "0003-object_removal.png",
    ]
    assert (tmp_path / "out/0001-transform.png").read_bytes() == first


def test_that_ctrl_c_at_the_prompt_keeps_the_replay(talk, tmp_path, monkeypatch):
    class Interrupted(io.StringIO):
        def readline(self):
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr("io.StringIO", Interrupted)
    status, out, err, _ = talk(CHANGE, save_plan=tmp_path / "whole")
    assert (status, len(out)) == (0, 1)
    assert (tmp_path / "whole/plan.toml").is_file()
    assert "1 request" in err


def test_that_a_lost_runner_keeps_the_replay(talk, tmp_path):
    with pytest.raises(RunnerLostError):
        talk(CHANGE, REMOVE, fail=[None, RunnerLostError("gone")], save_plan=tmp_path / "whole")
    assert (tmp_path / "whole/plan.toml").read_text().count("[[tasks]]") == 1
