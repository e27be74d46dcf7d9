"""Which calls layers are scored on, and what a bundle says about its mix."""

from types import SimpleNamespace

from quad_studio.config import Quantization
from quad_studio.engine.mixed_precision import (
    choose_for_build,
    precision_entries,
    shares,
)
from quad_studio.quad.profile import ProfileOptions
from quad_studio.quad.regions import Regions, select_regions


def groundwork():
    return SimpleNamespace(
        program=object(),
        profile_options=ProfileOptions(),
        project=SimpleNamespace(quantization=Quantization()),
    )


def test_that_a_build_without_a_share_measures_nothing_and_keeps_its_program():
    given = groundwork()
    chosen = choose_for_build(given)
    assert chosen.program is given.program
    assert chosen.options == ProfileOptions()
    assert set(shares(chosen.regions).values()) == {0.0}


def test_that_a_bundle_says_what_came_out_and_not_only_what_was_asked_for():
    regions = Regions(("u",), ("u.x",), ("u",), 0.38, 0.5, 0.25)
    entries = precision_entries(Quantization(int8_activation_percent=40), regions)
    assert entries["int8_activation_fraction"] == 0.38
    assert entries["int8_parameter_fraction"] == 0.25
    assert entries["int8_layers"] == ["u"]
    assert entries["int8_slots"] == ["u"]


def test_that_a_graph_with_8_bit_activations_only_is_all_of_it():
    entries = precision_entries(Quantization(activations="uint8"), select_regions((), (), 0))
    assert entries["int8_activation_fraction"] == 1.0
