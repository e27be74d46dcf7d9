from dataclasses import replace

import pytest

from quad_studio.errors import UsageProblem
from quad_studio.samplers.plan import save_plan
from quad_studio.use_cases.registry import use_case_names
from quad_studio.use_cases.settle import plan_for, settle, solved_name
from tests.fakes.use_case_inputs import make_frame

ADAPTERS = {"object_removal": 4, "transform": 4, "lcm": 4}


@pytest.fixture
def frame(tmp_path):
    return make_frame(tmp_path, adapters=ADAPTERS, rank=8)


def test_that_a_use_case_brings_its_own_defaults(frame):
    settings = settle("object_removal", frame)
    assert settings.adapters == (("object_removal", 1.0),)
    assert (settings.sampler, settings.steps, settings.guidance) == ("ddim", 8, 1.0)
    assert settings.edit_strength is None


def test_that_the_bundle_overrules_the_use_case_and_the_caller_overrules_both(frame):
    said = replace(frame, defaults={"transform": {"sampler": "euler", "steps": 12}})
    assert settle("transform", said).steps == 12
    settings = settle("transform", said, steps=3)
    assert (settings.sampler, settings.steps) == ("euler", 3)


def test_that_none_is_the_base_model(frame):
    settings = settle("transform", frame, adapter="none")
    assert (settings.adapters, settings.adapter, settings.strength) == ((), "none", 0.0)
    assert settle("text_to_image", frame).adapters == ()


def test_that_the_lcm_adapter_brings_its_sampler_and_few_steps(frame):
    settings = settle("object_removal", frame, extra_adapters=["lcm"], strength=0.5)
    assert settings.adapters == (("object_removal", 0.5), ("lcm", 1.0))
    assert settings.adapter == "object_removal+lcm"
    assert (settings.sampler, settings.steps, settings.guidance) == ("lcm", 4, 1.0)
    assert settle("object_removal", frame, extra_adapters=["lcm"], steps=2).steps == 2


def test_that_an_extra_adapter_may_carry_its_strength(frame):
    settings = settle("object_removal", frame, extra_adapters=["lcm:0.7"])
    assert settings.adapters == (("object_removal", 1.0), ("lcm", 0.7))


def test_that_adapters_beyond_the_slots_are_refused_with_the_rank_to_build(frame):
    narrow = replace(frame, rank=6)
    with pytest.raises(UsageProblem, match=r"need 8 columns, the slots have 6.*rank = 8"):
        settle("object_removal", narrow, extra_adapters=[("lcm", 0.7)])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"adapter": "dream"}, r"no adapter 'dream'; it has: object_removal, transform, lcm"),
        ({"extra_adapters": ["object_removal"]}, "named twice"),
        ({"sampler": "heun"}, "no sampler 'heun'"),
        ({"extra_adapters": ["lcm:much"]}, "NAME:STRENGTH"),
    ],
)
def test_that_a_wrong_name_gets_the_list_of_right_ones(frame, given, said):
    with pytest.raises(UsageProblem, match=said):
        settle("object_removal", frame, **given)


def test_that_an_edit_strength_is_refused_where_it_would_be_ignored(frame, tmp_path):
    with pytest.raises(UsageProblem, match="no effect here"):
        settle("portrait", make_frame(tmp_path), edit_strength=0.5)
    with pytest.raises(UsageProblem, match="no effect here"):
        settle("transform", frame, edit_strength=0.5, sampler="olss")
    plain = make_frame(tmp_path, unet_in_channels=4)
    assert settle("transform", plain, edit_strength=0.5).edit_strength == 0.5
    with pytest.raises(UsageProblem, match="no effect here"):
        settle("object_removal", plain, edit_strength=0.5)
    with pytest.raises(UsageProblem, match=r"must be in \(0, 1\]"):
        settle("transform", plain, edit_strength=1.5)


def test_that_a_use_case_without_its_adapter_in_the_bundle_is_refused(frame):
    with pytest.raises(UsageProblem, match="no adapter 'portrait'"):
        settle("portrait", frame)


@pytest.mark.parametrize("name", use_case_names())
def test_that_every_use_case_compiles_for_both_kinds_of_model(name, tmp_path):
    for channels in (4, 9):
        frame = make_frame(tmp_path, unet_in_channels=channels)
        plan = plan_for(settle(name, frame), frame)
        assert plan.use_case == name
        if channels == 9:
            assert plan.input_layout == ("sample", "mask", "masked_latents")
            assert plan.init.latents == 0.0
        else:
            assert plan.input_layout == ("sample",)
            edits = name in ("transform", "sketch_to_image", "portrait")
            assert (plan.init.latents > 0) == edits
            assert all((s.blend is not None) == (name == "object_removal") for s in plan.steps)


def test_that_a_model_of_unknown_channels_is_refused(tmp_path):
    with pytest.raises(UsageProblem, match=r"takes 8 channels; use cases know 4 .* and 9"):
        settle("transform", make_frame(tmp_path, unet_in_channels=8))


def test_that_a_solved_table_is_taken_from_the_bundle(frame, tmp_path):
    with_plans = replace(frame, plans=tmp_path / "plans")
    settings = settle("transform", with_plans, sampler="olss", steps=4)
    with pytest.raises(UsageProblem, match=r"no OLSS table of 4 steps \(plans/olss/transform-4"):
        plan_for(settings, with_plans)
    plan = plan_for(replace(settings, sampler="euler"), with_plans)
    path = tmp_path / "plans" / solved_name("transform", 4)
    save_plan(replace(plan, sampler="olss"), path)
    assert plan_for(settings, with_plans).steps == plan.steps
    with pytest.raises(UsageProblem, match="solved for guidance 1, not 3"):
        plan_for(replace(settings, guidance=3.0), with_plans)
