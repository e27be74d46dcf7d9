"""Texts of models and LoRAs, of bundles and runs that cannot be used."""

from ui.command import QT_TRANSLATE_NOOP

TEXTS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("Core", "DoRA (weight-decomposed LoRA)"),
    QT_TRANSLATE_NOOP("Core", "a LoRA with trained base layers or biases"),
    QT_TRANSLATE_NOOP(
        "Core",
        "also adapts the text encoder, which all adapters of a bundle share ({0} keys: {1}); "
        "import it with --drop-text-encoder",
    ),
    QT_TRANSLATE_NOOP("Core", "does not exist"),
    QT_TRANSLATE_NOOP(
        "Core", "has .alpha keys and a LoRA configuration: remove one of the two scalings"
    ),
    QT_TRANSLATE_NOOP("Core", "has {0} .safetensors files, name one: {1}"),
    QT_TRANSLATE_NOOP("Core", "has {0} but no {1}"),
    QT_TRANSLATE_NOOP("Core", "holds no .safetensors file, so no adapter"),
    QT_TRANSLATE_NOOP("Core", "holds no LoRA for a U-Net; keys: {0}"),
    QT_TRANSLATE_NOOP("Core", "holds {0} twice, the second time as {1}"),
    QT_TRANSLATE_NOOP(
        "Core", "is a packed twin, its matrices are transposed; import the original LoRA"
    ),
    QT_TRANSLATE_NOOP(
        "Core", "is not a plain LoRA but {0}; convert it to a LoRA (an SVD of its difference)"
    ),
    QT_TRANSLATE_NOOP("Core", "the LoRA configuration is no table"),
    QT_TRANSLATE_NOOP("Core", "the LoRA configuration is no valid JSON"),
    QT_TRANSLATE_NOOP("Core", "{0} (the LoRA is {1} -> {2}, the layer {3} -> {4})"),
    QT_TRANSLATE_NOOP("Core", "{0} holds NaN or infinity; train it again"),
    QT_TRANSLATE_NOOP("Core", "{0}, which changes the base weights"),
    QT_TRANSLATE_NOOP("Core", "its down matrix"),
    QT_TRANSLATE_NOOP("Core", "its up matrix"),
    QT_TRANSLATE_NOOP("Core", "LoCon with a Tucker middle matrix"),
    QT_TRANSLATE_NOOP("Core", "LoHa (Hadamard product)"),
    QT_TRANSLATE_NOOP("Core", "LoKr (Kronecker product)"),
    QT_TRANSLATE_NOOP("Core", "OFT (orthogonal fine-tuning)"),
    QT_TRANSLATE_NOOP("Core", "a LoRA with a bias"),
    QT_TRANSLATE_NOOP("Core", "a full weight difference"),
    QT_TRANSLATE_NOOP("Core", "an embedding LoRA"),
    QT_TRANSLATE_NOOP("Core", "has other tensors than the graph ({0}): {1}"),
    QT_TRANSLATE_NOOP(
        "Core", "is damaged: {0} is missing or of the wrong kind; import the LoRA again"
    ),
    QT_TRANSLATE_NOOP("Core", "is not the file its .json describes; pack it again"),
    QT_TRANSLATE_NOOP("Core", "lacks inputs of the graph: {0}"),
    QT_TRANSLATE_NOOP(
        "Core", "need rank {0} together, the graph has {1}; build with a larger rank"
    ),
    QT_TRANSLATE_NOOP("Core", "the name {0} is no file name; use letters, digits, _ . and -"),
    QT_TRANSLATE_NOOP(
        "Core", "was made for bundle {0}, this is {1}; import the LoRA again for this bundle"
    ),
    QT_TRANSLATE_NOOP("Core", "{0} (rank {1}, the graph has {2})"),
    QT_TRANSLATE_NOOP("Core", "{0} (the LoRA is {1} -> {2}, the slot {3} -> {4})"),
    QT_TRANSLATE_NOOP(
        "Core", "is a pickle, which can run any code when loaded; convert it to .safetensors first"
    ),
    QT_TRANSLATE_NOOP("Core", "is corrupt: the header entry of {0} is wrong"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: the header is no JSON; copy it again"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: the header is no table"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: the metadata is no table of strings"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: {0} has {1} bytes for {2}"),
    QT_TRANSLATE_NOOP("Core", "is no safetensors file: the header length is impossible"),
    QT_TRANSLATE_NOOP("Core", "is truncated: the header needs {0} bytes, the file has {1}"),
    QT_TRANSLATE_NOOP("Core", "is truncated: {0} bytes; copy it again"),
    QT_TRANSLATE_NOOP("Core", "is truncated: {0} ends at byte {1}, {2} are there; copy it again"),
    QT_TRANSLATE_NOOP("Core", "{0} has dtype {1}; convert the file to F32, F16 or BF16"),
    QT_TRANSLATE_NOOP("Core", "holds no U-Net"),
    QT_TRANSLATE_NOOP(
        "Core", "is a pickle, which can run code when read; convert the model to .safetensors"
    ),
    QT_TRANSLATE_NOOP("Core", "text encoder of width {0}, U-Net expects {1}"),
    QT_TRANSLATE_NOOP("Core", "the U-Net's sample_size is not one number; give latent_size"),
    QT_TRANSLATE_NOOP("Core", "no such layer"),
    QT_TRANSLATE_NOOP("Core", "lora_A {0}, lora_B {1}, but the layer maps {2} to {3}"),
    QT_TRANSLATE_NOOP(
        "Core",
        "a single file carries no configuration: name a diffusers directory with the config "
        "files as `config`",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the U-Net takes {0} channels; use cases know {1} (text to image) and {2} (inpainting)",
    ),
    QT_TRANSLATE_NOOP("Core", "has no tokenizer: vocab.json and merges.txt"),
    QT_TRANSLATE_NOOP("Core", "is no CLIP tokenizer: {0}"),
    QT_TRANSLATE_NOOP("Core", "is no tokenizer: {0}"),
    QT_TRANSLATE_NOOP("Core", "the vocabulary lacks {0}"),
    QT_TRANSLATE_NOOP("Core", "no calls to learn from"),
    QT_TRANSLATE_NOOP("Core", "anchor {0} is none of {1}"),
    QT_TRANSLATE_NOOP("Core", "is damaged: {0} is missing; build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "its contents do not match its fingerprint; it was edited"),
    QT_TRANSLATE_NOOP("Core", "{0} = {1}, use one of {2}"),
    QT_TRANSLATE_NOOP("Core", "{0} has values that are not finite; is the input right?"),
    QT_TRANSLATE_NOOP("Core", "the bundle has no {0}"),
    QT_TRANSLATE_NOOP(
        "Core", "the compiled graph lost {0} inputs: {1}; export them as required inputs"
    ),
    QT_TRANSLATE_NOOP("Core", "{0} for {1}: {2} nodes stay off the NPU: {3}"),
    QT_TRANSLATE_NOOP("Core", "{0} nodes are not compiled: {1}"),
    QT_TRANSLATE_NOOP("Core", "lint says: {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} has no input of split {1}"),
    QT_TRANSLATE_NOOP(
        "Core", "{0} needs a use case whose [[use_cases]] table names inputs; they calibrate it"
    ),
    QT_TRANSLATE_NOOP("Core", "holds an empty graph; build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "is no ONNX file; build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "an adapter is named twice: {0}"),
    QT_TRANSLATE_NOOP(
        "Core",
        "edit_strength has no effect here, since the result does not start from a source "
        "picture with this U-Net. Use strength to weaken the adapter",
    ),
    QT_TRANSLATE_NOOP("Core", "is not JSON: {0}"),
    QT_TRANSLATE_NOOP("Core", "nothing was recorded, so there is no plan to write"),
    QT_TRANSLATE_NOOP("Core", "not JSON ({0}); build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "not a bundle manifest"),
    QT_TRANSLATE_NOOP("Core", "schema {0} is newer than this version of QUAD Studio"),
    QT_TRANSLATE_NOOP("Core", "{0} is not a path inside the bundle"),
    QT_TRANSLATE_NOOP("Core", "missing, or not {0} bytes; build it again"),
    QT_TRANSLATE_NOOP("Core", "not a bundle's manifest ({0})"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{0}; the bundle has no compiled context, so the provider qnn had to compile the "
        "graph while loading it: make one with `quad-studio build PROJECT.toml --compile "
        "qualcomm:SM8750`, or use the provider cpu",
    ),
    QT_TRANSLATE_NOOP("Core", "cannot be read ({0}); delete it"),
    QT_TRANSLATE_NOOP("Core", "damaged ({0}); delete it"),
    QT_TRANSLATE_NOOP("Core", "not {0}; update QUAD Studio or delete the file"),
    QT_TRANSLATE_NOOP("Core", "no runner for {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} arrived different; try again"),
    QT_TRANSLATE_NOOP("Core", "bundle {0}: {1}; on the device: {2}"),
    QT_TRANSLATE_NOOP("Core", "is not deployed"),
    QT_TRANSLATE_NOOP("Core", "is there several times: name the folder"),
    QT_TRANSLATE_NOOP("Core", "cannot read the listing of {0}"),
    QT_TRANSLATE_NOOP("Core", "adb connect {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "adb server at {0}:{1}: version {2}, ours is {3}. {4} {5}"),
    QT_TRANSLATE_NOOP("Core", "adb server at {0}:{1}: {2}"),
    QT_TRANSLATE_NOOP("Core", "the adb server answered {0} to {1}"),
    QT_TRANSLATE_NOOP("Core", "opening a transfer"),
    QT_TRANSLATE_NOOP("Core", "looking for {0}"),
    QT_TRANSLATE_NOOP("Core", "baseline {0} is neither a run folder nor a name in {1} ({2})"),
    QT_TRANSLATE_NOOP("Core", "no baseline {0} in {1}; there are: {2}"),
    QT_TRANSLATE_NOOP("Core", "was never summed up; quad-studio --batch --only check first"),
    QT_TRANSLATE_NOOP("Core", "is a file; name a folder"),
    QT_TRANSLATE_NOOP("Core", "is damaged: {0}"),
    QT_TRANSLATE_NOOP("Core", "is not a JSON object"),
    QT_TRANSLATE_NOOP("Core", "its verdicts cannot be read ({0})"),
    QT_TRANSLATE_NOOP("Core", "not a run folder: it has no manifest.json"),
    QT_TRANSLATE_NOOP("Core", "was written by a newer QUAD Studio (schema {0}); update this one"),
    QT_TRANSLATE_NOOP("Core", "infinite: the images are identical"),
    QT_TRANSLATE_NOOP("Core", "sizes differ: reference {0}x{1}, candidate {2}x{3}"),
    QT_TRANSLATE_NOOP("Core", "the row failed: {0}"),
    QT_TRANSLATE_NOOP("Core", "the row has no {0} image"),
    QT_TRANSLATE_NOOP("Core", "latents cannot be read ({0})"),
    QT_TRANSLATE_NOOP("Core", "the weights of {0}"),
    QT_TRANSLATE_NOOP("Core", "{0} are not installed: {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} is not a weight file ({1})"),
    QT_TRANSLATE_NOOP("Core", "its ICC profile cannot be applied; save it as sRGB"),
    QT_TRANSLATE_NOOP("Core", "its ICC profile cannot be applied ({0}); save it as sRGB"),
    QT_TRANSLATE_NOOP("Core", "the image holds NaN or infinite pixels"),
    QT_TRANSLATE_NOOP("Core", "floating-point samples have no declared range; save 8 bits"),
)
