// Operators of ours, domain "quad.studio": what a bundle's CPU graphs may use beside ONNX's.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <cstddef>

namespace quad {

// y = rint(clamp(x / scale, low, high)) * scale, where low and high are the code range minus the
// zero point: bit by bit what QuantizeLinear followed by DequantizeLinear gives, in one pass.
void fake_quantize(const float* x, float* y, size_t count, float scale, float low, float high);

// FakeQuantize(x: float) -> float; attributes scale: float, low: int, high: int. And LoraAdd (lora_op.h).
Ort::CustomOpDomain make_custom_op_domain();

}  // namespace quad
