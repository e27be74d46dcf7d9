#include "check.h"

#include <cmath>
#include <cstring>
#include <random>

#include "custom_ops.h"

namespace {

// QuantizeLinear and DequantizeLinear as their definitions say, one after the other.
float reference(float x, float scale, int low, int high, int zero) {
  const float code = std::nearbyint(x / scale) + static_cast<float>(zero);
  const float clamped = std::fmin(std::fmax(code, static_cast<float>(low)), static_cast<float>(high));
  return (clamped - static_cast<float>(zero)) * scale;
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

void compare(int low, int high, int zero, float scale) {
  std::mt19937 random(11);
  std::normal_distribution<float> normal(0.0f, scale * 30000.0f);
  std::vector<float> x(70001), y(x.size());
  for (auto& value : x) value = normal(random);
  for (int k = 0; k < 2000; ++k) x[static_cast<size_t>(k)] = (static_cast<float>(k) - 1000.5f) * scale;  // ties
  quad::fake_quantize(x.data(), y.data(), x.size(), scale, static_cast<float>(low - zero), static_cast<float>(high - zero));
  for (size_t i = 0; i < x.size(); ++i) {
    const float expected = reference(x[i], scale, low, high, zero);
    if (expected == 0.0f && y[i] == 0.0f) continue;  // the sign of zero is lost in an integer
    if (!same_bits(y[i], expected)) return test::fail(__FILE__, __LINE__, "differs at " + std::to_string(x[i]));
  }
}

}  // namespace

TEST(one_pass_gives_the_bits_of_quantize_then_dequantize) {
  compare(0, 65535, 31234, 0.00031f);
  compare(0, 65535, 0, 1.0f / 65536.0f);
  compare(0, 255, 17, 0.02f);
  compare(-128, 127, 0, 0.013f);
  compare(-32768, 32767, 0, 3.05e-5f);
}

TEST(values_beyond_the_range_and_infinities_are_clamped) {
  const float x[] = {1e30f, -1e30f, INFINITY, -INFINITY};
  float y[4];
  quad::fake_quantize(x, y, 4, 0.5f, -10.0f, 20.0f);
  CHECK_EQUAL(y[0], 10.0f);
  CHECK_EQUAL(y[1], -5.0f);
  CHECK_EQUAL(y[2], 10.0f);
  CHECK_EQUAL(y[3], -5.0f);
}
