import json
from dataclasses import replace

import pytest

from quad_studio.errors import InputFileProblem, SettingsProblem
from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.plan import SamplerPlan, find_problems, load_plan, save_plan
from quad_studio.samplers.registry import ALL_NAMES, SAMPLERS, build_plan

SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def make_plan(sampler="ddim", **given):
    return build_plan(sampler, SD, PlanRequest(use_case="t", **{"num_steps": 3, **given}))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_that_a_plan_survives_its_file_bit_for_bit(sampler, tmp_path):
    plan = make_plan(sampler, guidance=4.5, strength=0.9, blend=True)
    save_plan(plan, tmp_path / "plans" / "t.json")
    assert load_plan(tmp_path / "plans" / "t.json") == plan
    assert find_problems(plan) == []


def test_that_guidance_may_differ_from_step_to_step():
    plan = make_plan(guidance=(7.5, 7.5, 1.0))
    assert [step.guidance for step in plan.steps] == [7.5, 7.5, 1.0]
    assert (plan.guidance_scale, plan.unet_calls, plan.needs_unconditional) == (7.5, 5, True)


def test_that_strength_keeps_the_guidance_of_the_steps_that_stay():
    plan = make_plan(guidance=(1.0, 2.0, 3.0), strength=0.7)
    assert [step.guidance for step in plan.steps] == [2.0, 3.0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"num_steps": 0}, "steps is 0, must be 1 to 1000"),
        ({"strength": 0.0}, "strength is 0"),
        ({"strength": 0.1}, "leaves no step"),
        ({"eta": 1.5}, "eta is 1.5"),
        ({"guidance": (1.0,)}, "1 guidance scales for 3 steps"),
        ({"guidance": -2.0}, "guidance must be"),
    ],
)
def test_that_a_number_out_of_range_is_named(given, said):
    with pytest.raises(SamplerProblem, match=said):
        make_plan(**given)


def test_that_an_unknown_sampler_gets_the_list_of_known_ones():
    with pytest.raises(SamplerProblem, match=r"heun.*euler.*ddim.*dpm\+\+2m.*lcm.*olss"):
        make_plan("heun")
    assert set(SAMPLERS) < set(ALL_NAMES)


@pytest.mark.parametrize("key", ["clip_sample", "thresholding", "use_karras_sigmas"])
def test_that_a_schedule_no_table_can_express_is_refused(key):
    with pytest.raises(SamplerProblem, match=key):
        build_plan("ddim", {**SD, key: True}, PlanRequest(use_case="t", num_steps=2))


def test_that_a_newer_schema_is_refused():
    data = {**make_plan().to_json(), "schema": "quad-studio/sampler-plan/2"}
    with pytest.raises(InputFileProblem, match="newer"):
        SamplerPlan.from_json(data)


def test_that_every_contradiction_is_listed_at_once():
    plan = make_plan()
    data = plan.to_json()
    data["num_steps"] = 9
    data["input_layout"] = ["mask"]
    data["steps"][1]["m"] = [1.0]
    with pytest.raises(SettingsProblem) as caught:
        SamplerPlan.from_json(json.loads(json.dumps(data)))
    assert len(caught.value.problems) == 3
    assert "steps[1].m: 1 coefficients, must be 2" in caught.value.problems


def test_that_a_missing_key_and_a_wrong_type_are_problems_and_no_traceback():
    data = make_plan().to_json()
    del data["steps"]
    with pytest.raises(SettingsProblem, match="steps"):
        SamplerPlan.from_json(data)
    data["steps"] = [{"timestep": "soon", "m": [1]}]
    with pytest.raises(SettingsProblem, match="soon"):
        SamplerPlan.from_json(data)


def test_that_noise_beyond_what_is_sent_is_found():
    plan = make_plan("lcm")
    broken = replace(plan, needs=replace(plan.needs, noise_tensors=2))
    assert find_problems(broken) == ["steps[1].noise_index: 2 of 2 tensors"]


def test_that_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "t.json").write_text("{")
    with pytest.raises(InputFileProblem, match="is not JSON"):
        load_plan(tmp_path / "t.json")
    with pytest.raises(InputFileProblem, match="cannot be read"):
        load_plan(tmp_path / "none.json")
