import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.errors import MetricUnavailableError
from evaluation.metrics import clip
from evaluation.registry import METRICS, PromptedBatch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of the real architecture, tiny and random, with a tokenizer of its own."""
    from evaluation.torchvision_schemas import register

    register()
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    pieces = ["<|startoftext|>", "<|endoftext|>"]
    pieces += [chr(code) for code in range(97, 123)]
    pieces += [chr(code) + "</w>" for code in range(97, 123)]
    (folder / "vocab.json").write_text(json.dumps({piece: at for at, piece in enumerate(pieces)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    small |= {"num_attention_heads": 2, "projection_dim": 8}
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    config = CLIPConfig(
        text_config={**small, **ends, "vocab_size": len(pieces), "max_position_embeddings": 77},
        vision_config={**small, "image_size": 32, "patch_size": 8},
        projection_dim=8,
    )
    CLIPModel(config).eval().save_pretrained(folder)
    return folder


@pytest.fixture
def named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(clip.ENVIRONMENT, str(folder))
    return folder


def batch(**changes: Any) -> PromptedBatch:
    rng = np.random.default_rng(0)
    images = rng.random((3, 2, 40, 56, 3)).astype(np.float32)
    fields = {
        "reference": images[0],
        "candidate": images[1],
        "sources": [images[2][0], None],
        "prompts": ["red fox", ""],
        "source_prompts": ["a cat", None],
    }
    return PromptedBatch(**{**fields, **changes})


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_features_agree_with_transformers_own_path(named: Path):
    import torch
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(named).eval()
    image = np.random.default_rng(0).random((1, 32, 32, 3)).astype(np.float32)
    mean, deviation = np.array(clip._MEAN, np.float32), np.array(clip._STD, np.float32)
    pixels = torch.from_numpy((image - mean) / deviation).permute(0, 3, 1, 2)
    ids = torch.tensor([[0, 43, 1]])
    with torch.no_grad():
        done = model(input_ids=ids, pixel_values=pixels)
    ours = clip.image_features(image)[0]
    theirs = done.image_embeds[0].numpy()
    assert ours == pytest.approx(theirs / np.linalg.norm(theirs), abs=1e-5)
    assert np.linalg.norm(clip.text_features(["r"]), axis=1) == pytest.approx([1])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_every_clip_metric_gives_a_number_or_says_undefined(named: Path):
    given = batch()
    assert -1 <= clip.clip_image(given.reference, given.candidate)[0] <= 1
    assert clip.clip_image(given.reference, given.reference) == pytest.approx([1, 1])
    for function in (clip.clip_directional, clip.clip_directional_text, clip.clip_score):
        values = function(given)
        assert np.isfinite(values[0])
        assert np.isnan(values[1])
    same = batch(candidate=given.reference)
    assert clip.clip_directional(same)[0] == pytest.approx(1)
    assert clip.clip_score_change(same)[0] == 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_the_context_names_the_model_and_its_weights(named: Path):
    context = METRICS["clip_score"].context()
    assert context["model"] == named.name
    assert len(context["weights_sha256"]) == 64


def test_that_a_missing_model_is_named_and_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(clip.ENVIRONMENT, raising=False)
    assert "set QUAD_CLIP_MODEL" in str(METRICS["clip_image"].missing())
    monkeypatch.setenv(clip.ENVIRONMENT, str(tmp_path))
    assert "has no config.json" in str(clip.missing_because())
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert "is a bert model" in str(clip.missing_because())
    with pytest.raises(MetricUnavailableError, match="is a bert model"):
        clip.text_features(["x"])


def test_that_directions_have_their_geometric_values():
    e1, e2, e3 = np.eye(3)[:, None]
    assert clip.directional_similarity(e1, e2, e3)[0] == pytest.approx(0.5)
    assert np.isnan(clip.directional_similarity(e1, e1, e3)[0])
