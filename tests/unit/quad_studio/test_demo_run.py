import json
import re
import zipfile
from pathlib import Path

import pytest

from evaluation.evidence import read_evidence
from evaluation.summary import summarize_evidence
from quad_studio.config import load_plan
from quad_studio.demo_run import MARK, demo_folder, demo_plan, pack_demo_run, unpack_demo_run
from quad_studio.errors import InputFileProblem
from quad_studio.runs import load_run
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
    assert list((tmp_path / "data").iterdir()) == []


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
