"""The approach is generic: a causal language model with LoRAs, from restructure to one graph."""

import numpy as np
import pytest

from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
from quad_studio.quad.export import ExportInput, export_network
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.restructure import RestructureInput, restructure
from quad_studio.quad.sites import PlaceSitesInput, place_sites
from quad_studio.quad.slots import encode_adapter, pad_to_slots
from tests.unit.quad_studio.quad.conftest import make_adapter, sqnr_db

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WIDTH, HEADS, TOKENS, WORDS = 16, 2, 6, 30


def make_language_model():
    """Return two decoder blocks with torch's own attention, without any diffusers code."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
            self.proj = nn.Linear(WIDTH, WIDTH)
            self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

        def forward(self, x):
            n, t, _ = x.shape
            q, k, v = self.qkv(self.norm1(x)).reshape(n, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
            mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.proj(mixed.transpose(1, 2).reshape(n, t, WIDTH))
            return x + self.down(nn.functional.relu(self.up(self.norm2(x))))

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(WORDS, WIDTH), nn.Embedding(TOKENS, WIDTH)
            self.blocks = nn.ModuleList([Block(), Block()])
            self.head = nn.Linear(WIDTH, WORDS, bias=False)

        def forward(self, input_ids):
            x = self.words(input_ids) + self.places(torch.arange(input_ids.shape[1]))
            for block in self.blocks:
                x = block(x)
            return self.head(x)

    torch.set_num_threads(1)
    torch.manual_seed(0)
    return LanguageModel().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def adapted():
    base = make_language_model()
    return (
        make_adapter(base, "formal", 2, ("qkv", "proj"), seed=1),
        make_adapter(base, "terse", 4, ("qkv", "up", "down"), seed=2),
    )


@pytest.fixture(scope="module")
def calls():
    import torch

    generator = torch.Generator().manual_seed(0)
    ids = [torch.randint(0, WORDS, (1, TOKENS), generator=generator) for _ in range(8)]
    return tuple(Feed({"input_ids": value}, item=str(k)) for k, value in enumerate(ids))


@pytest.mark.parametrize("linear_to_conv", [True, False])
def test_that_two_adapters_run_in_one_quantized_graph(adapted, calls, tmp_path, linear_to_conv):
    import onnxruntime as ort

    restructured = restructure(
        RestructureInput(
            make_language_model(),
            adapted,
            linear_to_conv=linear_to_conv,
            input_names=("input_ids",),
        )
    )
    program = place_sites(
        PlaceSitesInput(restructured.network, {"input_ids": calls[0].inputs["input_ids"]}, "logits")
    ).program
    feeds = {adapter.name: calls for adapter in adapted}
    statistics = calibrate(CalibrateInput(program, adapted, feeds)).statistics
    profile = build_profile(
        ProfileInput(program, statistics, adapted, "unified", ProfileOptions())
    ).profile
    out = export_network(ExportInput(program, profile.encodings, tmp_path / "lm.onnx"))
    session = ort.InferenceSession(str(out.path), providers=["CPUExecutionProvider"])
    seen = []
    for adapter in adapted:
        padded = pad_to_slots(adapter, program.slots)
        program.set_encodings(None)
        exact = program.run(calls[0].inputs, padded).numpy()
        program.set_encodings(profile.encodings)
        simulated = program.run(calls[0].inputs, padded).numpy()
        ids = {"input_ids": np.asarray(calls[0].inputs["input_ids"])}
        logits = session.run(None, ids | encode_adapter(adapter, profile))[0]
        assert sqnr_db(logits, simulated) > 50
        assert sqnr_db(logits, exact) > 25
        seen.append(logits)
    assert np.abs(seen[0] - seen[1]).max() > 0.01


def test_that_the_traced_program_equals_the_network(adapted, calls):
    expected = make_language_model()(calls[0].inputs["input_ids"])
    restructured = restructure(
        RestructureInput(make_language_model(), adapted, input_names=("input_ids",))
    )
    program = place_sites(
        PlaceSitesInput(restructured.network, {"input_ids": calls[0].inputs["input_ids"]})
    ).program
    assert (program.run(calls[0].inputs) - expected).abs().max() < 1e-5
