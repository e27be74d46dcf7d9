"""Turn a prompt into CLIP's token ids from the tokenizer files of a model, without torch."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.errors import InputFileProblem

_START, _END = "<|startoftext|>", "<|endoftext|>"
_WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)


class PromptTokenizer:
    """CLIP's byte-pair encoding (Radford et al., 2021), with the vocabulary of a directory.

    Args:
        directory: Holds vocab.json and merges.txt, or tokenizer.json.

    Raises:
        InputFileProblem: The files are missing or are no vocabulary of CLIP's kind.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._encoder = _load(directory)
        self.start, self.end = self._id(_START), self._id(_END)
        self.padding = self._id(_padding_token(directory))

    def encode(self, text: str) -> list[int]:
        """Return the ids of the text alone, without start and end."""
        ids: list[int] = self._encoder.encode(text, add_special_tokens=False).ids
        return ids

    def ids(self, text: str, length: int) -> NDArray[np.int64]:
        """Return (1, length): start, the text's tokens cut to fit, end, padding."""
        kept = [self.start, *self.encode(text)[: length - 2], self.end]
        return np.array([kept + [self.padding] * (length - len(kept))], np.int64)

    def count_cut(self, text: str, length: int) -> int:
        """Return how many tokens of the text do not fit."""
        return max(0, len(self.encode(text)) - (length - 2))

    def _id(self, token: str) -> int:
        """Return a special token's id."""
        found = self._encoder.token_to_id(token)
        if found is None:
            raise InputFileProblem(self._directory, f"the vocabulary lacks {token}")
        return int(found)


@lru_cache(maxsize=8)
def load_tokenizer(directory: Path) -> PromptTokenizer:
    """Return the tokenizer of a directory, read once."""
    return PromptTokenizer(directory)


def _load(directory: Path) -> Any:
    """Return the encoder."""
    from tokenizers import Tokenizer

    vocabulary, merges = directory / "vocab.json", directory / "merges.txt"
    if not (vocabulary.is_file() and merges.is_file()):
        whole = directory / "tokenizer.json"
        if not whole.is_file():
            raise InputFileProblem(directory, "has no tokenizer: vocab.json and merges.txt")
        try:
            return Tokenizer.from_file(str(whole))
        except Exception as exc:  # noqa: BLE001 -- the library raises bare Exception
            raise InputFileProblem(whole, f"is no tokenizer: {exc}") from exc
    try:
        words = json.loads(vocabulary.read_text("utf-8"))
        pairs = [
            tuple(line.split())
            for line in merges.read_text("utf-8").splitlines()
            if line.strip() and not line.startswith("#version")
        ]
        return _build(words, pairs)
    except Exception as exc:  # noqa: BLE001 -- as above
        raise InputFileProblem(directory, f"is no CLIP tokenizer: {exc}") from exc


def _build(words: dict[str, int], pairs: list[tuple[str, ...]]) -> Any:
    """Return CLIP's chain: normalize, split into words, bytes, merge."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    model = models.BPE(
        vocab=words,
        merges=pairs,  # type: ignore[arg-type]  # pairs of two, checked by the library
        continuing_subword_prefix="",
        end_of_word_suffix="</w>",
        unk_token=_END,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer


def _padding_token(directory: Path) -> str:
    """Return the padding token that the directory names; CLIP's own is the end token."""
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        try:
            token = json.loads((directory / name).read_text("utf-8")).get("pad_token")
        except (OSError, ValueError, AttributeError):
            continue
        if isinstance(token, dict):
            token = token.get("content")
        if isinstance(token, str):
            return token
    return _END
