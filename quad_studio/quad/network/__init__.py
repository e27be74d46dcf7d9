"""Torch code of the pipeline: layers with LoRA inputs, quantizer sites, the traced program."""
