// A sampler plan: the table of coefficients that is the whole sampler.
#pragma once

#include <string>
#include <vector>

#include "message.h"

namespace quad {

struct PlanStep {
  float timestep = 0;
  float input_scale = 1;
  float guidance = 1;
  float convert_x = 0, convert_model = 1;
  float x = 0, initial = 0, noise = 0;
  std::vector<float> m;  // one factor for each model output so far, this step's last
  size_t noise_index = 0;
  bool blend = false;
  float known = 0, known_noise = 0;
};

struct Plan {
  enum class Input { kSample, kMask, kMaskedLatents };

  std::string use_case;
  std::vector<Input> layout;
  float init_noise = 1, init_latents = 0;
  std::vector<PlanStep> steps;

  // What a request for this plan must bring.
  size_t noise_tensors() const;
  bool needs_guidance() const;
  bool needs_mask() const;
  bool needs_masked_latents() const;
  bool needs_init_latents() const;
  // For each step's model output, the last step that reads it.
  std::vector<size_t> last_use() const;
};

// Throws Error(code) naming the step and the key; `where` is the file, or "plan".
Plan parse_plan(const Json& given, Code code, const std::string& where);

}  // namespace quad
