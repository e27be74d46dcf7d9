import json

from tests.fakes.run_folder import read_rows, write_run_folder
from ui.models.kpi_building import build_grid
from ui.models.run_model import read_run


def mixed_run(folder):
    """Return a run whose first use case was run in two ways, each judged by a gate of its own."""
    run = write_run_folder(folder, inputs=4, repeats=1, targets=("host",), scored=True)
    rows = read_rows(run)
    for row in rows:
        if row["use_case"] == "object_removal" and row["input_id"] in ("ob-0002", "ob-0003"):
            row |= {"sampler": "lcm", "steps": 4}
    (run / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    summary = json.loads((run / "summary.json").read_text())
    gate = {"metric": "psnr_db", "target": "host"}
    summary["gates"] = [
        gate | {"use_case": "object_removal [ddim, 8 steps]", "status": "pass"},
        gate | {"use_case": "object_removal [lcm, 4 steps]", "status": "fail"},
    ]
    (run / "summary.json").write_text(json.dumps(summary))
    return read_run(run)


def test_that_two_ways_of_a_use_case_are_two_columns_as_in_the_reports(tmp_path):
    run = mixed_run(tmp_path / "run")
    for pivot in ("use_case", "target_use_case"):
        grid = build_grid(run, pivot)
        names = [column.partition("\n")[0] for column in grid.columns]
        assert names == [
            "object removal [ddim, 8 steps]",
            "object removal [lcm, 4 steps]",
            "transform",
        ]
        counts = [len(cell.samples) for cell in grid.cells["psnr_db"]]
        assert counts[:2] == [2, 2]


def test_that_each_way_has_the_mark_of_its_own_gate(tmp_path):
    grid = build_grid(mixed_run(tmp_path / "run"), "use_case")
    assert [cell.gate for cell in grid.cells["psnr_db"]][:2] == ["pass", "fail"]
