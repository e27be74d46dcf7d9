#include "generate_job.h"

#include <cmath>

#include "error.h"

namespace quad {
namespace {

constexpr size_t kMaxAdapters = 8;

Error wrong(const std::string& what) { return Error(Code::kBadRequest, what); }

AdapterUse read_use(const Json& entry, const char* name_key) {
  AdapterUse use;
  use.name = text_field(entry, name_key, "");
  const double strength = number_field(entry, "strength", 1.0);
  use.strength = static_cast<float>(strength);
  if (use.name.empty()) throw wrong("adapters: an entry has no name");
  if (!std::isfinite(use.strength)) throw wrong("adapters: " + use.name + " has a strength that is not a number");
  return use;
}

std::vector<AdapterUse> read_uses(const Json& header) {
  std::vector<AdapterUse> uses;
  const auto list = header.find("adapters");
  const auto single = header.find("adapter");
  if (list != header.end() && !list->is_null()) {
    if (!list->is_array() || list->size() > kMaxAdapters) throw wrong("adapters: must be a list of at most 8");
    for (const auto& entry : *list) {
      if (!entry.is_object()) throw wrong("adapters: an entry is not an object");
      uses.push_back(read_use(entry, "name"));
    }
  } else if (single != header.end() && !single->is_null()) {
    uses.push_back(read_use(header, "adapter"));
  }
  std::set<std::string> names;
  for (const auto& use : uses)
    if (!names.insert(use.name).second) throw wrong("adapters: '" + use.name + "' is named twice");
  return uses;
}

std::set<std::string> read_want(const Json& header) {
  static const std::set<std::string> known = {"image", "latents", "init_latents", "masked_latents", "encoder_hidden_states"};
  const auto given = header.find("want");
  if (given == header.end() || given->is_null()) return {"image", "latents"};
  if (!given->is_array()) throw wrong("want: must be a list of names");
  std::set<std::string> want;
  for (const auto& name : *given) {
    if (!name.is_string() || known.count(name.get<std::string>()) == 0)
      throw wrong("want: knows image, latents, init_latents, masked_latents, encoder_hidden_states");
    want.insert(name.get<std::string>());
  }
  return want;
}

void check_tensor(const Tensor& tensor, Dtype dtype, const Shape& shape) {
  if (tensor.dtype != dtype || tensor.shape != shape)
    throw wrong("tensor " + tensor.name + " must be " + name_of(dtype) + text_of(shape) + ", is " + name_of(tensor.dtype) + text_of(tensor.shape));
}

}  // namespace

GenerateJob::GenerateJob(const Message& request, Plan table) : message(request), plan(std::move(table)) {
  unet = text_field(message.header, "unet", "unet");
  uses = read_uses(message.header);
  want = read_want(message.header);
  seed = integer_field(message.header, "seed", 0);
  const std::string use_case = text_field(message.header, "use_case", "");
  if (!use_case.empty()) plan.use_case = use_case;
}

void GenerateJob::check(const Bundle& bundle) const {
  const Geometry& geometry = bundle.geometry;
  if (unet.rfind("unet", 0) != 0 || bundle.components.find(unet) == bundle.components.end())
    throw wrong("unet: the bundle has no U-Net '" + unet + "'");
  // One of the two must be there; either must fit.
  const auto one_of = [&](const char* source, Dtype dtype, const Shape& shape, const char* direct, const Shape& direct_shape, bool needed) {
    const Tensor* given = message.find(source);
    const Tensor* given_direct = message.find(direct);
    if (needed && given == nullptr && given_direct == nullptr) throw wrong(std::string("tensor ") + source + " is missing");
    if (given != nullptr) check_tensor(*given, dtype, shape);
    if (given_direct != nullptr) check_tensor(*given_direct, Dtype::kFloat32, direct_shape);
  };
  const Shape tokens = {1, geometry.text_tokens}, text = {1, geometry.text_tokens, geometry.text_width};
  one_of("input_ids", Dtype::kInt64, tokens, "encoder_hidden_states", text, true);
  one_of("uncond_input_ids", Dtype::kInt64, tokens, "uncond_encoder_hidden_states", text, plan.needs_guidance());
  one_of("image", Dtype::kFloat32, geometry.image(), "init_latents", geometry.latents(), plan.needs_init_latents() || wants("init_latents"));
  one_of("masked_image", Dtype::kFloat32, geometry.image(), "masked_latents", geometry.latents(),
         plan.needs_masked_latents() || wants("masked_latents"));
  if (const Tensor* mask = message.find("mask")) check_tensor(*mask, Dtype::kFloat32, geometry.mask());
  else if (plan.needs_mask()) throw wrong("tensor mask is missing");
  if (const Tensor* noise = message.find("noise")) {
    Shape shape = geometry.latents();
    shape[0] = noise->shape.empty() ? 0 : noise->shape[0];
    check_tensor(*noise, Dtype::kFloat32, shape);
    if (static_cast<size_t>(shape[0]) < plan.noise_tensors())
      throw wrong("tensor noise has " + std::to_string(shape[0]) + " tensors, the plan reads " + std::to_string(plan.noise_tensors()));
  } else if (plan.noise_tensors() > 0) {
    throw wrong("tensor noise is missing");
  }
  int64_t channels = 0;
  for (const auto part : plan.layout) channels += part == Plan::Input::kMask ? 1 : geometry.latent_channels;
  if (channels != geometry.unet_in_channels)
    throw wrong("input_layout makes " + std::to_string(channels) + " channels, the U-Net takes " + std::to_string(geometry.unet_in_channels));
}

}  // namespace quad
