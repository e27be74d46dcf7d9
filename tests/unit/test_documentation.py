"""Pages that people follow literally are held to the program."""

import re
import shlex
from pathlib import Path

import pytest

from device.errors import RUNNER_ERROR_BY_CODE
from quad_studio.cli import batch
from quad_studio.cli.main import build_parser
from quad_studio.engine.exit_codes import PRECEDENCE
from quad_studio.schemas import problems_of
from quad_studio.sessions.remedies import REMEDIES

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = (DOCS / "tutorial_own_model.md").read_text("utf-8")
PAGES = sorted([*DOCS.glob("*.md"), *(DOCS / "errors").glob("*.md")])


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", TUTORIAL, re.M | re.S)


def test_that_the_tutorials_project_and_plan_are_valid():
    import tomllib

    project, plan = (tomllib.loads(text) for text in blocks("toml"))
    assert problems_of(project, "project") == []
    assert problems_of(plan, "plan") == []


@pytest.mark.parametrize(
    "line",
    [line for text in blocks("") for line in text.splitlines() if line.startswith("quad-studio ")],
)
def test_that_every_command_of_the_tutorial_is_one(line):
    words = shlex.split(line)[1:]
    if words[0] == "--batch":
        assert batch.parse(words).plan.name == "plan.toml"
    else:
        assert build_parser().parse_args(words).command == words[0]


def whole_commands(page):
    """Return the command lines in a page's code blocks that are no patterns of commands."""
    shown = re.findall(r"^```\w*\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    lines = (line.partition("#")[0].strip() for text in shown for line in text.splitlines())
    named = (line for line in lines if re.match(r"(\.venv/bin/)?quad-studio( |$)", line))
    return [line for line in named if not re.search(r"[\[\]|<>\\…]|\.\.\.", line)]


@pytest.mark.parametrize("page", [DOCS.parent / "README.md", *PAGES], ids=lambda page: page.name)
def test_that_every_command_that_a_page_shows_is_one(page):
    if page.name == "cli.md":
        return  # made by the program itself
    for line in whole_commands(page):
        words = shlex.split(line)[1:]
        if "--batch" in words:
            batch.parse(words)
        else:
            build_parser().parse_args(words)


def test_that_the_first_page_leads_to_every_page():
    first = (DOCS.parent / "README.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in first] == []


def test_that_every_exit_code_has_a_page_and_the_index_leads_there():
    index = (DOCS / "exit_codes.md").read_text("utf-8")
    for code in (*PRECEDENCE, 130):
        assert f"(errors/{code}.md)" in index
        page = (DOCS / "errors" / f"{code}.md").read_text("utf-8")
        assert re.match(rf"# {code}\b", page)


def test_that_every_code_of_a_row_has_a_page_that_says_what_the_window_says():
    protocol = (DOCS.parent / "device/runner/PROTOCOL.md").read_text("utf-8")
    table = protocol.split("| code | meaning |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) <= REMEDIES.keys()
    assert RUNNER_ERROR_BY_CODE.keys() <= REMEDIES.keys()
    index = (DOCS / "errors/runner.md").read_text("utf-8")
    for code, remedy in REMEDIES.items():
        assert f"({code}.md)" in index
        page = (DOCS / "errors" / f"{code}.md").read_text("utf-8")
        assert page.startswith(f"# `{code}`: ")
        assert remedy in page
        assert remedy in index


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_no_page_links_to_a_file_that_is_not_there(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if (
            not target.startswith(("http://", "https://")) and target != "benchmarks.md"
        ):  # generated
            assert (page.parent / target).exists(), target
