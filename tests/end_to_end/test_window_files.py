"""Damaged files in the real window: it says which, what to do, and goes on."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.end_to_end.fault_window import (
    OFFSCREEN_ONLY,
    last_verdict,
)
from tests.fakes.runner import runner_or_none

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.qt_log_ignore(OFFSCREEN_ONLY, extend=True),
]


@pytest.fixture
def run(whole_run, tmp_path):
    return shutil.copytree(whole_run, tmp_path / "run")


def write_bytes(name, data):
    return lambda run: (run / name).write_bytes(data)


def cut(name, count=40):
    """Return what cuts the last line of a file short."""

    def change(run):
        data = (run / name).read_bytes()
        (run / name).write_bytes(data[: data.rstrip().rfind(b"\n") + count])

    return change


def cut_in_half(name):
    def change(run):
        data = (run / name).read_bytes()
        (run / name).write_bytes(data[: len(data) // 2])

    return change


def edit(name, old, new):
    return lambda run: (run / name).write_bytes((run / name).read_bytes().replace(old, new, 1))


def pictures(change):
    """Return what does `change` to every candidate's picture."""

    def apply(run):
        for path in (run / "images").rglob("*.png"):
            change(path)

    return apply


REFUSED = {
    "damage in a row": (
        edit("results.jsonl", b'"seed": ', b'"seed": "x", "seed_was": '),
        ("results.jsonl", "line 1", "seed"),
    ),
    "a file that is no text": (write_bytes("results.jsonl", bytes(range(256)) * 9), ("corrupt",)),
    "half a manifest": (edit("manifest.json", b"}", b""), ("manifest.json", "not JSON")),
    "bytes as manifest": (write_bytes("manifest.json", b"\xff\xfe\0"), ("not JSON",)),
    "a list as manifest": (write_bytes("manifest.json", b"[]"), ("object was expected",)),
    "a newer run": (
        edit("manifest.json", b"quad-studio/run/1", b"quad-studio/run/9"),
        ("newer than this version reads", "update QUAD Studio"),
    ),
    "half a summary": (write_bytes("summary.json", b"{"), ("delete it", "quad-studio check")),
    "no run at all": (lambda run: (run / "manifest.json").unlink(), ("is not a run folder",)),
    "no folder": (shutil.rmtree, ("no such run folder",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_a_run_that_cannot_be_read_is_said_with_what_to_do(person, run, whole_run, name):
    damage, words = REFUSED[name]
    person.studio.open_path(whole_run)
    person.wait("the whole run is open", lambda: person.is_open(whole_run))
    damage(run)
    person.studio.open_path(run)
    said = person.reads("runs", "Nothing was changed", *words)
    person.picture(f"d-{name}")
    assert str(run) in said
    assert person.is_open(whole_run)  # what was open stays
    person.studio.open_path(whole_run)
    banner = person.studio.runs_view.banner
    person.wait("nothing is wrong any more", lambda: not banner.isVisibleTo(person.window))


OPENED = {
    "a torn last line": (cut("results.jsonl"), "Damaged lines in results.jsonl: 1."),
    "rubbish in the middle": (
        edit("results.jsonl", b"\n", b"\n\0\xff\xfe rubbish\n"),
        "Damaged lines in results.jsonl: 1.",
    ),
    "scores that end in the middle": (cut_in_half("scores.jsonl"), "pairs are scored"),
    "torn verdicts": (write_bytes("verdicts.jsonl", b'{"key": "a", "choi'), ""),
    "bytes as verdicts": (write_bytes("verdicts.jsonl", b"\xff\xfe\0\n[1]\n"), ""),
    "a folder as verdicts": (lambda run: (run / "verdicts.jsonl").mkdir(), "Mend or move the file"),
    "a log that is no text": (write_bytes("log.txt", b"\xff\xfe\0"), ""),
}


@pytest.mark.parametrize("name", OPENED)
def test_that_good_rows_of_a_damaged_run_are_shown(person, run, name):
    damage, words = OPENED[name]
    damage(run)
    person.studio.open_path(run)
    person.wait("the run is open", lambda: person.is_open(run))
    if words:
        person.reads("compare", words)
    person.picture(f"d-{name}")
    studio = person.studio
    assert len(studio.pairs.shown) >= 15
    key = studio.pairs.shown[0].key
    studio.selection.select_pair(studio.pairs.shown[0])
    studio.verdicts.give("accept")
    if name == "a folder as verdicts":
        person.reads("compare", "not saved")
        assert studio.book.choice_of(key) == ""
    else:
        assert last_verdict(run) == (key, "accept")


@pytest.mark.parametrize(
    ("how", "change"),
    [
        ("missing", lambda path: path.unlink()),
        ("empty", lambda path: path.write_bytes(b"")),
        ("cut", lambda path: path.write_bytes(path.read_bytes()[:70])),
    ],
)
def test_that_a_picture_that_cannot_be_read_is_named_in_its_place(person, run, how, change):
    pictures(change)(run)
    person.studio.open_path(run)
    person.wait("the run is open", lambda: person.is_open(run))
    canvas = person.studio.compare_view.canvas
    person.wait("the canvas says why", lambda: "cannot be read" in canvas.message)
    person.picture(f"d-picture-{how}")
    person.reads("compare", ".png cannot be read", "Mend or copy the file again")
    assert len(person.studio.pairs.shown) == 16


def break_bundle(bundle, name):
    if name == "bundle.json":
        (bundle / name).write_bytes((bundle / name).read_bytes()[:200])
    else:
        (path,) = list(bundle.rglob(name))[:1]
        path.write_bytes(path.read_bytes()[:50])


@pytest.mark.parametrize("name", ["bundle.json", "unet.onnx", "transform.onnx_adapter"])
def test_that_a_damaged_bundle_is_refused_and_the_whole_one_stays(person, bundle, tmp_path, name):
    broken = shutil.copytree(bundle, tmp_path / "broken")
    break_bundle(broken, name)
    person.use("host")
    try:
        person.studio.open_path(broken)
        said = person.reads("session", name)
        person.picture(f"d-bundle-{name}")
        assert "build" in said  # again
        person.go("devices")
        person.click(person.studio.devices_view.deploy_button)
        person.reads("devices", name)
        person.picture(f"d-bundle-deploy-{name}")
    finally:
        person.take(bundle)
    assert person.image() == 1
    banner = person.studio.session_view.banner
    person.wait("the refusal is gone", lambda: name not in banner.text.text())


@pytest.mark.parametrize("name", ["unet.onnx", "transform.onnx_adapter"])
def test_that_one_wrong_byte_in_a_bundle_is_found_when_it_is_used(person, bundle, tmp_path, name):
    broken = shutil.copytree(bundle, tmp_path / "broken")
    (path,) = broken.rglob(name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    person.use("host")
    try:
        person.take(broken)
        view = person.studio.session_view.request
        view.adapter.setCurrentIndex(view.adapter.findData("transform"))
        assert person.image() == 0
        person.reads("session", f"{name} has another hash", "build it again")
        person.picture(f"d-byte-{name}")
    finally:
        person.take(bundle)
    assert person.image() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe\0", "not text in UTF-8"),
        (b"[project\nname =", "not valid TOML"),
        (b'schema = "quad-studio/project/1"\nproject = 3\n', "project"),
        (b'schema = "quad-studio/project/9"\n[project]\nname = "x"\n', "newer"),
        (b'schema = "quad-studio/project/1"\n[project]\nname = 3\n[model]\npath = []\n', "name"),
    ],
)
def test_that_a_damaged_project_is_said_where_it_is(person, tmp_path, text, words):
    path = tmp_path / "project.toml"
    path.write_bytes(text)
    person.studio.open_path(path)
    view = person.studio.project_view
    shown = f"{view.empty.text.text()} {view.banner.text.text()}"
    person.picture(f"d-project-{words.replace(' ', '-')}")
    assert words in shown


def test_that_a_folder_without_permission_is_said(person, whole_run):
    """Root may read anything: for the moment of opening, the window is somebody else."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    closed = shutil.copytree(whole_run, place / "run")
    closed.chmod(0)
    was = os.geteuid()
    try:
        os.seteuid(was or 65534)
        person.studio.open_path(closed)
        person.reads("runs", "ermission denied", "Nothing was changed")
    finally:
        os.seteuid(was)
        closed.chmod(0o755)
        shutil.rmtree(place)
