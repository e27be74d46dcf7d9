"""FP32 results by diffusers itself, computed once and cached by content hash."""
