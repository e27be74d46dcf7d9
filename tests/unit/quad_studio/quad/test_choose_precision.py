import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
from quad_studio.quad.choose_precision import (
    LayerSensitivityInput,
    PrecisionInput,
    choose_precision,
    measure_layers,
)
from quad_studio.quad.export import ExportInput, export_network
from quad_studio.quad.profile import ProfileInput, build_profile
from quad_studio.quad.regions import find_units
from quad_studio.quad.restructure import RestructureInput, restructure
from quad_studio.quad.sites import PlaceSitesInput, place_sites
from quad_studio.quad.slots import encode_adapter, pad_to_slots
from tests.unit.quad_studio.quad.conftest import make_adapter, sqnr_db

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def order(program):
    return [unit.name for unit in find_units(program.sites)]


def profiled(chosen, statistics, adapters):
    given = ProfileInput(chosen.program, statistics, adapters, "unified", chosen.options)
    return build_profile(given).profile


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.7, 1.0])
def test_that_about_the_fraction_asked_for_is_at_8_bits(program, order, fraction):
    regions = choose_precision(PrecisionInput(program, order, fraction)).regions
    assert regions.site_fraction == pytest.approx(fraction, abs=0.05)
    assert 0.0 <= regions.parameter_fraction <= 1.0


def test_that_more_8_bit_layers_mean_more_error(program, statistics, adapters, feeds, order):
    feed = feeds["first"][1]
    padded = pad_to_slots(adapters[0], program.slots)
    program.set_encodings(None)
    reference = program.run(feed.inputs, padded)
    quality = []
    for fraction in (0.0, 0.5, 1.0):
        chosen = choose_precision(PrecisionInput(program, order, fraction))
        chosen.program.set_encodings(profiled(chosen, statistics, adapters).encodings)
        quality.append(sqnr_db(chosen.program.run(feed.inputs, padded), reference))
        chosen.program.set_encodings(None)
    assert quality[0] > quality[1] > quality[2]


def small_network():
    """Return three adapted layers with a norm and a residual sum: enough for every border."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)
            self.norm, self.last = nn.LayerNorm(8), nn.Linear(8, 8)

        def forward(self, x):
            y = torch.sigmoid(self.second(nn.functional.gelu(self.first(x))))
            return self.last(self.norm(x * y))

    torch.manual_seed(0)
    return Net().eval().requires_grad_(False)


@pytest.mark.parametrize(
    "order", [["first", "norm", "", "second", "last"], ["last", "second", "", "norm", "first"]]
)
def test_that_slots_follow_their_region_and_graph_and_simulator_agree(tmp_path, order):
    import onnx
    import onnxruntime as ort
    import torch

    adapter = make_adapter(small_network(), "a", 2, ("first", "second", "last"), size=0.5)
    network = restructure(RestructureInput(small_network(), [adapter], input_names=("x",))).network
    generator = torch.Generator().manual_seed(0)
    feeds = [Feed({"x": torch.randn(1, 5, 8, generator=generator)}) for _ in range(4)]
    program = place_sites(PlaceSitesInput(network, feeds[0].inputs)).program
    statistics = calibrate(CalibrateInput(program, [adapter], {"a": feeds})).statistics
    chosen = choose_precision(PrecisionInput(program, order, 0.5))
    profile = build_profile(
        ProfileInput(chosen.program, statistics, [adapter], "a", chosen.options)
    ).profile
    dtypes = {row["module"]: row["dtype"] for row in profile.slot_table()}
    assert {m for m, d in dtypes.items() if d == "int8"} == set(chosen.regions.int8_slots)
    assert set(dtypes.values()) == {"int8", "int16"}
    assert any(site.kind == "convert" for site in chosen.program.sites.values())
    out = export_network(ExportInput(chosen.program, profile.encodings, tmp_path / "m.onnx"))
    simulated = chosen.program.run(feeds[1].inputs, pad_to_slots(adapter, program.slots)).numpy()
    session = ort.InferenceSession(str(out.path), providers=["CPUExecutionProvider"])
    inputs = {name: np.asarray(value) for name, value in feeds[1].inputs.items()}
    seen = session.run(None, inputs | encode_adapter(adapter, profile))[0]
    assert sqnr_db(seen, simulated) > 40  # one 8-bit step is 48 dB below full scale
    assert widths_mix(onnx.load(str(out.path), load_external_data=False).graph) == []


def widths_mix(graph):
    """Return the element-wise and matrix operations that read or write two activation widths."""
    made_by = {out: node for node in graph.node for out in node.output}
    readers = {name: node for node in graph.node for name in node.input}
    kinds = {i.name: i.data_type for i in graph.initializer}
    mixed = []
    for node in graph.node:
        if node.op_type not in ("Add", "Mul", "MatMul", "Sigmoid", "Softmax", "Gelu"):
            continue
        before = [made_by.get(name) for name in node.input]
        widths = {
            kinds[d.input[2]]
            for d in before
            if d is not None and d.op_type == "DequantizeLinear" and ".lora_" not in d.input[0]
        }
        after = readers.get(node.output[0])
        if after is not None and after.op_type == "QuantizeLinear":
            widths.add(kinds[after.input[2]])
        if len(widths) > 1:
            mixed.append((node.op_type, node.name, widths))
    return mixed


def test_that_layers_are_ordered_by_what_they_lose(program, statistics, adapters, feeds):
    given = LayerSensitivityInput(
        program, statistics, adapters, "unified", {"first": feeds["first"][:1]}
    )
    found = measure_layers(given)
    values = list(found.scores.values())
    assert values == sorted(values)
    assert set(found.order) == {unit.name for unit in find_units(program.sites)}
    assert values[-1] > 2 * values[0]


def test_that_a_fraction_outside_zero_to_one_is_refused(program, order):
    with pytest.raises(StageError, match="between 0 and 1"):
        choose_precision(PrecisionInput(program, order, 1.5))


def test_that_an_order_for_another_network_is_refused(program):
    with pytest.raises(StageError, match="another network"):
        choose_precision(PrecisionInput(program, ["x"], 0.5))
