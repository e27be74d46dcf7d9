"""The demo model's own tokenizer."""

from typing import Any

import pytest

from quad_studio.demo.captions import every_caption
from quad_studio.demo.catalog import load_catalog
from quad_studio.demo.vocabulary import write_vocabulary


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from evaluation.torchvision_schemas import register

    register()
    from transformers import CLIPTokenizer

    folder = tmp_path_factory.mktemp("tokenizer")
    write_vocabulary(every_caption(load_catalog()), folder)
    return CLIPTokenizer.from_pretrained(folder)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_every_caption_survives_the_round_trip_within_77_tokens(tokenizer: Any) -> None:
    captions = sorted(set(every_caption(load_catalog())))[::50]
    for caption in captions:
        ids = tokenizer(caption).input_ids
        assert len(ids) <= 77
        text = tokenizer.decode(ids, skip_special_tokens=True)
        assert text.replace(" ", "") == caption.replace(" ", "")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_each_concept_word_is_one_token(tokenizer: Any) -> None:
    for words in load_catalog().words.values():
        pieces = words.replace("-", " ").split()
        assert len(tokenizer(" ".join(pieces)).input_ids) == len(pieces) + 2


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_unknown_text_is_spelled_and_never_lost(tokenizer: Any) -> None:
    ids = tokenizer("zyx 42 Öl").input_ids
    assert tokenizer.decode(ids, skip_special_tokens=True).replace(" ", "") == "zyx42öl"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_a_long_prompt_is_cut_at_77_tokens(tokenizer: Any) -> None:
    padded = tokenizer("red " * 100, padding="max_length", max_length=77, truncation=True).input_ids
    assert len(padded) == 77
    assert padded[0] == tokenizer.bos_token_id
    assert padded[-1] == tokenizer.eos_token_id
