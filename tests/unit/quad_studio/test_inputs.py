import json

import pytest

from quad_studio.errors import InputFileProblem, SettingsProblem, UsageProblem
from quad_studio.inputs import load_input_set
from tests.fakes.use_case_inputs import write_input_set, write_picture


def write_lines(folder, *lines):
    path = folder / "inputs.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8"
    )
    return path


def test_that_a_set_is_read_in_its_order_with_paths_beside_it(tmp_path):
    found = load_input_set(write_input_set(tmp_path), use_case="object_removal")
    assert [item.id for item in found.items] == ["in-0", "in-1", "in-2"]
    assert found.items[0].mask == (tmp_path / "img" / "in-0_mask.png").resolve()
    assert found.items[2].seed == 12
    assert len(found.sha256) == 64


def test_that_a_split_and_a_limit_choose_items(tmp_path):
    found = load_input_set(write_input_set(tmp_path, count=4))
    assert [item.id for item in found.select(limit=2)] == ["in-1", "in-2"]
    assert [item.id for item in found.select("calibration")] == ["in-0"]
    assert len(found.select("all")) == 4
    with pytest.raises(UsageProblem, match=r"'test'; it has: calibration, heldout"):
        found.select("test")


def test_that_a_missing_seed_is_the_line_number(tmp_path):
    path = write_lines(tmp_path, {"id": "a"}, "", {"id": "b"})
    assert [item.seed for item in load_input_set(path).items] == [1, 3]


def test_that_every_problem_is_reported_with_its_line(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    write_picture(tmp_path / "ok.png")
    path = write_lines(
        tmp_path,
        {"id": "a", "image": "gone.png", "mask": "ok.png"},
        "{no json",
        {"id": "a", "image": "broken.png", "mask": "ok.png", "seed": -1},
        {"id": "b", "image": "broken.png", "mask": "ok.png"},
        {"id": "b", "image": "ok.png", "colour": "red"},
        {"id": "b", "image": "ok.png"},
        ["a list"],
    )
    with pytest.raises(SettingsProblem) as caught:
        load_input_set(path, use_case="object_removal")
    text = "\n".join(caught.value.problems)
    assert "line 1: image: gone.png does not exist" in text
    assert "line 2: is not JSON" in text
    assert "line 3: seed" in text
    assert "line 4: image: broken.png is no picture" in text
    assert "line 5: colour: unknown key" in text
    assert "line 6: mask: is missing" in text
    assert "line 6: id 'b' is used twice" in text
    assert "line 7" in text
    assert caught.value.exit_code == 2


def test_that_an_empty_or_missing_file_is_named(tmp_path):
    with pytest.raises(InputFileProblem, match="no such input set"):
        load_input_set(tmp_path / "none.jsonl")
    with pytest.raises(SettingsProblem, match="has no inputs"):
        load_input_set(write_lines(tmp_path, ""))
    with pytest.raises(UsageProblem, match="no use case 'dreams'; there are: object_removal"):
        load_input_set(write_input_set(tmp_path), use_case="dreams")


def test_that_a_long_list_of_problems_is_cut(tmp_path):
    path = write_lines(tmp_path, *["{"] * 80)
    with pytest.raises(SettingsProblem) as caught:
        load_input_set(path)
    assert caught.value.problems[-1] == "and 30 more"


def test_that_a_lenient_reading_keeps_items_that_lack_something(tmp_path):
    path = write_input_set(tmp_path)
    (tmp_path / "img/in-1_mask.png").unlink()
    with pytest.raises(SettingsProblem, match="in-1_mask.png does not exist"):
        load_input_set(path, use_case="object_removal")
    assert len(load_input_set(path, use_case="object_removal", lenient=True).items) == 3
    path.write_text(path.read_text() + "{}\n")
    with pytest.raises(SettingsProblem, match="line 4: id: is missing"):
        load_input_set(path, lenient=True)
