import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from device.errors import BadRequestError, RunnerLostError
from device.targets import Telemetry
from quad_studio.errors import Cancelled, UsageProblem
from quad_studio.inputs import load_input_set
from quad_studio.reference.store import ReferenceResult
from quad_studio.sessions.order import PlannedTask, plan_rows
from quad_studio.sessions.proof import check_determinism, find_adapter_problems
from quad_studio.sessions.rows import execute_task, request_to_work_ms
from quad_studio.sessions.session import Session
from tests.fakes.fake_runner import HOST, FakeRunner, make_bundle
from tests.fakes.use_case_inputs import write_input_set


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "bundle")


@pytest.fixture
def items(tmp_path):
    return load_input_set(write_input_set(tmp_path)).items


@pytest.fixture
def session(bundle):
    return Session(FakeRunner(bundle), bundle, HOST)


def make_rows(session, items, *, order="aba", **given):
    tasks = [
        PlannedTask(session.settle(name, steps=2, **given), items[:2])
        for name in ("object_removal", "transform")
    ]
    return plan_rows(tasks, order=order)


def run(session, rows):
    return [execute_task(session, planned).row for planned in rows]


def test_that_a_row_says_all_that_a_reader_needs(session, items):
    planned = make_rows(session, items)[0]
    row = execute_task(session, planned, telemetry=lambda: Telemetry(temperature_celsius=31.0)).row
    assert row["schema"] == "quad-studio/row/1"
    assert row["key"] == planned.key(session.bundle, "host")
    assert len(row["key"]) == 32
    assert (row["status"], row["error"]) == ("ok", None)
    assert (row["target"], row["target_kind"], row["provider"]) == ("host", "host", "cpu")
    assert row["label"] == "this machine · CPU (QDQ)"
    assert (row["adapter"], row["strength"]) == ("object_removal", 1.0)
    assert row["adapters"][0]["sha256"] == row["adapter_sha256"]
    assert (row["sampler"], row["steps"], row["unet_calls"]) == ("ddim", 2, 2)
    assert row["memory"] == {
        "peak_ram_mb": 2.097152,
        "rss_mb": 1.048576,
        "pss_mb": None,
        "retained_mb": 0.0,
    }
    assert row["switch"] == {"from": "none", "to": "object_removal", "kind": "cold", "ms": 0.5}
    assert row["timing_ms"]["request_ms"] >= row["timing_ms"]["transport_ms"] >= 0
    assert row["telemetry"]["temperature_celsius"] == 31.0
    assert row["started_at"] <= row["finished_at"]
    json.dumps(row)


def test_that_the_way_to_the_runner_is_the_first_report_less_the_work_before_it(session, items):
    prepared = session.prepare(session.settle("transform", guidance=2.0, steps=2), items[0])
    answer = session.ask(prepared)
    assert 0 < answer.first_step_ms <= answer.request_ms
    timing = {"unet_step_ms": [20.0, 21.0, 5.0, 5.0], "text_encoder_ms": 4.0, "switch_ms": 1.0}
    known = replace(answer, first_step_ms=48.0, result=replace(answer.result, timing_ms=timing))
    assert request_to_work_ms(known) == pytest.approx(48.0 - 20.0 - 21.0 - 4.0 - 1.0)
    assert request_to_work_ms(replace(known, first_step_ms=None)) is None


def test_that_switching_back_gives_the_same_bits_and_the_rows_prove_it(session, items):
    rows = run(session, make_rows(session, items))
    assert [row["switch"]["kind"] for row in rows] == ["cold", "cold", *["warm"] * 4]
    assert rows[0]["output_sha256"] == rows[4]["output_sha256"]
    assert find_adapter_problems(rows) == []
    found = check_determinism(rows)
    assert (found.requests, found.equal, found.across_switches) == (2, 2, 2)
    assert "equal bit for bit, 2 of them after a switch" in found.text
    assert len({row["key"] for row in rows}) == 6


def test_that_a_device_that_drifts_is_caught(bundle, items):
    session = Session(FakeRunner(bundle, drift=0.01), bundle, HOST)
    rows = run(session, make_rows(session, items))
    assert len(find_adapter_problems(rows)) == 2
    assert check_determinism(rows).text == "2 of 2 repeated requests differ"


def test_that_an_adapter_other_than_asked_is_an_error(bundle, items):
    session = Session(FakeRunner(bundle, swap=True), bundle, HOST)
    row = run(session, make_rows(session, items)[:1])[0]
    assert (row["status"], row["error"]["code"]) == ("error", "wrong_adapter")
    assert "the runner used object_removal or another version" in find_adapter_problems([row])[0]


def test_that_an_adapter_without_effect_is_suspected(bundle, items):
    session = Session(FakeRunner(bundle), bundle, HOST)
    rows = run(session, make_rows(session, items)[:1])
    other = {**rows[0], "key": "f" * 32, "adapters": []}
    assert "gave the same bits" in find_adapter_problems([rows[0], other])[0]
    silent = {**rows[0], "key": "e" * 32, "adapters": [{**rows[0]["adapters"][0], "strength": 0}]}
    assert find_adapter_problems([{**other}, silent]) == []
    assert check_determinism([rows[0]]).text.startswith("not checked")


def test_that_strength_changes_the_result_and_the_key(session, items):
    full, half = (
        execute_task(session, make_rows(session, items, strength=value)[0]).row
        for value in (1.0, 0.5)
    )
    assert full["output_sha256"] != half["output_sha256"]
    assert full["key"] != half["key"]
    assert half["adapters"][0]["strength"] == 0.5


def test_that_two_adapters_are_used_at_once_where_the_slots_have_room(session, items, tmp_path):
    settings = session.settle("object_removal", extra_adapters=["lcm:0.8"])
    planned = plan_rows([PlannedTask(settings, items[:1])])[0]
    row = execute_task(session, planned).row
    assert (row["adapter"], row["sampler"], row["steps"]) == ("object_removal+lcm", "lcm", 4)
    assert [use.strength for use in session.runner.requests[0].adapters] == [1.0, 0.8]
    narrow = make_bundle(tmp_path / "narrow", rank=6)
    tight = Session(FakeRunner(narrow), narrow, HOST)
    failed = execute_task(tight, planned).row
    assert failed["status"] == "error"
    assert "need 8 columns, the slots have 6" in failed["error"]["message"]
    assert tight.runner.requests == []


def test_that_a_refusal_is_a_row_and_a_lost_runner_ends_the_session(session, items):
    rows = make_rows(session, items)
    session.runner.fail = [BadRequestError("noise has the wrong shape")]
    failed = execute_task(session, rows[0]).row
    assert failed["error"] == {"code": "bad_request", "message": "noise has the wrong shape"}
    assert execute_task(session, rows[1]).row["status"] == "ok"
    session.runner.fail = [RunnerLostError("gone")]
    with pytest.raises(RunnerLostError):
        execute_task(session, rows[2])


def test_that_an_input_that_does_not_suit_is_a_row(session, items):
    planned = replace(make_rows(session, items)[0], item=replace(items[0], mask=None))
    row = execute_task(session, planned).row
    assert (row["status"], row["error"]["code"]) == ("error", "bad_input")
    assert "needs mask" in row["error"]["message"]


def test_that_a_request_can_be_cancelled_between_steps(session, items):
    seen = []

    def check():
        if seen:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        execute_task(
            session,
            make_rows(session, items)[0],
            progress=lambda what, done, total: seen.append(done),
            check=check,
        )
    assert seen == [1]


def test_that_coming_adapters_are_preloaded_between_rows_only_when_asked(bundle, items):
    patient = Session(FakeRunner(bundle), bundle, HOST)
    rows = make_rows(patient, items, order="fixed")
    patient.preload(rows)
    assert patient.runner.preloaded == []
    eager = Session(FakeRunner(bundle), bundle, HOST, preload_ahead=1)
    eager.preload(rows)
    assert eager.runner.preloaded == ["object_removal"]
    kinds = [execute_task(eager, planned).row["switch"]["kind"] for planned in rows]
    assert eager.runner.preloaded == ["object_removal", "transform"]
    assert kinds == ["warm", "none", "warm", "none"]


def test_that_a_row_writes_its_pictures_and_latents_once(session, items, tmp_path):
    planned = make_rows(session, items)[0]
    value = np.full((1, 4, 16, 16), 0.5, np.float32)
    reference = ReferenceResult(
        key="b" * 64,
        image=np.zeros((1, 3, 32, 32), np.float32),
        latents=value,
        initial_latents=value * 2,
    )
    done = execute_task(session, planned, reference=reference)
    done.write(tmp_path / "run")
    images = done.row["images"]
    assert images["reference"] == f"images/reference/{'b' * 32}.png"
    assert images["input"] == "images/input/object_removal-in-0.png"
    assert images["truth"] is None
    for name in ("reference", "candidate", "input", "mask"):
        assert Image.open(tmp_path / "run" / images[name]).size == (32, 32)
    assert (np.asarray(Image.open(tmp_path / "run" / images["reference"])) == 128).all()
    with np.load(tmp_path / "run" / done.row["latents"]) as latents:
        assert set(latents) == {"z", "z_reference", "z_initial"}
    before = (tmp_path / "run" / images["input"]).stat().st_mtime_ns
    execute_task(session, planned, reference=reference).write(tmp_path / "run")
    assert (tmp_path / "run" / images["input"]).stat().st_mtime_ns == before


def test_that_a_sticker_keeps_its_transparency_beside_the_pair(session, items, tmp_path):
    settings = session.settle("sticker", adapter="none", steps=1)
    planned = plan_rows([PlannedTask(settings, items[:1])])[0]
    done = execute_task(session, planned)
    done.write(tmp_path)
    assert Image.open(tmp_path / done.row["images"]["candidate_final"]).mode == "RGBA"
    assert Image.open(tmp_path / done.row["images"]["candidate"]).mode == "RGB"


def test_that_settings_outside_the_bundle_are_refused_before_anything_is_sent(session):
    with pytest.raises(UsageProblem, match="no adapter 'portrait'"):
        session.settle("portrait")
