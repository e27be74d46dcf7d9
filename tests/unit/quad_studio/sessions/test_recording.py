import pytest

from quad_studio.config import load_plan
from quad_studio.errors import UsageProblem
from quad_studio.inputs import load_input_set
from quad_studio.sessions.recording import SessionRecording
from quad_studio.use_cases.settle import settle
from tests.fakes.use_case_inputs import make_frame, write_input_set


def test_that_a_recorded_session_is_a_plan_that_makes_the_same_requests(tmp_path):
    frame = make_frame(tmp_path)
    items = load_input_set(write_input_set(tmp_path / "set")).items
    removal = settle("object_removal", frame, extra_adapters=["lcm:0.5"], strength=0.75)
    change = settle("transform", frame, adapter="none", steps=3)
    recording = SessionRecording()
    for settings, item in ((removal, items[0]), (removal, items[1]), (change, items[0])):
        recording.add(settings, item)
    assert len(recording) == 3
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    path = recording.write_plan(tmp_path / "replay", bundle=bundle, target="host")
    plan = load_plan(path)
    assert [task.use_case for task in plan.tasks] == ["object_removal", "transform"]
    assert (plan.bundle, plan.run.targets, plan.run.warmup) == (bundle, ("host",), 0)
    for task, expected, count in zip(plan.tasks, (removal, change), (2, 1), strict=True):
        assert expected == settle(
            task.use_case,
            frame,
            adapter=task.adapter,
            extra_adapters=task.extra_adapters,
            strength=task.strength,
            sampler=task.sampler,
            steps=task.steps,
            guidance=task.guidance,
            edit_strength=task.edit_strength,
        )
        read = load_input_set(task.inputs, use_case=task.use_case).select(task.split)
        assert len(read) == count
        assert (read[0].seed, read[0].prompt) == (items[0].seed, items[0].prompt)
        assert read[0].image.read_bytes() == items[0].image.read_bytes()


def test_that_an_edit_strength_is_replayed(tmp_path):
    frame = make_frame(tmp_path, unet_in_channels=4)
    item = load_input_set(write_input_set(tmp_path / "set")).items[0]
    recording = SessionRecording()
    recording.add(settle("transform", frame, adapter="none", edit_strength=0.4), item)
    (tmp_path / "bundle").mkdir()
    path = recording.write_plan(tmp_path / "r", bundle=tmp_path / "bundle", target="host")
    assert load_plan(path).tasks[0].edit_strength == 0.4


def test_that_an_empty_recording_is_no_plan(tmp_path):
    with pytest.raises(UsageProblem, match="nothing was recorded"):
        SessionRecording().write_plan(tmp_path, bundle=tmp_path, target="host")
