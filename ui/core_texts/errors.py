"""Texts of what went wrong: remedies, files, inputs, processes, models."""

from ui.command import QT_TRANSLATE_NOOP

TEXTS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP(
        "Core", "Correct the input that the message names, then run again with --resume."
    ),
    QT_TRANSLATE_NOOP(
        "Core", "Build and deploy the bundle again: it is of another geometry than the request."
    ),
    QT_TRANSLATE_NOOP("Core", "Run again: another program answered on the runner's port."),
    QT_TRANSLATE_NOOP("Core", "Deploy the bundle again: the runner travels with it."),
    QT_TRANSLATE_NOOP(
        "Core", "Send the adapter with `quad-studio adapters push`, or deploy again."
    ),
    QT_TRANSLATE_NOOP(
        "Core", "Build the adapter with this project, or import it into this bundle."
    ),
    QT_TRANSLATE_NOOP("Core", "Deploy the bundle again."),
    QT_TRANSLATE_NOOP("Core", "Deploy the bundle again; only what differs is sent."),
    QT_TRANSLATE_NOOP(
        "Core", "Look with `quad-studio lint` and `quad-studio verify` at what the graph uses."
    ),
    QT_TRANSLATE_NOOP(
        "Core", 'Set policy = "sequential" under [run], or close other apps on the device.'
    ),
    QT_TRANSLATE_NOOP(
        "Core", "Wait for what the runner does, or start it with a larger --max-clients."
    ),
    QT_TRANSLATE_NOOP("Core", "Run again; what is recorded stays."),
    QT_TRANSLATE_NOOP("Core", "Report it with the runner's log: it is a fault of the runner."),
    QT_TRANSLATE_NOOP(
        "Core", "Read the log that the message quotes; `quad-studio doctor` checks every part."
    ),
    QT_TRANSLATE_NOOP("Core", "Build the runner with `python -m device.runner_build`."),
    QT_TRANSLATE_NOOP("Core", "Run again with --resume: finished work is kept."),
    QT_TRANSLATE_NOOP(
        "Core", "Deploy the bundle again; if it stays, report it with the runner's log."
    ),
    QT_TRANSLATE_NOOP("Core", "no such file"),
    QT_TRANSLATE_NOOP("Core", "cannot be read: {0}"),
    QT_TRANSLATE_NOOP("Core", "cannot be read ({0})"),
    QT_TRANSLATE_NOOP("Core", "No such file or directory"),
    QT_TRANSLATE_NOOP("Core", "Permission denied"),
    QT_TRANSLATE_NOOP("Core", "No space left on device"),
    QT_TRANSLATE_NOOP("Core", "Is a directory"),
    QT_TRANSLATE_NOOP("Core", "is corrupt, not JSON: {0}"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: a JSON object was expected"),
    QT_TRANSLATE_NOOP("Core", "is corrupt: {0} lines are no {1}s"),
    QT_TRANSLATE_NOOP("Core", "is not a quad-studio/{0} file ({1})"),
    QT_TRANSLATE_NOOP("Core", "has schema {0}, which no version wrote"),
    QT_TRANSLATE_NOOP(
        "Core", "has schema {0}, newer than this version reads ({1}); update QUAD Studio"
    ),
    QT_TRANSLATE_NOOP("Core", "the disk is full"),
    QT_TRANSLATE_NOOP(
        "Core", "free some space and go on, a plan with --resume: what was finished is kept"
    ),
    QT_TRANSLATE_NOOP("Core", "cannot be written: {0}"),
    QT_TRANSLATE_NOOP("Core", "no such run folder"),
    QT_TRANSLATE_NOOP("Core", "is not a run folder: it has no {0}"),
    QT_TRANSLATE_NOOP("Core", "it is computed from the rows: delete it and run quad-studio check"),
    QT_TRANSLATE_NOOP("Core", "in use by {0}; wait for it or stop it"),
    QT_TRANSLATE_NOOP("Core", "process {0} on {1} since {2}"),
    QT_TRANSLATE_NOOP("Core", "another process"),
    QT_TRANSLATE_NOOP("Core", "holds a run; --resume goes on with it, --fresh starts again"),
    QT_TRANSLATE_NOOP("Core", "no run of plan {0} in {1}; name one: --run-dir"),
    QT_TRANSLATE_NOOP(
        "Core", "was recorded with another bundle ({0} {1}, now {2}); start again with --fresh"
    ),
    QT_TRANSLATE_NOOP("Core", "is damaged ({0}); build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "is damaged ({0}); build it again"),
    QT_TRANSLATE_NOOP("Core", "{0} and {1} more"),
    QT_TRANSLATE_NOOP("Core", "is not a bundle directory; build one: quad-studio build"),
    QT_TRANSLATE_NOOP("Core", "has no adapter {0}; it has: {1}"),
    QT_TRANSLATE_NOOP("Core", "{0} is missing"),
    QT_TRANSLATE_NOOP("Core", "{0} has another size"),
    QT_TRANSLATE_NOOP("Core", "{0} has another hash"),
    QT_TRANSLATE_NOOP("Core", "{0} is missing; build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "{0} has another size; build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "not a bundle: {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "build the bundle again"),
    QT_TRANSLATE_NOOP("Core", "is not the demo run ({0})"),
    QT_TRANSLATE_NOOP(
        "Core",
        "asked for {0}, the runner used {1} or another version of it; deploy the bundle again",
    ),
    QT_TRANSLATE_NOOP("Core", "no such image file"),
    QT_TRANSLATE_NOOP("Core", "not an image file that Pillow can read"),
    QT_TRANSLATE_NOOP("Core", "corrupt or truncated image ({0})"),
    QT_TRANSLATE_NOOP("Core", "it is no picture, or a damaged one"),
    QT_TRANSLATE_NOOP("Core", "the picture is damaged: {0}"),
    QT_TRANSLATE_NOOP("Core", "image file is truncated"),
    QT_TRANSLATE_NOOP("Core", "32-bit grey samples; save it with 8 or 16 bits"),
    QT_TRANSLATE_NOOP("Core", "16-bit colour is not read; save it with 8 bits"),
    QT_TRANSLATE_NOOP("Core", "is missing; the use case needs it"),
    QT_TRANSLATE_NOOP("Core", "{0} is only {1}x{2}"),
    QT_TRANSLATE_NOOP("Core", "has no inputs"),
    QT_TRANSLATE_NOOP("Core", "{0} is no picture that can be read ({1})"),
    QT_TRANSLATE_NOOP("Core", "{0} is too large"),
    QT_TRANSLATE_NOOP("Core", "has no input of split {0}; it has: {1}"),
    QT_TRANSLATE_NOOP("Core", "no such input set"),
    QT_TRANSLATE_NOOP("Core", "mask: nothing is white, so there is nothing to remove"),
    QT_TRANSLATE_NOOP("Core", "mask: {0} is white, so no background is left to go by"),
    QT_TRANSLATE_NOOP("Core", "sketch: is blank; draw dark lines on a light ground"),
    QT_TRANSLATE_NOOP(
        "Core", "input {0}: the mask is {1}, the image {2}; they must be of one size"
    ),
    QT_TRANSLATE_NOOP("Core", "input {0}: {1} needs {2}"),
    QT_TRANSLATE_NOOP("Core", "the prompt is {0} tokens too long and was cut"),
    QT_TRANSLATE_NOOP("Core", "no use case {0}; there are: {1}"),
    QT_TRANSLATE_NOOP("Core", "no sampler {0}; there are: {1}"),
    QT_TRANSLATE_NOOP("Core", "edit_strength is {0}, must be in (0, 1]"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the bundle has no OLSS table of {0} steps (plans/{1}); solve one, or choose another "
        "sampler",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "the OLSS table was solved for guidance {0}, not {1}; use that or solve it again"
    ),
    QT_TRANSLATE_NOOP(
        "Core", "the bundle has no adapter {0}; it has: {1} (write {2} for the base model)"
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "{0} need {1} columns, the slots have {2}; build the bundle with quantization.rank = "
        "{3} or use one adapter",
    ),
    QT_TRANSLATE_NOOP("Core", "nothing was recorded yet; make an image first"),
    QT_TRANSLATE_NOOP("Core", "not recorded: {0}"),
    QT_TRANSLATE_NOOP("Core", "the working process {0}; start again, what was finished is kept"),
    QT_TRANSLATE_NOOP("Core", "was killed (signal 9), perhaps because memory ran out"),
    QT_TRANSLATE_NOOP("Core", "ended with status {0}"),
    QT_TRANSLATE_NOOP("Core", "Internal error: {0}"),
    QT_TRANSLATE_NOOP("Core", "Stopped."),
    QT_TRANSLATE_NOOP("Core", "{0} is not available: {1}"),
    QT_TRANSLATE_NOOP("Core", "not available, because {0}"),
    QT_TRANSLATE_NOOP("Core", "no such file or directory; name a diffusers model directory"),
    QT_TRANSLATE_NOOP(
        "Core", "no diffusers model: unet/config.json is missing; name the folder that holds unet/"
    ),
    QT_TRANSLATE_NOOP("Core", "holds no .safetensors weights; is the download complete?"),
    QT_TRANSLATE_NOOP(
        "Core", "is a pickle, which can run code when read; convert it to .safetensors"
    ),
    QT_TRANSLATE_NOOP("Core", "a single-file checkpoint must be a .safetensors file"),
    QT_TRANSLATE_NOOP("Core", "is damaged or incomplete ({0}); fetch it again"),
    QT_TRANSLATE_NOOP("Core", "weights and config.json do not agree: {0}"),
    QT_TRANSLATE_NOOP("Core", "rank {0} is below that of {1}; raise it"),
    QT_TRANSLATE_NOOP("Core", "adapters do not fit the network: {0}"),
    QT_TRANSLATE_NOOP("Core", "an adapter has no inputs to be scored on"),
    QT_TRANSLATE_NOOP("Core", "there are no adapters to choose an anchor from"),
    QT_TRANSLATE_NOOP("Core", "no calibration inputs for {0}"),
    QT_TRANSLATE_NOOP("Core", "distillation.device is cuda, but torch sees none; use auto or cpu"),
    QT_TRANSLATE_NOOP("Core", "the loss is not finite; lower the learning rate"),
    QT_TRANSLATE_NOOP(
        "Core", "needs a use case whose [[use_cases]] table names inputs; they calibrate it"
    ),
)
