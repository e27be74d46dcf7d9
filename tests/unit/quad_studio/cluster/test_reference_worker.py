import json

import pytest

from evaluation.score import score_rows
from quad_studio.cluster.parcels import Parcel, ParcelFile, Shelf, chunks_of, unpack
from quad_studio.cluster.reference_worker import ScoreJob, pack_reference, score_job
from quad_studio.reference.components import ReferenceModel
from tests.fakes.run_folder import write_run_folder

METRICS = ("psnr_db", "ssim")
BUNDLE = Parcel(
    files=(
        ParcelFile(name="bundle.json", sha256="a" * 64, size=1),
        ParcelFile(name="graphs/unet.onnx", sha256="b" * 64, size=1),
        ParcelFile(name="tokenizer/vocab.json", sha256="c" * 64, size=1),
    )
)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def model(tmp_path):
    """A diffusers directory and three LoRAs: a file, a folder of diffusers and one of PEFT."""
    base = tmp_path / "model"
    for part in ("unet", "vae", "text_encoder"):
        write(base / part / "config.json", "{}")
        write(base / part / "model.safetensors", part)
    return ReferenceModel(
        path=base,
        kind="auto",
        adapters={
            "file": write(tmp_path / "one.safetensors", "one"),
            "diffusers": write(tmp_path / "two/pytorch_lora_weights.safetensors", "two").parent,
            "peft": write(tmp_path / "three/adapter_model.safetensors", "three").parent,
        },
    )


def test_that_a_model_arrives_with_the_files_that_decide_the_result(model, tmp_path):
    write(tmp_path / "three/adapter_config.json", "{}")
    setup, paths = pack_reference(model, BUNDLE)
    shelf = Shelf(paths)
    there = unpack(setup.model, tmp_path / "there", lambda s, n: chunks_of(shelf.read, s, n))
    arrived = ReferenceModel(
        path=there / setup.model_path,
        kind=setup.kind,
        adapters={name: there / path for name, path in setup.adapters},
    )
    assert [f.read_text() for f in arrived.files()] == [f.read_text() for f in model.files()]
    for name in model.adapters:
        ours, theirs = model.adapter_files(name), arrived.adapter_files(name)
        assert [(f.name, f.read_text()) for f in theirs] == [(f.name, f.read_text()) for f in ours]
    assert [file.name for file in setup.frame.files] == ["bundle.json", "tokenizer/vocab.json"]


def test_that_a_single_file_model_stays_one(tmp_path):
    model = ReferenceModel(path=write(tmp_path / "sd.safetensors", "x"), kind="auto", adapters={})
    setup, _ = pack_reference(model, BUNDLE)
    assert (setup.kind, setup.model_path) == ("single-file", "model/sd.safetensors")


def test_that_a_job_scores_as_the_run_folder_would(tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2)
    rows = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    rows = [row for row in rows if not row["warmup"]][:3]
    found = score_job(ScoreJob.of(rows, folder, METRICS))
    assert found == score_rows(rows, folder, METRICS)


def test_that_a_picture_that_is_missing_is_said_in_the_score(tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2)
    row = json.loads((folder / "results.jsonl").read_text().splitlines()[-1])
    (folder / row["images"]["candidate"]).unlink()
    score = score_job(ScoreJob.of([row], folder, METRICS))[0]
    assert score["metrics"] == {}
    assert set(score["unavailable"]) == set(METRICS)
