// The denoising loop: applies a plan's table. Knows neither ONNX Runtime nor any sampler.
#pragma once

#include <functional>
#include <vector>

#include "plan.h"

namespace quad {

// The U-Net as the loop sees it: fill `sample`, call, read `output`.
struct UnetPort {
  float* sample = nullptr;        // unet_in_channels * plane
  const float* output = nullptr;  // latent_channels * plane
  // `conditional`: with the prompt, else with the negative prompt.
  std::function<void(float timestep, bool conditional)> call;
};

// Everything is float32; what a plan does not read may be null (the caller has checked).
struct DenoiseInput {
  size_t plane = 0;            // latent_height * latent_width
  size_t latent_channels = 0;
  const float* noise = nullptr;  // noise tensors, one after the other
  const float* init_latents = nullptr;
  const float* masked_latents = nullptr;
  const float* mask = nullptr;
};

// Called after each step with how many are done. May throw, which ends the loop.
using StepFn = std::function<void(size_t done)>;

// Returns the final latents.
std::vector<float> denoise(const Plan& plan, const DenoiseInput& input, const UnetPort& unet, const StepFn& after_step);

}  // namespace quad
