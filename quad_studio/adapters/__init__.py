"""Read LoRAs in any common layout and pack them for one quantized graph."""
