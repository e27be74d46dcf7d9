import json

import pytest
from tokenizers import Tokenizer

from evaluation.torchvision_schemas import register

register()

from transformers import CLIPTokenizer  # noqa: E402

from quad_studio.errors import InputFileProblem  # noqa: E402
from quad_studio.use_cases.tokenize import PromptTokenizer, load_tokenizer  # noqa: E402
from tests.fakes.use_case_inputs import write_tokenizer  # noqa: E402

PROMPTS = [
    "",
    "a red cat in noto style",
    "A  Red\tCAT's, 42 dogs!",
    "café über 猫 naïve",
    "red " * 100,
    "  flat; don't ",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_that_ids_equal_those_of_transformers(tmp_path, prompt):
    folder = write_tokenizer(tmp_path)
    peer = CLIPTokenizer.from_pretrained(folder)
    expected = peer(prompt, padding="max_length", max_length=77, truncation=True).input_ids
    ours = PromptTokenizer(folder).ids(prompt, 77)
    assert ours.shape == (1, 77)
    assert ours[0].tolist() == expected


def test_that_the_directory_says_what_pads(tmp_path):
    folder = write_tokenizer(tmp_path)
    (folder / "tokenizer_config.json").write_text(json.dumps({"pad_token": {"content": "!"}}))
    tokenizer = PromptTokenizer(folder)
    assert tokenizer.ids("cat", 5)[0, -1] == tokenizer.padding != tokenizer.end


def test_that_a_directory_with_only_the_whole_tokenizer_is_read(tmp_path):
    folder = write_tokenizer(tmp_path / "files")
    peer = CLIPTokenizer.from_pretrained(folder)
    peer.backend_tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert isinstance(Tokenizer.from_file(str(tmp_path / "tokenizer.json")), Tokenizer)
    ids = PromptTokenizer(tmp_path).ids("a red cat", 8)
    assert ids.tolist() == PromptTokenizer(folder).ids("a red cat", 8).tolist()


def test_that_tokens_that_do_not_fit_are_counted(tmp_path):
    tokenizer = load_tokenizer(write_tokenizer(tmp_path))
    assert tokenizer.count_cut("red " * 80, 77) == 5
    assert tokenizer.count_cut("red", 77) == 0


def test_that_a_directory_without_a_tokenizer_is_named(tmp_path):
    with pytest.raises(InputFileProblem, match=r"vocab\.json and merges\.txt"):
        PromptTokenizer(tmp_path)
    (tmp_path / "vocab.json").write_text("{}")
    (tmp_path / "merges.txt").write_text("a b\n")
    with pytest.raises(InputFileProblem, match="is no CLIP tokenizer"):
        PromptTokenizer(tmp_path)
    (tmp_path / "merges.txt").write_text("")
    with pytest.raises(InputFileProblem, match="lacks <|startoftext|>"):
        PromptTokenizer(tmp_path)
