"""Texts of work: stages, their notes, a project's problems, what lint finds."""

from ui.command import QT_TRANSLATE_NOOP

TEXTS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("Core", "Load the model"),
    QT_TRANSLATE_NOOP("Core", "Load {0}"),
    QT_TRANSLATE_NOOP("Core", "Make the LoRA matrices inputs"),
    QT_TRANSLATE_NOOP("Core", "LoRA as input"),
    QT_TRANSLATE_NOOP("Core", "Place the quantizer sites"),
    QT_TRANSLATE_NOOP("Core", "Trace the network, place quantizer sites"),
    QT_TRANSLATE_NOOP("Core", "Run the FP32 model"),
    QT_TRANSLATE_NOOP("Core", "Denoise calibration inputs, {0}"),
    QT_TRANSLATE_NOOP("Core", "no adapter"),
    QT_TRANSLATE_NOOP("Core", "Observe the ranges"),
    QT_TRANSLATE_NOOP("Core", "Observe the ranges of {0} on the inputs of all"),
    QT_TRANSLATE_NOOP("Core", "Observe every site on the denoising trajectory"),
    QT_TRANSLATE_NOOP("Core", "Score the adapters (QSS)"),
    QT_TRANSLATE_NOOP("Core", "Quantization sensitivity of each adapter"),
    QT_TRANSLATE_NOOP("Core", "Score the layers"),
    QT_TRANSLATE_NOOP("Core", "Sensitivity of {0} layers"),
    QT_TRANSLATE_NOOP("Core", "{0} of activations at INT8"),
    QT_TRANSLATE_NOOP("Core", "Fix the encodings (anchor: {0})"),
    QT_TRANSLATE_NOOP("Core", "One profile, anchor: {0}"),
    QT_TRANSLATE_NOOP("Core", "Fit {0} to the profile"),
    QT_TRANSLATE_NOOP("Core", "Fit {0} to the profile of {1}"),
    QT_TRANSLATE_NOOP("Core", "Export the quantized U-Net"),
    QT_TRANSLATE_NOOP("Core", "Export the float U-Net for comparison"),
    QT_TRANSLATE_NOOP("Core", "Export {0}"),
    QT_TRANSLATE_NOOP("Core", "Export the quantized {0}"),
    QT_TRANSLATE_NOOP("Core", "Solve OLSS for {0}, {1} steps"),
    QT_TRANSLATE_NOOP("Core", "Denoise in the simulator, {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} for {1} ({2})"),
    QT_TRANSLATE_NOOP("Core", "Build {0}"),
    QT_TRANSLATE_NOOP("Core", "Deploy to {0}"),
    QT_TRANSLATE_NOOP("Core", "start on {0}"),
    QT_TRANSLATE_NOOP("Core", "FP32 reference"),
    QT_TRANSLATE_NOOP("Core", "FP32 reference images"),
    QT_TRANSLATE_NOOP("Core", "{0} rows on {1}"),
    QT_TRANSLATE_NOOP("Core", "Quality metrics"),
    QT_TRANSLATE_NOOP("Core", "Open the phones of the cluster {0}"),
    QT_TRANSLATE_NOOP("Core", "{0}, phones of {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} adapters on {1}"),
    QT_TRANSLATE_NOOP("Core", "Variant {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} rows with {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} adapted layers, rank {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} calls"),
    QT_TRANSLATE_NOOP("Core", "{0} sites, {1} scales folded"),
    QT_TRANSLATE_NOOP("Core", "graph passes"),
    QT_TRANSLATE_NOOP("Core", "saving"),
    QT_TRANSLATE_NOOP("Core", "compiled"),
    QT_TRANSLATE_NOOP("Core", "loaded again"),
    QT_TRANSLATE_NOOP("Core", "fingerprint {0}"),
    QT_TRANSLATE_NOOP("Core", "{0}: relative error {1} -> {2}"),
    QT_TRANSLATE_NOOP("Core", "not compiled for {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} has the highest QSS, {1} times the next"),
    QT_TRANSLATE_NOOP("Core", "the project names {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} is the only adapter"),
    QT_TRANSLATE_NOOP("Core", "{0} and {1} cannot be told apart: their intervals overlap"),
    QT_TRANSLATE_NOOP("Core", "{0} cannot be told apart: their intervals overlap"),
    QT_TRANSLATE_NOOP(
        "Core",
        "of {0} adapters with overlapping QSS, {1} covers the others best: modelled noise "
        "{2} of {3}, which fares worst; {4} leaves {5} of {6}",
    ),
    QT_TRANSLATE_NOOP("Core", "trying again ({0} of {1})"),
    QT_TRANSLATE_NOOP("Core", "{0} does not exist"),
    QT_TRANSLATE_NOOP("Core", "{0} is used twice"),
    QT_TRANSLATE_NOOP("Core", "{0} is not one of {1}"),
    QT_TRANSLATE_NOOP("Core", "is missing"),
    QT_TRANSLATE_NOOP("Core", "unknown key"),
    QT_TRANSLATE_NOOP("Core", "did you mean {0}?"),
    QT_TRANSLATE_NOOP("Core", "known: {0}"),
    QT_TRANSLATE_NOOP("Core", "needs at least one of {0}"),
    QT_TRANSLATE_NOOP("Core", "is missing; an OLSS table is solved for a number of steps"),
    QT_TRANSLATE_NOOP("Core", "is missing; OLSS tables are solved on them"),
    QT_TRANSLATE_NOOP("Core", "is missing; OLSS is solved on them"),
    QT_TRANSLATE_NOOP("Core", "{0} is more than olss.teacher_steps ({1})"),
    QT_TRANSLATE_NOOP(
        "Core",
        "is missing; a single file carries no configuration, so name a diffusers directory "
        "with the config files of the same architecture",
    ),
    QT_TRANSLATE_NOOP("Core", "only a single-file checkpoint takes one; remove it"),
    QT_TRANSLATE_NOOP("Core", "{0} holds no unet/config.json"),
    QT_TRANSLATE_NOOP(
        "Core", '{0}, but activations = "uint8" puts all of them at 8 bits; remove one of the two'
    ),
    QT_TRANSLATE_NOOP("Core", "is not text in UTF-8 (byte {0}); save it as UTF-8"),
    QT_TRANSLATE_NOOP(
        "Core",
        "was changed by another program since it was opened. Save again to write over it, or "
        "open it again",
    ),
    QT_TRANSLATE_NOOP("Core", "not valid TOML: {0}"),
    QT_TRANSLATE_NOOP("Core", "is not valid TOML: {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} is not 'quad-studio/{1}/1'"),
    QT_TRANSLATE_NOOP(
        "Core", "{0} is newer than this version of QUAD Studio reads (1); update QUAD Studio"
    ),
    QT_TRANSLATE_NOOP("Core", "is a folder; name the .toml file in it"),
    QT_TRANSLATE_NOOP("Core", "{0} problem"),
    QT_TRANSLATE_NOOP("Core", "{0} problems"),
    QT_TRANSLATE_NOOP("Core", "no adapter {0}; there are: {1}"),
    QT_TRANSLATE_NOOP(
        "Core", "the LoRA input {0} is uint16; the NPU's MatMul silently cuts it to 8 bits"
    ),
    QT_TRANSLATE_NOOP(
        "Core", 'make the slot signed symmetric int16: [quantization] lora = "int16"'
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the second operand is a uint16 activation; the NPU's MatMul silently cuts it to 8 bits",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "give that site (keys and values of attention) a signed symmetric int16 encoding"
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the weight has {0} scales; documented for the NPU's MatMul is one, older QAIRT "
        "refuses more",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "keep the layer as 1x1 convolution ([export] linear_to_conv = true) or one scale a tensor",
    ),
    QT_TRANSLATE_NOOP("Core", "{0} LoRA inputs are {1}; {2} has no 16-bit runtime weights"),
    QT_TRANSLATE_NOOP(
        "Core", 'build with [quantization] lora = "int8", or target Hexagon v73 or newer'
    ),
    QT_TRANSLATE_NOOP(
        "Core", "the LayerNormalization weight is symmetric int8, which the NPU refuses"
    ),
    QT_TRANSLATE_NOOP("Core", "encode it as uint8 with a zero point"),
    QT_TRANSLATE_NOOP("Core", "the LoRA input {0} is {1} but meets {2} activations"),
    QT_TRANSLATE_NOOP("Core", "give the slot int8, or keep the layer's activations at 16 bits"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the smallest feature map is {0}x{1}; below {2}x{3} the emulator returns wrong, "
        "changing numbers",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "trust the phone, not the emulator, for this model; or use larger latents or fewer levels",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{0} text tokens; on the emulator only {1} were seen to give right results"
    ),
    QT_TRANSLATE_NOOP("Core", "pad the prompt to 77 tokens"),
    QT_TRANSLATE_NOOP("Core", "the LoRA slot {0}; the compiled graph would lose it"),
    QT_TRANSLATE_NOOP(
        "Core", "export every slot as a required input, without an initializer of its name"
    ),
    QT_TRANSLATE_NOOP("Core", "has {0}, not {1}"),
    QT_TRANSLATE_NOOP(
        "Core", "export all slots with the bundle's rank; shorter adapters are padded with zeros"
    ),
    QT_TRANSLATE_NOOP("Core", "{0} operations; the compiler was seen to refuse more than {1}"),
    QT_TRANSLATE_NOOP(
        "Core", 'build with [export] attention = "unsplit", or split the graph in parts'
    ),
    QT_TRANSLATE_NOOP("Core", "the input has the shape {0}; NPUs compile for fixed shapes only"),
    QT_TRANSLATE_NOOP("Core", "export with every dimension fixed, the rank of the LoRA inputs too"),
    QT_TRANSLATE_NOOP("Core", "{0} has a subgraph, which NPUs cannot run"),
    QT_TRANSLATE_NOOP("Core", "unroll the loop or fold the condition before the export"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{0} is dequantized by {1} nodes with different scales (first: {2}); the NPU keeps "
        "one of them and is silently wrong at the others",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "give each node its own copy (exporters merge equal constants; undo it after the export)",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{0} ({1} times) has no translation to the NPU; it would run on the CPU"
    ),
    QT_TRANSLATE_NOOP(
        "Core", "rewrite it with supported operators, or leave this graph on the CPU"
    ),
)
