"""The command line: help for everything, documented statuses, no tracebacks."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from quad_studio.cli import main as cli
from quad_studio.cli.build import check_output
from quad_studio.cli.reference import commands, reference
from quad_studio.engine.exit_codes import worst
from quad_studio.errors import UsageProblem
from quad_studio.runs import take_lock, updated_manifest
from tests.fakes.run_folder import write_run_folder

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
        (["runs", "absent"], 2, "absent: no such folder"),
        (["clean", "absent"], 2, "absent: no such folder"),
        (["clean", "--keep", "-1"], 2, "--keep -1: write 0 or more"),
        (["compare", "a.png", "b.png", "--metrics", ","], 2, "--metrics: nothing given"),
        (["import", "x", "--use-case", "transform"], 2, "--use-case belongs to --bundle"),
        (["import", "x", "--project", "absent.toml"], 2, "x: "),
        (["pair", "--timeout", "0"], 2, "--timeout 0: write a number of seconds"),
        (["pair", "1.2.3.4:5", "--code", "12"], 2, "six digits"),
        (["pair", "phone", "--code", "123456"], 2, "write HOST:PORT"),
        (["session", "x", "--threads", "0"], 2, "--threads 0: write a number from 1 to 256"),
        (["session", "x", "--out", "a file"], 2, "--out a file: is a file"),
        (["virtual-phone", "--preset", "s25-lsi", "--port", "99999"], 2, "--port 99999: a port is"),
        (["virtual-phone", "--preset", "s25-lsi", "--root", "a file"], 2, "a file: is a file"),
        (["virtual-phone", "--preset", "s25-lsi", "--fault", "x"], 2, "--fault x: no fault 'x'"),
        (["handoff", "x", "-o", "a file"], 2, "-o a file: is a file; name a folder"),
        (["doctor", "--bundle", "."], 2, "is a folder; name the ZIP file"),
    ],
)
def test_that_wrong_input_ends_with_its_status_and_one_line(
    argv, code, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").touch()
    assert cli.main(argv) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == "" or argv[0] == "doctor"


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


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("quad-studio vir", "virtual-phone"),
        ("quad-studio adapters p", "push"),
        ("quad-studio adapters push x --pub", "--public-key"),
        ("quad-studio --batch plan.toml --res", "--resume"),
        ("quad-studio --batch plan.toml --only sc", "score"),
        ("quad-studio session b --provider q", "qnn"),
        ("quad-studio baseline r", "remove"),
        ("quad-studio completions f", "fish"),
        ("quad-studio runs a\\ f", "a file"),
    ],
)
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_that_bash_offers_what_may_stand_there(typed, offered, capsys, tmp_path):
    assert cli.main(["completions", "bash"]) == 0
    words = shlex.split(typed)
    (tmp_path / "a file").touch()
    script = (
        f"{capsys.readouterr().out}\nCOMP_WORDS=({shlex.join(words)})\n"
        f"COMP_CWORD={len(words) - 1}\n_quad_studio\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == [offered]


def test_that_the_least_trustworthy_status_wins():
    assert worst([0, 1, 4, 3, 5, 2]) == 2
    assert worst([0, 1, 4, 3, 5]) == 5
    assert worst([0, 1, 4, 3]) == 3
    assert worst([0, 1, 4]) == 4
    assert worst([0, 1]) == 1


def test_that_the_help_of_a_batch_run_needs_no_plan(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--batch", "--help"])
    assert caught.value.code == 0
    assert "--max-infra-retries" in capsys.readouterr().out


def test_that_a_plan_may_stand_behind_an_equals_sign(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["--batch=absent.toml"]) == 2
    assert "absent.toml: no such file" in capsys.readouterr().err


def test_that_a_shortened_option_opens_no_window(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--bat", "plan.toml"])
    assert caught.value.code == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display")
def test_that_without_a_display_the_way_without_a_window_is_said(capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main([]) == 2
    assert "quad-studio --batch PLAN.toml" in capsys.readouterr().err


def test_that_ctrl_c_is_one_line_and_130(capsys, monkeypatch):
    def interrupted(_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("quad_studio.cli.doctor.execute", interrupted)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "quad-studio: interrupted\n"


def test_that_an_internal_error_is_shown_once(capsys, monkeypatch):
    def broken(_args):
        raise ZeroDivisionError("here")

    monkeypatch.setattr("quad_studio.cli.doctor.execute", broken)
    assert cli.main(["doctor"]) == 5
    assert capsys.readouterr().err.count("Traceback") == 1


def test_that_a_build_takes_the_place_of_nothing_but_a_bundle(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").touch()
    (tmp_path / "file").touch()
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/bundle.json").touch()
    for name in ("thesis", "file"):
        with pytest.raises(UsageProblem, match=name):
            check_output(tmp_path / name)
    for name in ("bundle", "new"):
        check_output(tmp_path / name)


def picture(path, shade, size=(16, 16)):
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, (shade, shade, shade)).save(path)
    return str(path)


@pytest.mark.parametrize("spoilt", ["no image", "other size"])
def test_that_a_pair_that_cannot_be_measured_is_2(capsys, tmp_path, spoilt):
    good = picture(tmp_path / "a.png", 10)
    bad = picture(tmp_path / "b.png", 20, (8, 8))
    if spoilt == "no image":
        (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nxx")
    assert cli.main(["compare", good, bad, "--metrics", "psnr_db,mae"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("psnr_db, mae not available: ") == 1


def test_that_a_broken_pair_hides_no_other(capsys, tmp_path):
    for name, shade in (("x", 10), ("y", 90)):
        picture(tmp_path / f"left/{name}.png", shade)
        picture(tmp_path / f"right/{name}.png", shade + 20)
    (tmp_path / "right/y.png").write_bytes(b"no image")
    folders = [str(tmp_path / "left"), str(tmp_path / "right")]
    assert cli.main(["compare", *folders, "--metrics", "mae", "--json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert [bool(pair["metrics"]) for pair in result["pairs"]] == [True, False]
    assert set(result["metric_context"]) == {"mae"}


def test_that_what_no_pair_can_have_is_said_once(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("QUAD_CLIP_MODEL", raising=False)
    for name in ("x", "y", "z"):
        picture(tmp_path / f"left/{name}.png", 10)
        picture(tmp_path / f"right/{name}.png", 30)
    folders = [str(tmp_path / "left"), str(tmp_path / "right")]
    assert cli.main(["compare", *folders, "--metrics", "mae,clip_score"]) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith("all 3 pairs: clip_score not available: ")
    assert len(shown.err.splitlines()) == 1
    assert len(shown.out.splitlines()) == 4  # the mean too


def test_that_a_metric_of_sets_says_why_it_is_missing(capsys, tmp_path):
    pair = [picture(tmp_path / "a.png", 1), picture(tmp_path / "b.png", 2)]
    assert cli.main(["compare", *pair, "--metrics", "kid"]) == 2
    assert "kid not available: " in capsys.readouterr().err


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    first = write_run_folder(root / "first", scored=True)
    return first, write_run_folder(root / "other", scored=True, use_cases=("sticker",))


def test_that_runs_that_cannot_be_compared_say_why(runs, capsys):
    assert cli.main(["check", str(runs[0]), "--baseline", str(runs[1])]) == 4
    said = capsys.readouterr().out
    assert "evidence: VALID" in said
    assert "NOT COMPARABLE" in said
    assert len(said.splitlines()) > 2
    assert len(set(said.splitlines())) == len(said.splitlines())
    assert said.count("inputs: ") == 1  # each reason once


def test_that_a_check_without_gates_says_that_nothing_was_judged(runs, capsys):
    assert cli.main(["check", str(runs[0])]) == 0
    assert "no gates" in capsys.readouterr().err


def test_that_a_check_whose_gates_are_gone_does_not_pass(runs, capsys, tmp_path):
    run = shutil.copytree(runs[0], tmp_path / "run")
    with updated_manifest(run) as manifest:
        manifest["plan"]["gates"] = str(tmp_path / "gone.toml")
    assert cli.main(["check", str(run)]) == 2
    assert "gone.toml" in capsys.readouterr().err


def test_that_a_run_in_the_making_is_not_cleaned_away(runs, capsys, tmp_path):
    shutil.copytree(runs[0], tmp_path / "out/run")
    argv = ["clean", str(tmp_path / "out"), "--keep", "0", "--json"]
    with updated_manifest(tmp_path / "out/run") as manifest:
        manifest["tags"] = []
    assert cli.main(argv) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
    with take_lock(tmp_path / "out/run/.lock"):
        assert cli.main(argv) == 0
        assert json.loads(capsys.readouterr().out) == []


def test_that_a_search_without_a_find_says_what_was_searched(runs, capsys):
    assert cli.main(["runs", str(runs[0].parent), "--tag", "release"]) == 0
    assert "with tag release" in capsys.readouterr().err


def test_that_the_columns_of_a_list_of_runs_stand_below_each_other(runs, capsys):
    assert cli.main(["runs", str(runs[0].parent)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({line.index(" rows") for line in lines}) == 1
    assert len({line.index("/") for line in lines}) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_that_a_name_that_the_terminal_lacks_ends_no_command(tmp_path, options):
    for side in ("left", "right"):
        picture(tmp_path / side / "grün ∞.png", 10 + len(side))
    argv = [sys.executable, "-m", "quad_studio.cli.main", "compare", "left", "right"]
    done = subprocess.run(
        [*argv, "--metrics", "mae", *options],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    if options:
        assert json.loads(done.stdout)["pairs"][0]["name"] == "grün ∞"
    else:
        assert done.stdout.startswith(b"gr?n ?  mae 0.")
