#include "check.h"

#include <cmath>

#include "denoise.h"

namespace {

constexpr size_t kPlane = 4, kChannels = 2, kSize = kPlane * kChannels;

// A U-Net that returns 0.5 * sample + timestep / 10, and 1 less without the prompt.
struct FakeUnet {
  std::vector<float> sample = std::vector<float>(kSize * 2 + kPlane), output = std::vector<float>(kSize);
  std::vector<bool> calls;
  size_t sample_at = 0;

  quad::UnetPort port() {
    return {sample.data(), output.data(), [this](float timestep, bool conditional) {
              calls.push_back(conditional);
              for (size_t i = 0; i < kSize; ++i)
                output[i] = 0.5f * sample[sample_at + i] + timestep / 10.0f - (conditional ? 0.0f : 1.0f);
            }};
  }
};

quad::PlanStep step(float timestep, std::vector<float> m) {
  quad::PlanStep one;
  one.timestep = timestep;
  one.x = 0.5f;
  one.m = std::move(m);
  return one;
}

bool close(float found, double expected) { return std::fabs(found - expected) < 1e-5; }

std::vector<float> counting(size_t count, float first) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = first + static_cast<float>(i);
  return values;
}

}  // namespace

TEST(history_initial_and_noise_terms_add_up) {
  quad::Plan plan;
  plan.layout = {quad::Plan::Input::kSample};
  plan.init_noise = 2.0f;
  plan.steps = {step(10, {1.0f}), step(5, {3.0f, 0.25f})};
  plan.steps[0].input_scale = 0.5f;
  plan.steps[1].convert_x = 1.0f;
  plan.steps[1].convert_model = -2.0f;
  plan.steps[1].initial = 0.125f;
  plan.steps[1].noise = 10.0f;
  plan.steps[1].noise_index = 1;
  const auto noise = counting(2 * kSize, 1.0f);
  quad::DenoiseInput input{kPlane, kChannels, noise.data(), nullptr, nullptr, nullptr};
  FakeUnet unet;
  size_t steps = 0;
  const auto x = quad::denoise(plan, input, unet.port(), [&](size_t done) { steps = done; });
  CHECK_EQUAL(steps, size_t{2});
  for (size_t i = 0; i < kSize; ++i) {
    const double x0 = 2.0 * (1.0 + static_cast<double>(i));
    const double m0 = 0.5 * (0.5 * x0) + 1.0;
    const double x1 = 0.5 * x0 + m0;
    const double m1 = x1 - 2.0 * (0.5 * x1 + 0.5);
    CHECK(close(x[i], 0.5 * x1 + 0.125 * x0 + 3.0 * m0 + 0.25 * m1 + 10.0 * (9.0 + static_cast<double>(i))));
  }
}

TEST(guidance_moves_away_from_the_call_without_the_prompt) {
  quad::Plan plan;
  plan.layout = {quad::Plan::Input::kSample};
  plan.steps = {step(0, {1.0f})};
  plan.steps[0].x = 0.0f;
  plan.steps[0].guidance = 3.0f;
  const auto noise = counting(kSize, 0.0f);
  FakeUnet unet;
  const auto x = quad::denoise(plan, {kPlane, kChannels, noise.data(), nullptr, nullptr, nullptr}, unet.port(), [](size_t) {});
  CHECK_EQUAL(unet.calls, (std::vector<bool>{false, true}));
  for (size_t i = 0; i < kSize; ++i) CHECK(close(x[i], 0.5 * static_cast<double>(i) - 1.0 + 3.0 * 1.0));
}

TEST(mask_and_masked_latents_stand_where_the_layout_says) {
  quad::Plan plan;
  plan.layout = {quad::Plan::Input::kMask, quad::Plan::Input::kSample, quad::Plan::Input::kMaskedLatents};
  plan.steps = {step(0, {1.0f})};
  const auto noise = counting(kSize, 100.0f), masked = counting(kSize, 200.0f), mask = counting(kPlane, 300.0f);
  FakeUnet unet;
  unet.sample_at = kPlane;
  quad::denoise(plan, {kPlane, kChannels, noise.data(), nullptr, masked.data(), mask.data()}, unet.port(), [](size_t) {});
  CHECK_EQUAL(unet.sample[0], 300.0f);
  CHECK_EQUAL(unet.sample[kPlane], 100.0f);
  CHECK_EQUAL(unet.sample[kPlane + kSize], 200.0f);
  CHECK_EQUAL(unet.sample[kPlane + 2 * kSize - 1], 207.0f);
}

TEST(blending_keeps_the_known_part_outside_the_mask) {
  quad::Plan plan;
  plan.layout = {quad::Plan::Input::kSample};
  plan.steps = {step(0, {0.0f})};
  plan.steps[0].blend = true;
  plan.steps[0].known = 2.0f;
  plan.steps[0].known_noise = 3.0f;
  const auto noise = counting(kSize, 1.0f), known = counting(kSize, 50.0f);
  const std::vector<float> mask = {1, 0, 0.5f, 0};
  FakeUnet unet;
  const auto x = quad::denoise(plan, {kPlane, kChannels, noise.data(), known.data(), nullptr, mask.data()}, unet.port(), [](size_t) {});
  for (size_t i = 0; i < kSize; ++i) {
    const double made = 0.5 * (1.0 + static_cast<double>(i)), kept = 2.0 * (50.0 + static_cast<double>(i)) + 3.0 * (1.0 + static_cast<double>(i));
    CHECK(close(x[i], mask[i % kPlane] * made + (1 - mask[i % kPlane]) * kept));
  }
}

TEST(an_error_in_a_step_ends_the_loop) {
  quad::Plan plan;
  plan.layout = {quad::Plan::Input::kSample};
  plan.steps = {step(0, {1.0f}), step(0, {0.0f, 1.0f})};
  const auto noise = counting(kSize, 0.0f);
  FakeUnet unet;
  CHECK_ERROR(quad::denoise(plan, {kPlane, kChannels, noise.data(), nullptr, nullptr, nullptr}, unet.port(),
                            [](size_t) { throw quad::Error(quad::Code::kCancelled, "stop"); }),
              "cancelled: stop");
  CHECK_EQUAL(unet.calls.size(), size_t{1});
}
