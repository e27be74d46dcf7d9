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
    with pytest.raises(
        SettingsProblem, match="'two' is not one of auto, auto-adapter, unified, one"
    ):
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


@pytest.mark.parametrize("tasks", ["5", '"x"', "{a = 1}", "[5]"])
def test_that_tasks_of_the_wrong_kind_are_named(folder, tasks):
    path = folder / "plan.toml"
    path.write_text(f'schema = "quad-studio/plan/1"\ntasks = {tasks}\n[plan]\nname = "x"\n')
    with pytest.raises(SettingsProblem, match="tasks.*: .* is not of type"):
        config.load_plan(path)


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


def test_that_olss_tables_need_steps_and_inputs(folder):
    text = PROJECT + '[[use_cases]]\nname = "transform"\nsampler = "olss"\nolss_steps = [4, 200]\n'
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem) as caught:
        config.load_project(folder / "project.toml")
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "use_cases[0].steps",
        "use_cases[0].inputs",
        "use_cases[0].olss_steps",
    ]


def test_that_a_use_case_lists_the_tables_it_needs_once(folder):
    text = (
        PROJECT + '[[use_cases]]\nname = "transform"\nsampler = "olss"\nsteps = 8\n'
        'olss_steps = [8, 4]\ninputs = "inputs.jsonl"\n[olss]\nstudent = "fp32"\n'
    )
    (folder / "project.toml").write_text(text)
    project = config.load_project(folder / "project.toml")
    assert project.use_cases[0].solved_steps == (4, 8)
    assert (project.olss.student, project.olss.teacher_steps) == ("fp32", 100)


def test_that_a_single_file_needs_a_configuration(folder):
    (folder / "model.safetensors").write_bytes(b"")
    text = PROJECT.replace('path = "model"', 'path = "model.safetensors"')
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem, match=r"model.config: is missing; .*diffusers directory"):
        config.load_project(folder / "project.toml")
    named = text.replace('"model.safetensors"', '"model.safetensors"\nconfig = "sd15"')
    (folder / "project.toml").write_text(named)
    with pytest.raises(SettingsProblem, match=r"model.config: sd15 holds no unet/config.json"):
        config.load_project(folder / "project.toml")
    (folder / "sd15/unet").mkdir(parents=True)
    (folder / "sd15/unet/config.json").write_text("{}")
    assert config.load_project(folder / "project.toml").model_config == folder / "sd15"


def test_that_a_directory_takes_no_other_configuration(folder):
    text = PROJECT.replace('path = "model"', 'path = "model"\nconfig = "model"')
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem, match="only a single-file checkpoint takes one"):
        config.load_project(folder / "project.toml")


def test_that_a_mix_within_8_bits_only_is_a_contradiction(folder):
    text = f'{PROJECT}activations = "uint8"\nint8_activation_percent = 40\n'
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem, match=r"int8_activation_percent: 40, but activations"):
        config.load_project(folder / "project.toml")


def test_that_only_npus_that_a_build_can_compile_for_are_targets(folder):
    text = PROJECT + '[targets]\ncompile = ["qualcomm:SM8650", "enn"]\n'
    (folder / "project.toml").write_text(text)
    with pytest.raises(SettingsProblem, match=r"targets.compile\[1\]"):
        config.load_project(folder / "project.toml")
    (folder / "project.toml").write_text(text.replace(', "enn"', ""))
    assert config.load_project(folder / "project.toml").compile == ("qualcomm:SM8650",)
