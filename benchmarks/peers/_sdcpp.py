"""stable-diffusion.cpp through its Python bindings: whole images of a checkpoint it can load."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _serve import memory_kb, serve, timed, versions  # noqa: E402
from stable_diffusion_cpp import StableDiffusion  # noqa: E402

STATE = {}


def start(request):
    """Load a single-file checkpoint."""
    STATE["model"] = StableDiffusion(
        model_path=request["checkpoint"], n_threads=request["threads"], verbose=False
    )
    return {"versions": versions("stable-diffusion-cpp-python")}


def image(request):
    """Make one image."""
    size = request["size"]
    made, ms = timed(
        lambda: STATE["model"].generate_image(
            prompt=request["prompt"],
            width=size,
            height=size,
            sample_steps=request["steps"],
            cfg_scale=1.0,
            seed=request["seed"],
            sample_method="ddim_trailing",
        )
    )
    if not made:
        raise RuntimeError("no image came back")
    return {"ms": ms}


def memory(request):
    """Return this process's memory."""
    return memory_kb()


if __name__ == "__main__":
    serve({"start": start, "image": image, "memory": memory})
