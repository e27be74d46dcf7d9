import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evaluation.evidence import read_evidence
from evaluation.summary import summarize_evidence
from quad_studio.config import load_plan
from quad_studio.demo_run import MARK, demo_folder, demo_plan, pack_demo_run, unpack_demo_run
from quad_studio.errors import InputFileProblem, StageError
from quad_studio.runs import load_run, updated_manifest
from tests.fakes.run_folder import write_run_folder


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_demo_run(tmp_path_factory.mktemp("user") / "data/demo-run")


def test_that_the_shipped_run_is_valid_whole_and_of_the_demo_plan(shipped: Path):
    evidence = read_evidence(shipped)
    assert summarize_evidence(evidence)["validity"]["status"] == "VALID"
    names = {name for row in evidence.rows for name in (row["images"] or {}).values() if name}
    assert [name for name in names if not (shipped / name).is_file()] == []
    tasks = {(task.use_case, task.sampler) for task in load_plan(demo_plan()).tasks}
    ran = {task["use_case"] for task in evidence.manifest["plan"]["tasks"]}
    assert ran == {use_case for use_case, _ in tasks}
    assert all(str(row["key"]) in evidence.scores for row in evidence.measured)


def test_that_the_shipped_run_has_two_devices_and_none_of_them_is_called_a_phone(shipped: Path):
    kinds = {str(row["target_kind"]) for row in load_run(shipped).rows}
    assert len(kinds) == 2
    assert "phone" not in kinds


def test_that_no_place_of_the_machine_that_made_it_is_shipped():
    with zipfile.ZipFile(demo_folder() / "run.zip") as packed:
        texts = [packed.read(name).decode() for name in packed.namelist() if "images/" not in name]
    found = {place for text in texts for place in re.findall(r"(?<![\w@<.])/\w[\w./-]+", text)}
    assert found == set()


def test_that_its_paths_are_those_of_this_installation(shipped: Path):
    assert Path(load_run(shipped).manifest["plan"]["path"]) == demo_plan()
    assert MARK not in (shipped / "repro.txt").read_text()


def test_that_verdicts_survive_a_second_start(shipped: Path):
    (shipped / "verdicts.jsonl").write_text("{}\n")
    assert unpack_demo_run(shipped) == shipped
    assert (shipped / "verdicts.jsonl").is_file()


def test_that_a_damaged_archive_is_said_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "run.zip").write_bytes(b"PK\x03\x04 not whole")
    with pytest.raises(InputFileProblem, match="not the demo run"):
        unpack_demo_run(tmp_path / "data/demo-run", tmp_path / "run.zip")
    assert [path for path in (tmp_path / "data").iterdir() if path.is_dir()] == []


def test_that_packing_takes_latents_and_places_out(tmp_path: Path):
    run = write_run_folder(tmp_path / "run", scored=True, inputs=1, repeats=1)
    for name in ("log.txt", "repro.txt"):
        (run / name).write_text(f"{demo_plan()}\n")
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["plan"]["path"] = str(demo_plan())
    (run / "manifest.json").write_text(json.dumps(manifest))
    pack_demo_run(run, tmp_path / "run.zip")
    placed = unpack_demo_run(tmp_path / "data", tmp_path / "run.zip")
    rows = load_run(placed).rows
    assert len(rows) == len(load_run(run).rows)
    assert {row["latents"] for row in rows} == {None}
    assert (placed / "repro.txt").read_text() == f"{demo_plan()}\n"


@pytest.fixture
def archives(tmp_path: Path) -> list[Path]:
    """Return the runs that two versions ship; the second has one row more."""
    made = []
    for inputs in (1, 2):
        run = write_run_folder(tmp_path / f"run{inputs}", scored=True, inputs=inputs, repeats=1)
        for name in ("log.txt", "repro.txt"):
            (run / name).touch()
        manifest = json.loads((run / "manifest.json").read_text())
        manifest["plan"]["path"] = str(demo_plan())
        (run / "manifest.json").write_text(json.dumps(manifest))
        made.append(tmp_path / f"{inputs}.zip")
        pack_demo_run(run, made[-1])
    return made


VERDICT = '{"schema": "quad-studio/verdict/1", "key": "a", "choice": "accept", "note": "#halo"}\n'


def rows(folder: Path) -> int:
    return len(load_run(folder).rows)


def test_that_the_run_of_another_version_is_renewed_with_verdicts_and_tags_kept(
    archives: list[Path], tmp_path: Path
):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    before = rows(folder)
    (folder / "verdicts.jsonl").write_text(VERDICT)
    with updated_manifest(folder) as manifest:
        manifest["tags"] = ["mine"]
    unpack_demo_run(folder, archives[1])
    assert rows(folder) > before
    assert (folder / "verdicts.jsonl").read_text() == VERDICT
    assert load_run(folder).manifest["tags"] == ["mine"]
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["demo-run"]
    (folder / "images/mine.txt").touch()
    unpack_demo_run(folder, archives[1])
    assert (folder / "images/mine.txt").exists()  # nothing to renew: nothing is touched


def test_that_a_run_from_before_the_archives_were_told_apart_is_renewed(
    archives: list[Path], tmp_path: Path
):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    before = rows(folder)
    (folder / ".shipped").unlink()
    assert rows(unpack_demo_run(folder, archives[1])) > before


def test_that_a_run_of_the_users_own_in_that_place_is_left_alone(
    archives: list[Path], tmp_path: Path
):
    folder = write_run_folder(tmp_path / "data/demo-run", inputs=1, repeats=1)
    before = (folder / "results.jsonl").read_bytes()
    unpack_demo_run(folder, archives[1])
    assert (folder / "results.jsonl").read_bytes() == before


def test_that_the_run_stays_where_its_tags_cannot_be_written(
    archives: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    before = rows(folder)
    (folder / "verdicts.jsonl").write_text(VERDICT)

    def full(_path: Path) -> None:
        raise StageError("storage", "the disk is full")

    with updated_manifest(folder) as manifest:
        manifest["tags"] = ["mine"]
    monkeypatch.setattr("quad_studio.demo_run.updated_manifest", full)
    unpack_demo_run(folder, archives[1])
    assert rows(folder) == before
    assert (folder / "verdicts.jsonl").read_text() == VERDICT


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_that_the_run_stays_where_it_cannot_be_renewed(
    archives: list[Path], tmp_path: Path, damage: str
):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    before = rows(folder)
    (folder / "verdicts.jsonl").write_text(VERDICT)
    archives[1].unlink()
    if damage == "damaged":
        archives[1].write_bytes(b"PK\x03\x04 not whole")
    assert unpack_demo_run(folder, archives[1]) == folder
    assert rows(folder) == before
    assert (folder / "verdicts.jsonl").read_text() == VERDICT
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["demo-run"]


def test_that_a_kill_between_the_two_renames_loses_no_verdict(archives: list[Path], tmp_path: Path):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    (folder / "verdicts.jsonl").write_text(VERDICT)
    folder.rename(folder.with_name("demo-run.former"))
    (folder.with_name("demo-run.new") / "images").mkdir(parents=True)
    unpack_demo_run(folder, archives[1])
    assert (folder / "verdicts.jsonl").read_text() == VERDICT
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["demo-run"]


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_windows_that_start_together_unpack_once(archives: list[Path], tmp_path: Path):
    folder = unpack_demo_run(tmp_path / "data/demo-run", archives[0])
    (folder / "verdicts.jsonl").write_text(VERDICT)
    call = (
        "import sys; from pathlib import Path; from quad_studio.demo_run import unpack_demo_run;"
        "unpack_demo_run(*map(Path, sys.argv[1:]))"
    )
    argv = [sys.executable, "-c", call, str(folder), str(archives[1])]
    started = [subprocess.Popen(argv) for _ in range(3)]
    assert [process.wait(30) for process in started] == [0, 0, 0]
    assert rows(folder) > 0
    assert (folder / "verdicts.jsonl").read_text() == VERDICT
