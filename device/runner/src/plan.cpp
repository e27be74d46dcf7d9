#include "plan.h"

#include <algorithm>
#include <cmath>

#include "error.h"

namespace quad {
namespace {

constexpr const char* kSchema = "quad-studio/sampler-plan/1";
constexpr size_t kMaxSteps = 1000;
constexpr int64_t kMaxNoiseTensors = 1001;

class Reader {
 public:
  Reader(Code code, std::string where) : code_(code), where_(std::move(where)) {}

  [[noreturn]] void fail(const std::string& why) const { throw Error(code_, where_ + ": " + why); }

  float number(const Json& object, const char* key, double otherwise) const {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return static_cast<float>(otherwise);
    const double value = found->is_number() ? found->get<double>() : NAN;
    const auto rounded = static_cast<float>(value);
    if (!std::isfinite(rounded)) fail(std::string(key) + " must be a finite number");
    return rounded;
  }

  const Json& object(const Json& parent, const char* key) const {
    const auto found = parent.find(key);
    if (found == parent.end() || !found->is_object()) fail(std::string(key) + " is missing or not an object");
    return *found;
  }

 private:
  Code code_;
  std::string where_;
};

PlanStep parse_step(const Json& given, size_t index, const Reader& reader) {
  if (!given.is_object()) reader.fail("not an object");
  PlanStep step;
  if (!given.contains("timestep")) reader.fail("timestep is missing");
  step.timestep = reader.number(given, "timestep", 0);
  step.input_scale = reader.number(given, "input_scale", 1);
  step.guidance = reader.number(given, "guidance", 1);
  const Json& convert = reader.object(given, "convert");
  step.convert_x = reader.number(convert, "x", 0);
  step.convert_model = reader.number(convert, "model", 1);
  step.x = reader.number(given, "x", 0);
  step.initial = reader.number(given, "initial", 0);
  step.noise = reader.number(given, "noise", 0);
  const auto m = given.find("m");
  if (m == given.end() || !m->is_array() || m->empty() || m->size() > index + 1)
    reader.fail("m must be a list of 1 to " + std::to_string(index + 1) + " numbers");
  for (const auto& factor : *m) step.m.push_back(reader.number(Json{{"m", factor}}, "m", 0));
  const float noise_index = reader.number(given, "noise_index", 0);
  if (noise_index < 0 || noise_index >= kMaxNoiseTensors || noise_index != std::floor(noise_index))
    reader.fail("noise_index must be 0 or more");
  step.noise_index = static_cast<size_t>(noise_index);
  const auto blend = given.find("blend");
  if (blend != given.end() && !blend->is_null()) {
    if (!blend->is_object()) reader.fail("blend must be null or an object");
    step.blend = true;
    step.known = reader.number(*blend, "known", 0);
    step.known_noise = reader.number(*blend, "known_noise", 0);
  }
  return step;
}

void parse_layout(Plan& plan, const Json& given, const Reader& reader) {
  const auto layout = given.find("input_layout");
  if (layout == given.end() || !layout->is_array() || layout->empty() || layout->size() > 3)
    reader.fail("input_layout must be a list of sample, mask, masked_latents");
  for (const auto& part : *layout) {
    if (part == "sample") plan.layout.push_back(Plan::Input::kSample);
    else if (part == "mask") plan.layout.push_back(Plan::Input::kMask);
    else if (part == "masked_latents") plan.layout.push_back(Plan::Input::kMaskedLatents);
    else reader.fail("input_layout knows sample, mask and masked_latents");
  }
  if (std::count(plan.layout.begin(), plan.layout.end(), Plan::Input::kSample) != 1)
    reader.fail("input_layout must have sample once");
}

bool has(const std::vector<Plan::Input>& layout, Plan::Input part) {
  return std::find(layout.begin(), layout.end(), part) != layout.end();
}

}  // namespace

size_t Plan::noise_tensors() const {
  size_t count = init_noise != 0 ? 1 : 0;
  for (const auto& step : steps) {
    if (step.noise != 0) count = std::max(count, step.noise_index + 1);
    if (step.blend && step.known_noise != 0) count = std::max<size_t>(count, 1);
  }
  return count;
}

bool Plan::needs_guidance() const {
  return std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) { return step.guidance != 1.0f; });
}

bool Plan::needs_mask() const {
  return has(layout, Input::kMask) ||
         std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) { return step.blend; });
}

bool Plan::needs_masked_latents() const { return has(layout, Input::kMaskedLatents); }

bool Plan::needs_init_latents() const {
  return init_latents != 0 || std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) {
           return step.blend && step.known != 0;
         });
}

std::vector<size_t> Plan::last_use() const {
  std::vector<size_t> last(steps.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    last[i] = i;
    for (size_t j = 0; j < steps[i].m.size(); ++j)
      if (steps[i].m[j] != 0) last[j] = i;
  }
  return last;
}

Plan parse_plan(const Json& given, Code code, const std::string& where) {
  const Reader reader(code, where);
  if (!given.is_object()) reader.fail("not an object");
  const auto schema = given.find("schema");
  if (schema == given.end() || *schema != kSchema)
    reader.fail(std::string("schema must be ") + kSchema);
  Plan plan;
  const auto use_case = given.find("use_case");
  if (use_case != given.end() && use_case->is_string()) plan.use_case = use_case->get<std::string>();
  parse_layout(plan, given, reader);
  if (given.contains("init")) {
    const Json& init = reader.object(given, "init");
    plan.init_noise = reader.number(init, "noise", 1);
    plan.init_latents = reader.number(init, "latents", 0);
  }
  const auto steps = given.find("steps");
  if (steps == given.end() || !steps->is_array() || steps->empty() || steps->size() > kMaxSteps)
    reader.fail("steps must be a list of 1 to " + std::to_string(kMaxSteps) + " steps");
  for (size_t i = 0; i < steps->size(); ++i)
    plan.steps.push_back(parse_step((*steps)[i], i, Reader(code, where + ": step " + std::to_string(i))));
  return plan;
}

}  // namespace quad
