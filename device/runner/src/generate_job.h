// A generate request, read and checked against the bundle before any graph runs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "bundle.h"
#include "message.h"
#include "plan.h"
#include "slots.h"

namespace quad {

struct GenerateJob {
  // Throws Error(kBadRequest) for a wrong field.
  GenerateJob(const Message& message, Plan plan);
  // Throws Error(kBadRequest) naming the tensor that is missing or does not fit.
  void check(const Bundle& bundle) const;
  bool wants(const char* tensor) const { return want.count(tensor) != 0; }

  const Message& message;
  Plan plan;
  std::string unet;
  std::vector<AdapterUse> uses;
  std::set<std::string> want;
  int64_t seed = 0;

  // Filled as the encoders run.
  Buffer states, uncond_states, init_latents, masked_latents;
};

}  // namespace quad
