"""What every bundle.json holds, for tests that care about a part of it."""

from typing import Any

GEOMETRY = {
    "image_height": 64,
    "image_width": 64,
    "latent_channels": 4,
    "latent_height": 32,
    "latent_width": 32,
    "unet_in_channels": 4,
    "text_tokens": 77,
    "rank": 4,
}


def whole_manifest(**parts: Any) -> dict[str, Any]:
    """Return a manifest with all that is required; `parts` take the place of its own."""
    return {
        "name": "toy",
        "fingerprint": "0" * 64,
        "geometry": GEOMETRY,
        "scheduler": {},
        "components": {"unet": {"graph": "graphs/unet.onnx"}},
        "slots": [],
        "adapters": [],
        **parts,
    }
