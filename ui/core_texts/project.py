"""What the schema of a project says of its fields: their tool tips."""

from ui.command import QT_TRANSLATE_NOOP

TEXTS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("Core", "Name of the project and of its bundle."),
    QT_TRANSLATE_NOOP(
        "Core", "diffusers directory or single .safetensors checkpoint, relative to this file."
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "For a single file: a diffusers directory with the config files (and tokenizer) of "
        "the same architecture, relative to this file.",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "LoRA file or directory (diffusers, PEFT or kohya layout), relative to this file."
    ),
    QT_TRANSLATE_NOOP("Core", "Leave the LoRA's text encoder part out instead of refusing it."),
    QT_TRANSLATE_NOOP(
        "Core",
        "Use case whose inputs calibrate and distil this adapter; default: the first of use_cases.",
    ),
    QT_TRANSLATE_NOOP("Core", 'Adapter by name; "none" runs the foundation model alone.'),
    QT_TRANSLATE_NOOP(
        "Core",
        "Where a result starts from its source picture (image-to-image, transform): the "
        "share of the steps that is run from the noised source.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Numbers of steps for which the build solves an OLSS table, with this adapter and "
        "guidance.",
    ),
    QT_TRANSLATE_NOOP("Core", "Input set (JSONL), relative to this file."),
    QT_TRANSLATE_NOOP(
        "Core",
        '"auto" (highest QSS; unified at a tie), "auto-adapter" (highest QSS; at a tie, of '
        'the tied adapters the one whose ranges hold the others\' best), "unified" (merged '
        "ranges) or an adapter's name.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Of the sensitivity scores, by which the anchor and the layers for 8 bits are chosen.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Share of the U-Net's activation tensors at 8 bits, least sensitive layers first; "
        "LoRA inputs in those layers are INT8.",
    ),
    QT_TRANSLATE_NOOP("Core", "r_max of the graph; default: the largest rank of the adapters."),
    QT_TRANSLATE_NOOP(
        "Core",
        "Calls of the model's own trajectories that an adapter learns from, spread over "
        "inputs and timesteps.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "What the diffusion loss is taken on: the FP32 model's own results, or the truth "
        "pictures of the calibration inputs.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "How much the original diffusion loss counts, as a share of the reconstruction loss; "
        "0 leaves it out.",
    ),
    QT_TRANSLATE_NOOP("Core", "Calls with a diffusion loss for each calibration input."),
    QT_TRANSLATE_NOOP("Core", "auto: CUDA where there is one."),
    QT_TRANSLATE_NOOP("Core", "Compute in bfloat16 where autocast allows."),
    QT_TRANSLATE_NOOP(
        "Core",
        "Segments whose activations are computed again in the backward pass, to save memory; "
        "0: none.",
    ),
    QT_TRANSLATE_NOOP(
        "Core", 'NPUs that `build` compiles the U-Net for: "qualcomm:SM8650"; without a SoC SM8750.'
    ),
    QT_TRANSLATE_NOOP("Core", "Fold scalar factors into the weights beside them."),
    QT_TRANSLATE_NOOP("Core", "Graph passes of the export that are left out."),
    QT_TRANSLATE_NOOP(
        "Core",
        "Also write reference/unet_fp32.onnx, the float graph that `verify` compares with; "
        "it stays on the host. Default true.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Whose outputs the tables are solved on: the bundle's quantized graph or the FP32 model.",
    ),
    QT_TRANSLATE_NOOP("Core", "Calibration inputs of the use case that are used."),
    QT_TRANSLATE_NOOP("Core", "DDIM steps of the FP32 result that the tables are fitted to."),
)
