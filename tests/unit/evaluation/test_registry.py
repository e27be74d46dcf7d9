import json

import pytest

from evaluation.kpis import KPIS
from evaluation.layouts import layouts, template_data
from evaluation.registry import ALIASES, METRICS, availability, resolve


def test_that_every_metric_states_convention_direction_and_needs():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.direction in ("higher", "lower")
        assert metric.kind in ("pair", "prompted", "latent", "set")
        if metric.missing() is None:
            context = metric.context()
            assert context["convention"], name
            json.dumps(context)
        assert (metric.function is None) == (metric.kind == "set")


def test_that_aliases_lead_to_one_metric_named_once():
    assert [metric.name for metric in resolve(["psnr", "lpips", "psnr_db"])] == [
        "psnr_db",
        "lpips_alex",
    ]
    assert set(ALIASES.values()) <= set(METRICS)


def test_that_missing_weights_are_reported_by_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("QUAD_CLIP_MODEL", raising=False)
    found = availability()
    assert set(found) == set(METRICS)
    assert found["psnr_db"] is None
    assert "QUAD_CLIP_MODEL" in str(found["clip_score"])


def test_that_layouts_and_the_papers_numbers_name_known_kpis():
    for name, pivot in layouts().items():
        assert set(pivot.kpis) <= set(KPIS), name
    data = template_data("paper.toml")
    for name in ("table1", "table2", "table3", "table4", "table5"):
        for entry in data[name]:
            assert set(entry["values"]) <= set(layouts()[name].kpis)
