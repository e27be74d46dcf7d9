"""The QUAD pipeline: one stage a file, from a diffusion model to one quantized graph."""
