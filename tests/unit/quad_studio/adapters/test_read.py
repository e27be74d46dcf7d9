import json
import pickle
import struct

import numpy as np
import pytest

from quad_studio.adapters.errors import AdapterFileProblem, AdapterMismatch, UnsupportedAdapter
from quad_studio.adapters.read import match, read_adapter
from quad_studio.adapters.safetensors_file import read_safetensors, write_safetensors

MODULE = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
FLAT = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"


def pair(inner=6, out=5, rank=2, prefix=f"unet.{MODULE}"):
    rng = np.random.default_rng(0)
    return {
        f"{prefix}.lora_A.weight": rng.standard_normal((rank, inner)).astype(np.float32),
        f"{prefix}.lora_B.weight": rng.standard_normal((out, rank)).astype(np.float32),
    }


def written(path, tensors, metadata=None):
    write_safetensors(path, tensors, metadata)
    return path


def test_that_matrices_are_transposed_and_unscaled_without_an_alpha(tmp_path):
    tensors = pair()
    adapter = read_adapter(written(tmp_path / "my style.safetensors", tensors))
    down, up = adapter.modules[MODULE]
    assert adapter.name == "my_style"
    assert (down.shape, up.shape, adapter.rank) == ((6, 2), (2, 5), 2)
    np.testing.assert_array_equal(down, tensors[f"unet.{MODULE}.lora_A.weight"].T)
    np.testing.assert_array_equal(up, tensors[f"unet.{MODULE}.lora_B.weight"].T)


@pytest.mark.parametrize(("rslora", "scale"), [(False, 4.0), (True, 8 / 2**0.5)])
def test_that_alpha_over_rank_goes_into_the_up_matrix(tmp_path, rslora, scale):
    metadata = json.dumps({"unet.r": 2, "unet.lora_alpha": 8, "unet.use_rslora": rslora})
    tensors = pair()
    path = written(tmp_path / "a.safetensors", tensors, {"lora_adapter_metadata": metadata})
    _, up = read_adapter(path).modules[MODULE]
    expected = tensors[f"unet.{MODULE}.lora_B.weight"].T * scale
    np.testing.assert_allclose(up, expected, rtol=1e-6)


def test_that_old_attention_processor_keys_name_the_same_module(tmp_path):
    tensors = pair()
    old = {
        f"unet.{MODULE.removesuffix('.to_q')}.processor.to_q_lora.{way}.weight": value
        for way, value in zip(("down", "up"), tensors.values(), strict=True)
    }
    assert set(read_adapter(written(tmp_path / "a.safetensors", old)).modules) == {MODULE}


@pytest.mark.parametrize(
    ("flat", "module"),
    [
        ("input_blocks_1_1_proj_in", "down_blocks.0.attentions.0.proj_in"),
        ("input_blocks_5_0_in_layers_2", "down_blocks.1.resnets.1.conv1"),
        ("input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv"),
        ("output_blocks_5_2_conv", "up_blocks.1.upsamplers.0.conv"),
        ("middle_block_1_transformer_blocks_0_ff_net_0_proj",
         "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj"),
        ("output_blocks_11_1_transformer_blocks_0_attn2_to_out_0",
         "up_blocks.3.attentions.2.transformer_blocks.0.attn2.to_out.0"),
        ("time_embed_2", "time_embedding.linear_2"),
    ],
)  # fmt: skip
def test_that_ldm_names_of_kohya_become_diffusers_paths(tmp_path, flat, module):
    rng = np.random.default_rng(0)
    tensors = {
        f"lora_unet_{flat}.lora_down.weight": rng.standard_normal((2, 6)).astype(np.float16),
        f"lora_unet_{flat}.lora_up.weight": rng.standard_normal((5, 2)).astype(np.float16),
    }
    assert list(read_adapter(written(tmp_path / "a.safetensors", tensors)).modules) == [module]


def test_that_bfloat16_is_read_as_the_upper_half_of_float32(tmp_path):
    values = np.array([1.0, -2.5, 3.140625], np.float32)
    raw = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    header = json.dumps({"x": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    path = tmp_path / "b.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + raw)
    np.testing.assert_array_equal(read_safetensors(path).tensors["x"], values)


def test_that_a_written_file_is_read_by_the_safetensors_library(tmp_path):
    from safetensors.numpy import load_file

    tensors = {"b": np.arange(6, dtype=np.int16).reshape(2, 3), "a": np.ones(3, np.float32)}
    path = written(tmp_path / "a.safetensors", tensors, {"format": "np"})
    loaded = load_file(path)
    assert {key: value.dtype for key, value in loaded.items()} == {"a": "float32", "b": "int16"}
    np.testing.assert_array_equal(loaded["b"], tensors["b"])


def test_that_a_truncated_file_says_so(tmp_path):
    path = written(tmp_path / "a.safetensors", pair())
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(AdapterFileProblem, match="truncated"):
        read_adapter(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", b"\xff" * 64, struct.pack("<Q", 4) + b"nope", b"\x02" + b"\0" * 7 + b"[]"],
)
def test_that_bytes_of_something_else_are_refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(AdapterFileProblem, match=r"truncated|corrupt|no safetensors"):
        read_adapter(path)


@pytest.mark.parametrize("name", ["lora.bin", "lora.pt", "lora.ckpt", "disguised.safetensors"])
def test_that_a_pickle_is_refused_before_it_is_loaded(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(AdapterFileProblem, match="pickle"):
        read_adapter(path)


def test_that_a_folder_with_only_a_pickle_is_refused_as_a_pickle(tmp_path):
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.bin").write_bytes(b"PK\x03\x04")
    with pytest.raises(AdapterFileProblem, match="pickle"):
        read_adapter(tmp_path)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (f"{FLAT}.dora_scale", "DoRA"),
        (f"unet.{MODULE}.lora_magnitude_vector", "DoRA"),
        (f"{FLAT}.hada_w1_a", "LoHa"),
        (f"{FLAT}.lokr_w1", "LoKr"),
        (f"{FLAT}.lora_mid.weight", "Tucker"),
        (f"{FLAT}.oft_blocks", "OFT"),
        (f"{FLAT}.diff_b", "weight difference"),
    ],
)
def test_that_other_kinds_of_adapter_are_refused_by_name(tmp_path, key, kind):
    tensors = {**pair(), key: np.ones((2, 2), np.float32)}
    with pytest.raises(UnsupportedAdapter, match=kind):
        read_adapter(written(tmp_path / "a.safetensors", tensors))


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"use_dora": True}, "DoRA"),
        ({"peft_type": "LOHA"}, "LOHA"),
        ({"init_lora_weights": "pissa_niter_4"}, "base weights"),
    ],
)
def test_that_a_peft_configuration_of_another_kind_is_refused(tmp_path, config, kind):
    (tmp_path / "adapter_config.json").write_text(json.dumps({"lora_alpha": 1, **config}))
    written(tmp_path / "adapter_model.safetensors", pair(prefix=f"base_model.model.{MODULE}"))
    with pytest.raises(UnsupportedAdapter, match=kind):
        read_adapter(tmp_path)


TEXT_KEYS = [
    "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight",
    "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight",
]


@pytest.mark.parametrize("key", TEXT_KEYS)
def test_that_text_encoder_keys_are_refused_by_name_or_dropped_on_request(tmp_path, key):
    path = written(tmp_path / "a.safetensors", {**pair(), key: np.ones((2, 2), np.float32)})
    with pytest.raises(UnsupportedAdapter, match=key):
        read_adapter(path)
    adapter = read_adapter(path, drop_text_encoder=True)
    assert adapter.dropped == (key,)
    assert list(adapter.modules) == [MODULE]


def test_that_half_a_pair_is_listed_as_missing(tmp_path):
    tensors = pair()
    del tensors[f"unet.{MODULE}.lora_B.weight"]
    tensors |= pair(prefix="unet.conv_in")
    with pytest.raises(AdapterMismatch) as caught:
        read_adapter(written(tmp_path / "a.safetensors", tensors))
    assert caught.value.missing == (f"{MODULE}: its up matrix",)


def test_that_matrices_of_different_ranks_are_mis_shaped(tmp_path):
    tensors = pair()
    tensors[f"unet.{MODULE}.lora_B.weight"] = np.ones((5, 3), np.float32)
    with pytest.raises(AdapterMismatch, match="1 mis-shaped"):
        read_adapter(written(tmp_path / "a.safetensors", tensors))


def test_that_infinite_weights_are_refused(tmp_path):
    tensors = pair()
    tensors[f"unet.{MODULE}.lora_B.weight"][0, 0] = np.inf
    with pytest.raises(AdapterFileProblem, match="NaN or infinity"):
        read_adapter(written(tmp_path / "a.safetensors", tensors))


def test_that_a_model_checkpoint_is_no_adapter(tmp_path):
    tensors = {"model.diffusion_model.input_blocks.0.0.weight": np.ones((2, 2), np.float32)}
    with pytest.raises(AdapterFileProblem, match="no LoRA"):
        read_adapter(written(tmp_path / "a.safetensors", tensors))


def test_that_a_lora_for_another_model_lists_unused_missing_and_mis_shaped_modules(tmp_path):
    tensors = pair() | pair(prefix="unet.conv_in")
    for index in range(25):
        tensors |= pair(prefix=f"unet.other.{index}")
    adapter = read_adapter(written(tmp_path / "a.safetensors", tensors))
    with pytest.raises(AdapterMismatch) as caught:
        match(adapter, {MODULE: (5, 6), "conv_in": (8, 4, 3, 3)}, required=["proj_in"])
    error = caught.value
    assert len(error.unused) == 25
    assert error.missing == ("proj_in",)
    assert error.misshaped == ("conv_in (the LoRA is 6 -> 5, the layer 36 -> 8)",)
    assert "and 5 more" in str(error)
    assert "\n" not in str(error)


def test_that_the_errors_survive_pickling():
    error = AdapterMismatch("a.safetensors", ["x"], ["y"], ["z"])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.unused) == (str(error), ("x",))


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_that_a_missing_file_and_an_empty_folder_are_clear_errors(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(AdapterFileProblem, match=r"does not exist|no \.safetensors"):
        read_adapter(tmp_path / name)
