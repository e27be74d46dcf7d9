"""What can be wrong with an adapter.

InputFileProblem
  AdapterFileProblem      the file is missing, truncated, a pickle or no LoRA
    UnsupportedAdapter    a kind of adapter that the graph cannot take (DoRA, LoHa, ...)
  AdapterMismatch         made for another model: its keys are listed
  AdapterPackageProblem   an .onnx_adapter file is corrupt or made for another bundle
"""

from collections.abc import Sequence
from pathlib import Path

from quad_studio.errors import InputFileProblem

SHOWN_KEYS = 20


class AdapterFileProblem(InputFileProblem):  # noqa: N818
    """The adapter's file is missing, truncated, a pickle or no LoRA at all."""


class UnsupportedAdapter(AdapterFileProblem):  # noqa: N818
    """The adapter is of a kind that LoRA inputs cannot express, named in the message."""


class AdapterPackageProblem(InputFileProblem):  # noqa: N818
    """A packed adapter is corrupt, or made for another bundle."""


class AdapterMismatch(InputFileProblem):  # noqa: N818
    """The adapter was made for another model.

    Attributes:
        unused: Keys or modules that the model has no place for.
        missing: Keys that should be in the file and are not.
        misshaped: One line each: module, shape found, shape needed.
    """

    def __init__(
        self,
        path: Path | str,
        unused: Sequence[str] = (),
        missing: Sequence[str] = (),
        misshaped: Sequence[str] = (),
    ) -> None:
        """Build the message; every part goes to Exception, so that pickling works."""
        parts = [
            f"{len(keys)} {word}: {shown_keys(keys)}"
            for word, keys in (("unused", unused), ("missing", missing), ("mis-shaped", misshaped))
            if keys
        ]
        super().__init__(
            path,
            f"adapter does not fit this model, was it made for another one? {'; '.join(parts)}",
        )
        self.args = (str(path), tuple(unused), tuple(missing), tuple(misshaped))
        self.unused, self.missing = tuple(unused), tuple(missing)
        self.misshaped = tuple(misshaped)


def shown_keys(keys: Sequence[str]) -> str:
    """Return the first keys and how many more there are, for a one-line message.

    >>> shown_keys(["a", "b"])
    'a, b'
    """
    more = len(keys) - SHOWN_KEYS
    return ", ".join(keys[:SHOWN_KEYS]) + (f" and {more} more" if more > 0 else "")
