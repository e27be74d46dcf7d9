"""From the key of a LoRA file to the diffusers U-Net module it belongs to."""

import re
from dataclasses import dataclass

DOWN, UP, ALPHA, OTHER = "down", "up", "alpha", "other"
UNET, TEXT_ENCODER, FOREIGN = "unet", "text encoder", "foreign"

_ROLES = (
    (DOWN, (".lora_A.weight", ".lora_A.default.weight", ".lora_down.weight")),
    (DOWN, ("_lora.down.weight", ".lora.down.weight", ".lora_linear_layer.down.weight")),
    (UP, (".lora_B.weight", ".lora_B.default.weight", ".lora_up.weight")),
    (UP, ("_lora.up.weight", ".lora.up.weight", ".lora_linear_layer.up.weight")),
    (ALPHA, ("_lora.alpha", ".lora.alpha", ".lora_A.alpha", ".alpha")),
)
_UNSUPPORTED = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("DoRA (weight-decomposed LoRA)", r"lora_magnitude_vector|\.dora_scale$"),
        ("LoHa (Hadamard product)", r"\.hada_[wt]"),
        ("LoKr (Kronecker product)", r"\.lokr_[wt]"),
        ("LoCon with a Tucker middle matrix", r"\.lora_mid\."),
        ("OFT (orthogonal fine-tuning)", r"\.b?oft_"),
        ("(IA)3", r"\.ia3_l|\.on_input$"),
        ("a full weight difference", r"\.diff(_b)?$|\.[wb]_norm$"),
        ("a LoRA with a bias", r"\.lora_(B|B\.default|up)\.bias$"),
        ("an embedding LoRA", r"\.lora_embedding_"),
    )
)
_TEXT_PREFIXES = ("text_encoder.", "text_encoder_2.", "lora_te_", "lora_te1_", "lora_te2_")
_PEFT_PREFIX = "base_model.model."
_KOHYA_PREFIX = "lora_unet_"
# Module names of diffusers' U-Nets that hold an underscore; kohya writes "_" for "." as well.
_WORDS = frozenset(
    (
        *("down_blocks", "up_blocks", "mid_block", "transformer_blocks", "proj_in", "proj_out"),
        *("to_q", "to_k", "to_v", "to_out", "conv_in", "conv_out", "conv_shortcut"),
        *("time_emb_proj", "time_embedding", "linear_1", "linear_2", "add_embedding"),
        *("add_k_proj", "add_v_proj", "cond_proj", "class_embedding", "encoder_hid_proj"),
    )
)
_LDM_HEADS = ("input_blocks_", "middle_block_", "output_blocks_", "time_embed_", "out_", "label_")
_LDM_RESNET = {
    "in_layers_2": "conv1",
    "out_layers_3": "conv2",
    "emb_layers_1": "time_emb_proj",
    "skip_connection": "conv_shortcut",
}


@dataclass(frozen=True)
class KeyName:
    """What one key of a LoRA file means.

    Attributes:
        owner: UNET, TEXT_ENCODER or FOREIGN.
        module: Diffusers module path, e.g. `mid_block.attentions.0.proj_in`.
        role: DOWN, UP, ALPHA or OTHER.
    """

    owner: str
    module: str
    role: str


def unsupported_kind(key: str) -> str | None:
    """Return the name of the adapter kind that `key` betrays, None for plain LoRA.

    >>> unsupported_kind("lora_unet_mid_block_attentions_0_proj_in.hada_w1_a")
    'LoHa (Hadamard product)'
    """
    return next((kind for kind, pattern in _UNSUPPORTED if pattern.search(key)), None)


def parse_key(key: str) -> KeyName:
    """Return owner, module and role of `key`.

    >>> parse_key("unet.mid_block.attentions.0.proj_in.lora_A.weight").module
    'mid_block.attentions.0.proj_in'
    >>> parse_key("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q.alpha").module
    'mid_block.attentions.0.transformer_blocks.0.attn1.to_q'
    """
    stem, role = key, OTHER
    for candidate, suffixes in _ROLES:
        suffix = next((s for s in suffixes if key.endswith(s)), None)
        if suffix is not None:
            stem, role = key.removesuffix(suffix), candidate
            break
    if stem.startswith(_KOHYA_PREFIX):
        return KeyName(UNET, _from_kohya(stem.removeprefix(_KOHYA_PREFIX)), role)
    stem = stem.removeprefix(_PEFT_PREFIX)
    if stem.startswith((*_TEXT_PREFIXES, "text_model.")):
        return KeyName(TEXT_ENCODER, stem, role)
    stem = stem.removeprefix("unet.").removeprefix(_PEFT_PREFIX)
    stem = stem.replace(".processor.", ".")
    if stem.endswith(".to_out"):
        stem += ".0"
    known = stem.split(".", 1)[0] in ("transformer", "prior", "lora_transformer")
    return KeyName(FOREIGN if known else UNET, stem, role)


def _from_kohya(flat: str) -> str:
    """Return the module path of kohya's flattened name, diffusers or LDM spelling."""
    if flat.startswith(_LDM_HEADS):
        return _from_ldm(flat)
    words, path, position = flat.split("_"), [], 0
    while position < len(words):
        for length in (3, 2, 1):
            word = "_".join(words[position : position + length])
            if length == 1 or word in _WORDS:
                path.append(word)
                position += length
                break
    return ".".join(path)


def _from_ldm(flat: str) -> str:
    """Return the diffusers path of an LDM name, for two resnets a block (SD 1.x and 2.x)."""
    fixed = {
        "input_blocks_0_0": "conv_in",
        "out_2": "conv_out",
        "time_embed_0": "time_embedding.linear_1",
        "time_embed_2": "time_embedding.linear_2",
    }
    if flat in fixed:
        return fixed[flat]
    middle = re.fullmatch(r"middle_block_(\d)_(.+)", flat)
    if middle:
        block = ("resnets.0", "attentions.0", "resnets.1")[min(int(middle[1]), 2)]
        return f"mid_block.{block}.{_inside(middle[2])}"
    side = re.fullmatch(r"(input|output)_blocks_(\d+)_(\d)_(.+)", flat)
    if side is None:
        return flat
    down, index, place, rest = side[1] == "input", int(side[2]), int(side[3]), side[4]
    level, layer = divmod(index - 1 if down else index, 3)
    block = f"{'down' if down else 'up'}_blocks.{level}"
    if rest in ("op", "conv"):
        return f"{block}.{'downsamplers' if down else 'upsamplers'}.0.conv"
    return f"{block}.{'attentions' if place else 'resnets'}.{layer}.{_inside(rest)}"


def _inside(rest: str) -> str:
    return _LDM_RESNET.get(rest) or _from_kohya(rest)
