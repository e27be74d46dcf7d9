import hashlib
import json
from pathlib import Path

import pytest

from device.adapter_source import read_source, write_index
from device.errors import UpdateRefusedError

DATA = b"adapter bytes"


def sidecar(**changes: object) -> dict[str, object]:
    return {
        "schema": "quad-studio/adapter/1", "name": "a", "fingerprint": "f" * 64, "rank": 4,
        "use_cases": ["transform"], "sha256": hashlib.sha256(DATA).hexdigest(),
        "bytes": len(DATA), "version": 2, **changes,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.onnx_adapter").write_bytes(DATA)
    (tmp_path / "a.json").write_text(json.dumps(sidecar()))
    return tmp_path


def never() -> None:
    pass


def test_that_a_bundles_adapter_folder_is_a_source(folder: Path):
    entry = read_source(str(folder)).entry("a")
    assert (entry.version, entry.file, entry.use_cases) == (2, "a.onnx_adapter", ("transform",))


def test_that_an_index_reads_back_as_written(folder: Path):
    (written,) = write_index(folder)
    assert read_source(str(folder)).entries == (written,)


def test_that_the_newest_version_of_a_name_is_taken(folder: Path):
    (folder / "b.json").write_text(json.dumps(sidecar(version=7)))
    (folder / "b.onnx_adapter").write_bytes(DATA)
    assert read_source(str(folder)).entry("a").version == 7


def test_that_a_file_that_is_not_what_the_index_says_is_refused(folder: Path):
    source = read_source(str(folder))
    (folder / "a.onnx_adapter").write_bytes(b"Adapter bytes")
    with pytest.raises(UpdateRefusedError, match="damaged or was swapped"):
        source.fetch(source.entry("a"), folder, never)


def test_that_a_name_that_is_not_there_lists_those_that_are(folder: Path):
    with pytest.raises(UpdateRefusedError, match="no adapter 'b'; there are: a"):
        read_source(str(folder)).entry("b")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../x"}, {"name": ""}, {"file": "../../etc/passwd"}, {"file": "/etc/passwd"},
        {"version": 0}, {"sha256": "x"}, {"bytes": -1}, {"rank": "many"},
        {"rank": None},
    ],
)  # fmt: skip
def test_that_a_damaged_or_hostile_entry_is_refused(folder: Path, changes):
    (folder / "a.json").write_text(json.dumps(sidecar(**changes)))
    with pytest.raises(UpdateRefusedError):
        read_source(str(folder))


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "quad-studio/adapter-index/9"}'])
def test_that_an_index_that_cannot_be_read_is_named(folder: Path, text: str):
    (folder / "index.json").write_text(text)
    with pytest.raises(UpdateRefusedError, match=r"index\.json"):
        read_source(str(folder))


def test_that_a_folder_without_adapters_is_told(tmp_path: Path):
    with pytest.raises(UpdateRefusedError, match="neither index.json nor an adapter"):
        read_source(str(tmp_path))


def test_that_a_source_that_is_nothing_is_told(tmp_path: Path):
    with pytest.raises(UpdateRefusedError, match="not a directory and not an http"):
        read_source(str(tmp_path / "nothing"))
