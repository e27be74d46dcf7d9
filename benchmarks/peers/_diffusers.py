"""diffusers and PEFT: adapters on the FP32 U-Net, switched in the ways a user finds in the docs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _serve import memory_kb, serve, timed, versions  # noqa: E402

from evaluation.torchvision_schemas import register  # noqa: E402

register()
import torch  # noqa: E402
from diffusers import StableDiffusionPipeline, UNet2DConditionModel  # noqa: E402

STATE = {}


def start(request):
    """Load the U-Net and its inputs; `compile` wraps it in torch.compile."""
    torch.set_num_threads(request["threads"])
    model = Path(request["model"])
    STATE["unet"] = UNet2DConditionModel.from_pretrained(
        model / "unet", torch_dtype=torch.float32, local_files_only=True
    )
    unet = STATE["unet"].eval()
    STATE["call"] = torch.compile(unet) if request.get("compile") else unet
    config = unet.config
    torch.manual_seed(0)
    size = request["latent"]
    STATE["feeds"] = {
        "sample": torch.randn(1, config.in_channels, *size),
        "timestep": torch.tensor([500.0]),
        "encoder_hidden_states": torch.randn(1, request["tokens"], config.cross_attention_dim),
    }
    STATE["loaded"] = []
    return {"versions": versions("torch", "diffusers", "peft"), "parameters": unet.num_parameters()}


def step(request):
    """Run the U-Net once."""
    with torch.inference_mode():
        output, ms = timed(lambda: STATE["call"](**STATE["feeds"], return_dict=False)[0])
    STATE["output"] = output
    return {"ms": ms, "checksum": float(output.double().abs().sum())}


def load(request):
    """Load an adapter beside the others."""
    name, path = request["name"], request["path"]
    _, ms = timed(
        lambda: STATE["unet"].load_lora_adapter(weights(path), prefix=None, adapter_name=name)
    )
    STATE["loaded"].append(name)
    return {"ms": ms}


def set_adapter(request):
    """Make one of the loaded adapters active: `set_adapters`."""
    _, ms = timed(lambda: STATE["unet"].set_adapters([request["name"]], [1.0]))
    return {"ms": ms}


def fuse(request):
    """Unfuse and unload what is there, load another adapter and fuse it into the weights."""
    unet = STATE["unet"]

    def switch():
        if STATE["loaded"]:
            unet.unfuse_lora()
            unet.unload_lora()
            STATE["loaded"].clear()
        unet.load_lora_adapter(weights(request["path"]), prefix=None, adapter_name="fused")
        unet.fuse_lora()
        STATE["loaded"].append("fused")

    return {"ms": timed(switch)[1]}


def hotswap(request):
    """Copy another adapter's weights into the one that is loaded: PEFT's hot-swap."""
    unet, first = STATE["unet"], not STATE["loaded"]

    def switch():
        more = {} if first else {"hotswap": True}
        unet.load_lora_adapter(
            weights(request["path"]), prefix=None, adapter_name="default_0", **more
        )

    _, ms = timed(switch)
    if first:
        STATE["loaded"].append("default_0")
    return {"ms": ms}


def weights(path):
    """Return a LoRA file's tensors under the names that the U-Net's loader takes."""
    state = StableDiffusionPipeline.lora_state_dict(path, local_files_only=True)[0]
    return {key.removeprefix("unet."): value for key, value in state.items()}


def export(request):
    """Write the plain U-Net as an FP32 ONNX graph, as anyone would."""
    feeds = STATE["feeds"]

    class Plain(torch.nn.Module):
        def __init__(self, unet):
            super().__init__()
            self.unet = unet

        def forward(self, sample, timestep, encoder_hidden_states):
            return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]

    with torch.inference_mode():
        torch.onnx.export(
            Plain(STATE["unet"]), tuple(feeds.values()), request["path"], dynamo=True,
            input_names=list(feeds), output_names=["model_output"], opset_version=21,
            verbose=False,
        )  # fmt: skip
    return {}


def count(request):
    """Count the multiply-accumulates of a step."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        STATE["unet"](**STATE["feeds"], return_dict=False)
    return {"macs": counter.get_total_flops() // 2}


def pipeline(request):
    """Load the whole pipeline and the pictures of one request."""
    from diffusers import DDIMScheduler, StableDiffusionInpaintPipeline
    from PIL import Image

    torch.set_num_threads(request["threads"])
    pipe = StableDiffusionInpaintPipeline.from_pretrained(
        request["model"], safety_checker=None, feature_extractor=None,
        requires_safety_checker=False, torch_dtype=torch.float32, local_files_only=True,
    )  # fmt: skip
    pipe.scheduler = DDIMScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    if request.get("adapter"):
        pipe.load_lora_weights(request["adapter"], local_files_only=True)
    STATE["pipe"] = pipe
    STATE["pictures"] = {
        "image": Image.open(request["image"]).convert("RGB"),
        "mask_image": Image.open(request["mask"]).convert("L"),
    }
    return {"versions": versions("torch", "diffusers", "peft")}


def image(request):
    """Make one image."""
    pipe, size = STATE["pipe"], request["size"]
    generator = torch.Generator().manual_seed(request["seed"])
    with torch.inference_mode():
        _, ms = timed(lambda: pipe(
            prompt=request["prompt"], **STATE["pictures"], height=size, width=size,
            num_inference_steps=request["steps"], guidance_scale=1.0, generator=generator,
            output_type="np",
        ).images)  # fmt: skip
    return {"ms": ms}


def memory(request):
    """Return this process's memory."""
    return memory_kb()


if __name__ == "__main__":
    serve({
        "start": start, "step": step, "load": load, "set": set_adapter, "fuse": fuse,
        "hotswap": hotswap, "memory": memory, "export": export, "count": count,
        "pipeline": pipeline, "image": image,
    })  # fmt: skip
