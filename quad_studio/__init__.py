"""QUAD Studio: one quantized diffusion graph, LoRAs as runtime inputs, evidence from phones."""

__version__ = "0.1.0"
