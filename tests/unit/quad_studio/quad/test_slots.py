from dataclasses import replace

import numpy as np
import pytest

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.errors import StageError
from quad_studio.quad.site import Slot
from quad_studio.quad.slots import from_slots, pad_to_slots

SLOTS = (
    Slot("layer.lora_A.weight", "layer", "A", (3, 4)),
    Slot("layer.lora_B.weight", "layer", "B", (4, 2)),
    Slot("other.lora_A.weight", "other", "A", (3, 4)),
    Slot("other.lora_B.weight", "other", "B", (4, 2)),
)
DOWN = np.arange(6, dtype=np.float32).reshape(3, 2)
UP = np.ones((2, 2), np.float32)
ADAPTER = AdapterWeights("a", {"layer": (DOWN, UP)}, 2, "memory", "0")


def test_that_a_layer_without_lora_gets_zeros_and_ranks_are_padded():
    padded = pad_to_slots(ADAPTER, SLOTS)
    assert padded["layer.lora_A.weight"][:, :2].tolist() == DOWN.tolist()
    assert not padded["layer.lora_A.weight"][:, 2:].any()
    assert not padded["layer.lora_B.weight"][2:].any()
    assert not padded["other.lora_A.weight"].any()


def test_that_padding_adds_exactly_nothing():
    padded = pad_to_slots(ADAPTER, SLOTS)
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    wide = (x @ padded["layer.lora_A.weight"]) @ padded["layer.lora_B.weight"]
    assert np.array_equal(wide, (x @ DOWN) @ UP)


def test_that_matrices_come_back_out_of_the_slots():
    back = from_slots(ADAPTER, pad_to_slots(ADAPTER, SLOTS))
    assert np.array_equal(back.modules["layer"][0], DOWN)
    assert np.array_equal(back.modules["layer"][1], UP)


def test_that_a_layer_without_a_slot_is_named():
    with pytest.raises(StageError, match="no slot at elsewhere"):
        pad_to_slots(replace(ADAPTER, modules={"elsewhere": (DOWN, UP)}), SLOTS)


def test_that_a_rank_above_the_slots_is_refused():
    wide = AdapterWeights(
        "a", {"layer": (np.ones((3, 5), "f4"), np.ones((5, 2), "f4"))}, 5, "memory", "0"
    )
    with pytest.raises(StageError, match=r"\(3, 5\), slot \(3, 4\)"):
        pad_to_slots(wide, SLOTS)
