"""The command line: help for everything, documented statuses, no tracebacks."""

import json
from pathlib import Path

import pytest

from quad_studio.cli import main as cli
from quad_studio.cli.reference import commands, reference
from quad_studio.engine.exit_codes import worst

ROOT = Path(__file__).parents[3]


def test_that_the_documented_reference_is_what_the_program_says():
    assert (ROOT / "docs/cli.md").read_text() == reference()


@pytest.mark.parametrize(("name", "parser"), list(commands()), ids=lambda v: str(v)[:30])
def test_that_every_command_explains_itself_and_its_options(name, parser):
    assert parser.description, name
    for action in parser._actions:
        assert action.help or action.choices, f"{name}: {action.dest}"


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["build", "absent.toml"], 2, "absent.toml: no such file"),
        (["--batch", "absent.toml"], 2, "absent.toml: no such file"),
        (["report", "absent"], 2, "absent: no such run folder"),
        (["report", "absent", "--format", "docx"], 2, "docx; known: md, html"),
        (["check", "absent"], 2, "absent: no such run folder"),
        (["compare", "a.png", "b.png"], 2, "a.png: no such file or folder"),
        (["baseline", "remove", "x"], 2, "no baseline 'x'"),
        (["baseline", "set", "x"], 2, "name the run folder"),
    ],
)
def test_that_wrong_input_ends_with_its_status_and_one_line(
    argv, code, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(argv) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("argv", [["nonsense"], ["build"], ["--batch"], ["build", "x", "--what"]])
def test_that_wrong_usage_ends_with_2(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_that_an_error_reaches_a_program_as_json_too(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build", "absent.toml", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit_code"] == 2


def test_that_an_empty_list_of_runs_is_valid_json(capsys, tmp_path):
    assert cli.main(["runs", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_that_a_completion_script_knows_every_command(shell, capsys):
    assert cli.main(["completions", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in ("build", "devices", "doctor", "completions"))


def test_that_the_least_trustworthy_status_wins():
    assert worst([0, 1, 4, 3, 5, 2]) == 2
    assert worst([0, 1, 4, 3, 5]) == 5
    assert worst([0, 1, 4, 3]) == 3
    assert worst([0, 1, 4]) == 4
    assert worst([0, 1]) == 1
