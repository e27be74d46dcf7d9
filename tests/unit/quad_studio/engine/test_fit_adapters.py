"""What adapters are distilled on, by the project's mode, and what is kept of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.config import Distillation
from quad_studio.engine.fit_adapters import (
    Fitted,
    choose_device,
    lessons_for,
    load_fitted,
    save_fitted,
)
from quad_studio.errors import StageError
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.trajectory import CalibrationItem
from tests.fakes.use_case_inputs import SCHEDULER

pytestmark = pytest.mark.timeout(120)

SHAPE = (1, 4, 4, 4)
ADAPTER = AdapterWeights(
    "a", {"m": (np.ones((3, 2), np.float32), np.zeros((2, 3), np.float32))}, 2, "here", "0" * 64
)


def item(number, truth):
    return CalibrationItem(
        encoder_hidden_states=np.zeros((1, 2, 3), np.float32),
        noise=np.zeros(SHAPE, np.float32),
        clean_latents=np.full(SHAPE, 100.0, np.float32) if truth else None,
        item_id=f"i{number}",
    )


def builder(truths, **settings):
    """Return what `lessons_for` asks of a builder; the model's own results are all 1."""
    events = []
    return SimpleNamespace(
        project=SimpleNamespace(distillation=Distillation(enabled=True, **settings)),
        feeds={"a": (Feed({"sample": np.zeros(SHAPE)}, 5.0),) * 3},
        encoded={"a": [SimpleNamespace(item=item(n, t)) for n, t in enumerate(truths)]},
        final_latents={"a": tuple(np.ones(SHAPE, np.float32) for _ in truths)},
        loaded=SimpleNamespace(scheduler={**SCHEDULER, "prediction_type": "sample"}),
        emit=events.append,
        events=events,
    )


def targets(lessons):
    return [float(np.asarray(f.target).mean()) for f in lessons.feeds if f.target is not None]


def test_that_data_free_targets_are_the_models_own_results_even_where_there_is_truth():
    lessons = lessons_for(builder([True, True], mode="data-free", noised_per_item=2), ADAPTER)
    assert targets(lessons) == [1.0] * 4
    assert (lessons.mode, lessons.noised, len(lessons.feeds)) == ("data-free", 4, 7)


def test_that_with_data_targets_are_the_truth_of_the_inputs_that_have_one():
    given = builder([True, False], mode="with-data", noised_per_item=3)
    lessons = lessons_for(given, ADAPTER)
    assert targets(lessons) == [100.0] * 3
    assert (lessons.mode, lessons.noised) == ("with-data", 3)
    assert given.events == []


def test_that_an_adapter_without_any_truth_is_fitted_data_free_and_that_is_said():
    given = builder([False, False], mode="with-data")
    assert lessons_for(given, ADAPTER).mode == "data-free"
    (warning,) = given.events
    assert warning.level == "warning"
    assert "a: none of its 2 calibration inputs names a truth picture" in warning.message


def test_that_without_a_diffusion_loss_only_the_trajectories_are_learned_from():
    lessons = lessons_for(builder([True], diffusion_weight=0), ADAPTER)
    assert (lessons.mode, lessons.noised, len(lessons.feeds)) == (None, 0, 3)


def test_that_no_more_calls_are_learned_from_than_asked_for():
    assert len(lessons_for(builder([True], diffusion_weight=0, calls=2), ADAPTER).feeds) == 2


def test_that_cuda_where_there_is_none_is_said_before_anything_is_computed():
    import torch

    assert choose_device("cpu") == "cpu"
    if torch.cuda.is_available():
        assert choose_device("auto") == choose_device("cuda") == "cuda"
        return
    assert choose_device("auto") == "cpu"
    with pytest.raises(StageError, match="torch sees none; use auto or cpu"):
        choose_device("cuda")


def test_that_a_fitted_adapter_is_read_back_with_its_record(tmp_path):
    moved = AdapterWeights("a", {"m": (ADAPTER.modules["m"][0] * 2, np.ones((2, 3)))}, 2, "x", "1")
    record = {"mode": "with-data", "loss_after": 0.25}
    save_fitted(Fitted(moved, record), tmp_path / "a.npz")
    found = load_fitted(tmp_path / "a.npz", ADAPTER)
    assert found.record == record
    assert (found.adapter.source, found.adapter.sha256) == ("here", "0" * 64)
    np.testing.assert_array_equal(found.adapter.modules["m"][0], 2 * ADAPTER.modules["m"][0])
