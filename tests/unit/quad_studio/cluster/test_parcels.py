import pytest

from quad_studio.cluster import parcels
from quad_studio.cluster.parcels import PackedItem, Shelf, chunks_of, pack, unpack
from quad_studio.errors import StageError
from quad_studio.inputs import load_input_set
from tests.fakes.use_case_inputs import write_input_set


class CountingFetch:
    def __init__(self, shelf):
        self.shelf, self.asked = shelf, []

    def __call__(self, sha256, size):
        self.asked.append(sha256)
        return chunks_of(self.shelf.read, sha256, size)


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "here"
    (folder / "graphs").mkdir(parents=True)
    (folder / "graphs/unet.onnx").write_bytes(bytes(range(256)) * 40)
    (folder / "bundle.json").write_text("{}")
    return {"graphs/unet.onnx": folder / "graphs/unet.onnx", "bundle.json": folder / "bundle.json"}


def test_that_a_folder_arrives_as_it_was_and_in_chunks(files, tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "CHUNK_BYTES", 1000)
    parcel, paths = pack(files)
    there = unpack(parcel, tmp_path / "there", CountingFetch(Shelf(paths)))
    for name, path in files.items():
        assert (there / name).read_bytes() == path.read_bytes()


def test_that_a_host_fetches_only_what_it_lacks(files, tmp_path):
    parcel, paths = pack(files)
    fetch = CountingFetch(Shelf(paths))
    first = unpack(parcel, tmp_path / "there", fetch)
    assert len(fetch.asked) == 2
    assert unpack(parcel, tmp_path / "there", fetch) == first
    assert len(fetch.asked) == 2
    files["bundle.json"].write_text('{"more": 1}')
    changed, paths = pack(files)
    fetch.shelf = Shelf(paths)
    assert unpack(changed, tmp_path / "there", fetch) != first
    assert len(fetch.asked) == 3


def test_that_a_file_with_another_hash_is_refused_and_not_kept(files, tmp_path):
    parcel, _ = pack(files)
    with pytest.raises(StageError, match="arrived with another hash"):
        unpack(parcel, tmp_path / "there", lambda sha256, size: [b"x" * size])
    assert not list((tmp_path / "there").rglob("*.onnx"))


def test_that_hashes_that_are_known_are_not_computed_again(files):
    parcel, _ = pack(files, known={"graphs/unet.onnx": "f" * 64})
    assert [f.sha256 for f in parcel.files if f.name != "bundle.json"] == ["f" * 64]
    assert [f.name for f in parcel.part("graphs/").files] == ["graphs/unet.onnx"]


def test_that_an_input_travels_with_its_pictures(tmp_path):
    item = load_input_set(write_input_set(tmp_path)).items[0]
    packed = PackedItem.of(item)
    there = packed.unpack(tmp_path / "there")
    assert there.image != item.image
    assert there.image.read_bytes() == item.image.read_bytes()
    assert there.mask.suffix == item.mask.suffix
    assert (there.id, there.seed, there.prompt) == (item.id, item.seed, item.prompt)
    assert packed.unpack(tmp_path / "there") == there
