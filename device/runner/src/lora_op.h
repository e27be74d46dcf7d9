// A layer's whole LoRA branch as one operator, so that nothing of the layer's size is written
// between its two products and the sum.
#pragma once

#include <onnxruntime_cxx_api.h>

namespace quad {

// LoraAdd(x: float [.., in], base: float [.., out], a: int16|int8 [in, r], b: int16|int8 [r, out],
//         alpha: float [r]) -> float [.., out]
//
//   y = Q_sum(base + Q_up(Q_scaled(Q_down(x a') * alpha) b'))     a' = a * a_scale, b' = b * b_scale
//
// Each Q is FakeQuantize. Attributes: a_scale, b_scale: float; scales: 4 floats, lows, highs: 4 ints,
// in the order down, scaled, up, sum; a scale of 0 leaves that rounding out. The products are ONNX
// Runtime's own MatMul: the bits are those of the operators one by one.
const OrtCustomOp* lora_add_op();

}  // namespace quad
