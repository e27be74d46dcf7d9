"""Which variants an ablation runs, and what it refuses to mix."""

from dataclasses import replace
from pathlib import Path

import pytest

from quad_studio.ablations import (
    AblationRequest,
    Variant,
    check_same_variants,
    variants_of,
)
from quad_studio.config import Plan, Project, Quantization
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.errors import EvidenceProblem, UsageProblem
from quad_studio.runs import Run

PROJECT = Project(path=Path("project.toml"), name="p", model_path=Path("model"), adapters=())
PLAN = Plan(path=Path("plan.toml"), name="p", tasks=())


def request(**settings):
    return AblationRequest(run=PlanRequest(plan=PLAN), **settings)


def test_that_every_share_meets_every_lora_width_once():
    found = variants_of(request(int8_percents=(0, 50, 50), loras=("int16", "int8")), PROJECT)
    assert [variant.name for variant in found] == [
        "int8-0-lora-int16",
        "int8-50-lora-int16",
        "int8-0-lora-int8",
        "int8-50-lora-int8",
    ]


def test_that_the_default_is_the_papers_table_4_with_the_projects_lora():
    found = variants_of(request(), PROJECT)
    assert [variant.int8_percent for variant in found] == [0, 20, 40, 60, 80, 90, 100]
    assert {variant.lora for variant in found} == {"int16"}


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"int8_percents": (0, 101)}, "101"),
        ({"loras": ("int4",)}, "int4"),
        ({"int8_percents": ()}, "nothing"),
    ],
)
def test_that_what_cannot_be_had_is_named(settings, word):
    with pytest.raises(UsageProblem, match=word):
        variants_of(request(**settings), PROJECT)


def test_that_a_project_without_16_bit_activations_is_refused():
    project = replace(PROJECT, quantization=Quantization(activations="uint8"))
    with pytest.raises(UsageProblem, match="quantization.activations"):
        variants_of(request(), project)


def test_that_rows_of_other_variants_are_never_added_to():
    former = Run(
        path=Path("run"),
        manifest={"run_id": "1", "bundles": {"a": {}, "b": {}}},
        rows=[{"key": "1"}],
        scores={},
        summary=None,
    )
    check_same_variants(former, {"bundles": {"b": {}, "a": {}}})
    with pytest.raises(EvidenceProblem, match="1 gone, 1 new"):
        check_same_variants(former, {"bundles": {"b": {}, "c": {}}})


def test_that_names_of_variants_differ_where_variants_do():
    names = {Variant(p, lora).name for p in (0.0, 0.5, 20.0) for lora in ("int16", "int8")}
    assert len(names) == 6
