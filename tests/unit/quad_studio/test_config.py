"""Projects and plans: every problem at once, paths relative to the file."""

import re
from pathlib import Path

import pytest

from quad_studio import config
from quad_studio.errors import InputFileProblem, SettingsProblem

ROOT = Path(__file__).parents[3]

PROJECT = """
schema = "quad-studio/project/1"
[project]
name = "small"
[model]
path = "model"
[[adapters]]
name = "one"
path = "one.safetensors"
use_cases = ["object_removal"]
[quantization]
anchor = "one"
components = ["unet"]
"""
PLAN = """
schema = "quad-studio/plan/1"
[plan]
name = "p"
bundle = "bundle"
[[tasks]]
use_case = "object_removal"
inputs = "inputs.jsonl"
limit = 2
[run]
targets = ["host", "virtual:s25-lsi"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "bundle").mkdir()
    (tmp_path / "one.safetensors").write_bytes(b"")
    (tmp_path / "inputs.jsonl").write_text("")
    (tmp_path / "project.toml").write_text(PROJECT)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def test_that_a_project_is_read_with_paths_relative_to_the_file(folder):
    project = config.load_project(folder / "project.toml")
    assert project.model_path == folder / "model"
    assert project.adapter("one").path == folder / "one.safetensors"
    assert project.quantization.components == ("unet",)
    assert project.quantization.lora == "int16"


def test_that_three_mistakes_in_a_plan_are_reported_at_once(folder):
    text = PLAN.replace("limit = 2", "limits = 2").replace("host", "pc")
    text = text.replace("inputs.jsonl", "no.jsonl")
    (folder / "plan.toml").write_text(text)
    with pytest.raises(SettingsProblem) as caught:
        config.load_plan(folder / "plan.toml")
    assert len(caught.value.problems) == 3
    text = str(caught.value)
    assert "tasks[0].limits: unknown key; did you mean 'limit'?" in text
    assert "tasks[0].inputs: no.jsonl does not exist" in text
    assert "run.targets[0]" in text
    assert caught.value.exit_code == 2


def test_that_an_anchor_that_is_no_adapter_is_named_with_those_there_are(folder):
    text = PROJECT.replace('anchor = "one"', 'anchor = "two"')
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem, match="'two' is not one of auto, unified, one"):
        config.load_project(folder / "project.toml")


def test_that_an_adapter_name_used_twice_is_a_problem(folder):
    entry = '[[adapters]]\nname = "one"\npath = "one.safetensors"\n'
    (folder / "project.toml").write_text(PROJECT + entry)
    with pytest.raises(SettingsProblem, match="'one' is used twice"):
        config.load_project(folder / "project.toml")


def test_that_a_newer_schema_is_refused_with_the_remedy(folder):
    text = PLAN.replace("plan/1", "plan/2")
    (folder / "plan.toml").write_text(text)
    with pytest.raises(SettingsProblem, match="newer than this version"):
        config.load_plan(folder / "plan.toml")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("absent.toml", None, "no such file"), ("bad.toml", "a = = 1", "not valid TOML")],
)
def test_that_a_file_that_cannot_be_read_is_said_so(folder, name, content, words):
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(InputFileProblem, match=words):
        config.load_plan(folder / name)


@pytest.mark.parametrize("kind", ["project", "plan", "gates", "input"])
def test_that_the_documented_schema_is_the_one_that_is_used(kind):
    text = (ROOT / "docs/file_formats.md").read_text()
    written = (ROOT / f"resources/schemas/{kind}.schema.json").read_text().rstrip()
    assert written in re.findall(r"```json\n(.*?)\n```", text, flags=re.DOTALL)


def test_that_the_demo_files_are_valid():
    plan = config.load_plan(ROOT / "resources/demo/plan.toml")
    project = config.load_project(plan.project)
    names = {adapter.name for adapter in project.adapters}
    assert {"object_removal", "transform"} <= names
