import json

import torch

from quad_studio.demo.model_card import RECORD, TrainingRecord, update_records


def test_that_a_stage_trained_anew_replaces_its_record_and_no_other(tmp_path):
    work, folder = tmp_path / "work", tmp_path / "model"
    work.mkdir()
    folder.mkdir()
    known = {"base": {"steps": 5600, "seconds": 6800}, "lcm": {"steps": 160, "seconds": 250}}
    (folder / RECORD).write_text(json.dumps(known))
    torch.save({"steps": 900, "elapsed_s": 300.4}, work / "adapter_lcm.pt")
    expected = [TrainingRecord("base", 5600, 6800), TrainingRecord("lcm", 900, 300)]
    assert update_records(work, folder) == expected
    assert json.loads((folder / RECORD).read_text())["lcm"] == {"steps": 900, "seconds": 300}
