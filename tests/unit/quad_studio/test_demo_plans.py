"""The shipped plans: what they ask for is in the project and fits the slots of its graph."""

from collections import Counter
from pathlib import Path

import pytest

from quad_studio.adapters.read import read_adapter
from quad_studio.config import load_plan, load_project
from quad_studio.use_cases.registry import use_case_names
from quad_studio.use_cases.settle import settle
from tests.fakes.use_case_inputs import make_frame

DEMO = Path(__file__).parents[3] / "resources/demo"


@pytest.fixture(scope="module")
def project():
    return load_project(DEMO / "project.toml")


@pytest.fixture(scope="module")
def frame(project, tmp_path_factory):
    ranks = {e.name: read_adapter(e.path, name=e.name).rank for e in project.adapters}
    folder = tmp_path_factory.mktemp("frame")
    return make_frame(folder, adapters=ranks, rank=project.quantization.rank)


@pytest.mark.parametrize("name", ["plan.toml", "evaluation.toml"])
def test_that_every_task_of_a_demo_plan_settles_on_the_demo_project(name, project, frame):
    plan = load_plan(DEMO / name)
    settled = [
        settle(
            task.use_case,
            frame,
            adapter=task.adapter or project.use_case(task.use_case).adapter,
            extra_adapters=task.extra_adapters,
            strength=task.strength,
            sampler=task.sampler,
            steps=task.steps,
            guidance=task.guidance,
        )
        for task in plan.tasks
    ]
    assert {one.use_case for one in settled} == set(use_case_names())
    few = [one for one in settled if len(one.adapters) > 1]
    assert [(one.use_case, one.sampler, one.steps) for one in few] == [("object_removal", "lcm", 4)]
    assert sum(frame.adapters[name] for name, _ in few[0].adapters) <= frame.rank


def test_that_the_demo_plan_asks_only_for_olss_tables_that_the_build_solves(project):
    for task in load_plan(DEMO / "plan.toml").tasks:
        if task.sampler == "olss":
            assert task.steps in project.use_case(task.use_case).solved_steps


def test_that_the_evaluation_judges_32_inputs_that_nothing_was_fitted_on(project):
    from quad_studio.inputs import load_input_set

    plan = load_plan(DEMO / "evaluation.toml")
    counts = Counter()
    for task in plan.tasks:
        items = load_input_set(task.inputs).select(task.split, task.limit)
        assert {item.split for item in items} == {"heldout"}
        counts[len(items)] += 1
    assert counts == {32: len(plan.tasks)}
