"""QUAD Studio: one quantized diffusion graph, LoRA matrices as runtime inputs, evidence from phones."""

__version__ = "0.1.0"
