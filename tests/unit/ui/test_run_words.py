import json

import pytest

from tests.fakes.run_folder import write_run_folder
from ui.controllers.run_words import RunWords
from ui.models.run_model import read_run

SAID = "adb:X: lost while a request was running. Check the cable"


@pytest.mark.parametrize("reason", [SAID, f"{SAID}."])
def test_that_a_lost_device_is_said_in_whole_sentences(qapp, tmp_path, reason):
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    summary |= {"exit_code": 3, "reasons": [reason]}
    (run / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    state = RunWords().state_of(read_run(run))
    assert state.name == "device lost"
    assert state.text.startswith(f"{SAID}. Finished rows are kept")
