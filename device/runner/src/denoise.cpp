#include "denoise.h"

#include <algorithm>

namespace quad {
namespace {

using Latents = std::vector<float>;

// to += factor * from
void add_scaled(Latents& to, float factor, const float* from) {
  if (factor == 0) return;
  for (size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

Latents first_latents(const Plan& plan, const DenoiseInput& input, size_t size) {
  Latents x(size, 0.0f);
  add_scaled(x, plan.init_noise, input.noise);
  add_scaled(x, plan.init_latents, input.init_latents);
  return x;
}

// Mask and masked latents do not change from step to step.
void fill_constant_inputs(const Plan& plan, const DenoiseInput& input, float* sample) {
  const size_t latents = input.latent_channels * input.plane;
  for (const auto part : plan.layout) {
    switch (part) {
      case Plan::Input::kSample: sample += latents; break;
      case Plan::Input::kMask: sample = std::copy(input.mask, input.mask + input.plane, sample); break;
      case Plan::Input::kMaskedLatents:
        sample = std::copy(input.masked_latents, input.masked_latents + latents, sample);
        break;
    }
  }
}

size_t sample_offset(const Plan& plan, const DenoiseInput& input) {
  size_t offset = 0;
  for (const auto part : plan.layout) {
    if (part == Plan::Input::kSample) break;
    offset += part == Plan::Input::kMask ? input.plane : input.latent_channels * input.plane;
  }
  return offset;
}

// The model's output after guidance.
void call_unet(const PlanStep& step, const UnetPort& unet, Latents& output) {
  if (step.guidance != 1.0f) {
    unet.call(step.timestep, false);
    const Latents unconditional(unet.output, unet.output + output.size());
    unet.call(step.timestep, true);
    for (size_t i = 0; i < output.size(); ++i)
      output[i] = unconditional[i] + step.guidance * (unet.output[i] - unconditional[i]);
    return;
  }
  unet.call(step.timestep, true);
  std::copy(unet.output, unet.output + output.size(), output.begin());
}

void blend_known(const PlanStep& step, const DenoiseInput& input, Latents& x) {
  for (size_t i = 0; i < x.size(); ++i) {
    const float mask = input.mask[i % input.plane];
    float known = 0.0f;
    if (step.known != 0) known += step.known * input.init_latents[i];
    if (step.known_noise != 0) known += step.known_noise * input.noise[i];
    x[i] = mask * x[i] + (1.0f - mask) * known;
  }
}

}  // namespace

std::vector<float> denoise(const Plan& plan, const DenoiseInput& input, const UnetPort& unet, const StepFn& after_step) {
  const size_t size = input.latent_channels * input.plane;
  const Latents initial = first_latents(plan, input, size);
  Latents x = initial, next(size), output(size);
  std::vector<Latents> m(plan.steps.size());
  const std::vector<size_t> last_use = plan.last_use();
  fill_constant_inputs(plan, input, unet.sample);
  float* const sample = unet.sample + sample_offset(plan, input);

  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const PlanStep& step = plan.steps[i];
    for (size_t k = 0; k < size; ++k) sample[k] = step.input_scale * x[k];
    call_unet(step, unet, output);

    m[i].assign(size, 0.0f);
    add_scaled(m[i], step.convert_x, x.data());
    add_scaled(m[i], step.convert_model, output.data());

    std::fill(next.begin(), next.end(), 0.0f);
    add_scaled(next, step.x, x.data());
    add_scaled(next, step.initial, initial.data());
    for (size_t j = 0; j < step.m.size(); ++j) add_scaled(next, step.m[j], m[j].data());
    if (step.noise != 0) add_scaled(next, step.noise, input.noise + step.noise_index * size);
    std::swap(x, next);
    if (step.blend) blend_known(step, input, x);

    for (size_t j = 0; j <= i; ++j)
      if (last_use[j] <= i) Latents().swap(m[j]);
    after_step(i + 1);
  }
  return x;
}

}  // namespace quad
