#include "check.h"

#include "plan.h"

namespace {

quad::Json plan_json() {
  return quad::Json::parse(R"({"schema":"quad-studio/sampler-plan/1","use_case":"u","input_layout":["sample"],
    "init":{"noise":1.0,"latents":0.0},
    "steps":[{"timestep":9,"convert":{"x":0,"model":1},"x":1,"m":[2]},
             {"timestep":5,"convert":{"x":0,"model":1},"x":1,"m":[3,4]},
             {"timestep":1,"convert":{"x":0,"model":1},"x":1,"m":[0,5,6]}]})");
}

quad::Plan parse(const quad::Json& given) { return quad::parse_plan(given, quad::Code::kBadRequest, "plan"); }

}  // namespace

TEST(a_plan_says_what_it_reads) {
  auto given = plan_json();
  CHECK_EQUAL(parse(given).noise_tensors(), size_t{1});
  CHECK(!parse(given).needs_mask() && !parse(given).needs_guidance() && !parse(given).needs_init_latents());
  given["steps"][1]["noise"] = 0.5;
  given["steps"][1]["noise_index"] = 3;
  given["steps"][2]["guidance"] = 7.5;
  given["steps"][2]["blend"] = {{"known", 1.0}, {"known_noise", 0.0}};
  const quad::Plan plan = parse(given);
  CHECK_EQUAL(plan.noise_tensors(), size_t{4});
  CHECK(plan.needs_mask() && plan.needs_guidance() && plan.needs_init_latents());
}

TEST(a_model_output_is_kept_until_its_last_use) {
  CHECK_EQUAL(parse(plan_json()).last_use(), (std::vector<size_t>{1, 2, 2}));
}

TEST(every_wrong_key_is_named_with_its_step) {
  const auto with = [](auto change) {
    auto given = plan_json();
    change(given);
    return given;
  };
  CHECK_ERROR(parse(with([](auto& p) { p["schema"] = "quad-studio/sampler-plan/2"; })), "schema must be");
  CHECK_ERROR(parse(with([](auto& p) { p["input_layout"] = {"mask"}; })), "sample once");
  CHECK_ERROR(parse(with([](auto& p) { p["input_layout"] = {"sample", "depth"}; })), "knows sample, mask");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"] = quad::Json::array(); })), "1 to 1000");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][1].erase("timestep"); })), "plan: step 1: timestep is missing");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][0]["m"] = {1, 2}; })), "step 0: m must be a list of 1 to 1");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][2]["x"] = "1"; })), "step 2: x must be a finite number");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][2]["x"] = 1e300; })), "step 2: x must be a finite number");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][2]["noise_index"] = -1; })), "noise_index");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][2]["blend"] = 3; })), "blend");
  CHECK_ERROR(parse(with([](auto& p) { p["steps"][0].erase("convert"); })), "convert is missing");
}
