"""Files are replaced whole or not at all."""

import pytest

from quad_studio import storage
from quad_studio.errors import InputFileProblem, StageError


def write_half_and_fail(path):
    with storage.replacing(path) as stream:
        stream.write(b"half")
        raise RuntimeError


def test_that_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.json"
    storage.write_json(path, {"n": 1})
    with pytest.raises(TypeError):
        storage.write_json(path, {"n": object()})
    with pytest.raises(RuntimeError):
        write_half_and_fail(path)
    assert path.read_text() == '{\n "n": 1\n}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_that_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StageError, match="cannot be written"):
        storage.write_text(tmp_path / "file" / "x.txt", "x")


def test_that_a_full_disk_is_named_as_such():
    error = storage.storage_error("run", OSError(28, "No space left on device"))
    assert "the disk is full" in str(error)
    assert error.exit_code == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is corrupt, not JSON"),
        ("[]", "a JSON object was expected"),
        ('{"schema": "other/1"}', "is not a quad-studio/run file"),
        ('{"schema": "quad-studio/run/9"}', "newer than this version reads"),
    ],
)
def test_that_foreign_corrupt_and_newer_files_are_refused(tmp_path, text, words):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(InputFileProblem, match=words):
        storage.read_json(path, "run")


def test_that_key_order_does_not_change_a_digest():
    assert storage.digest_of({"a": 1, "b": 2}) == storage.digest_of({"b": 2, "a": 1})
