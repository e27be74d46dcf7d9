#include "components.h"

#include <cstring>
#include <set>

#include "error.h"
#include "stopwatch.h"

namespace quad {
namespace {

bool is_unet(const std::string& name) { return name.rfind("unet", 0) == 0; }

LoadedGraph with_buffers(std::unique_ptr<Graph> graph, const Bundle& bundle) {
  LoadedGraph loaded;
  loaded.graph = std::move(graph);
  std::set<std::string> slots = {bundle.alpha_input};
  for (const auto& slot : bundle.slots) slots.insert(slot.name);
  for (const auto& port : loaded.graph->inputs()) {
    if (slots.count(port.name) != 0) continue;
    loaded.inputs[port.name] = loaded.graph->make_input(port.name);
    loaded.graph->bind_input(loaded.inputs[port.name].view());
  }
  for (const auto& port : loaded.graph->outputs()) {
    loaded.outputs[port.name] = loaded.graph->make_output(port.name);
    loaded.graph->bind_output(port.name, loaded.outputs[port.name]);
  }
  return loaded;
}

// The loop writes these without asking again.
void check_unet(const LoadedGraph& unet, const Bundle& bundle) {
  const Geometry& geometry = bundle.geometry;
  const std::map<std::string, Shape> expected = {
      {"sample", {1, geometry.unet_in_channels, geometry.latent_height, geometry.latent_width}},
      {"timestep", {1}},
      {"encoder_hidden_states", {1, geometry.text_tokens, geometry.text_width}}};
  for (const auto& [name, shape] : expected) {
    const auto found = unet.inputs.find(name);
    if (found == unet.inputs.end() || found->second.shape() != shape || found->second.view().dtype != Dtype::kFloat32)
      throw Error(Code::kGraph, unet.graph->name() + ": input " + name + " must be float32" + text_of(shape));
  }
  const Buffer& output = unet.output("model_output");
  if (output.shape() != geometry.latents() || output.view().dtype != Dtype::kFloat32)
    throw Error(Code::kGraph, unet.graph->name() + ": model_output must be float32" + text_of(geometry.latents()));
}

}  // namespace

void LoadedGraph::fill(const Tensor& tensor) {
  const auto found = inputs.find(tensor.name);
  if (found == inputs.end()) throw Error(Code::kBadRequest, graph->name() + " has no input '" + tensor.name + "'");
  const Tensor expected = found->second.view();
  if (tensor.dtype != expected.dtype || tensor.shape != expected.shape)
    throw Error(Code::kBadRequest, graph->name() + ": " + tensor.name + " must be " + name_of(expected.dtype) +
                                       text_of(expected.shape) + ", is " + name_of(tensor.dtype) + text_of(tensor.shape));
  std::memcpy(found->second.bytes(), tensor.data, tensor.bytes);
}

void LoadedGraph::fill(const std::string& input, const float* values) {
  const auto found = inputs.find(input);
  if (found == inputs.end() || found->second.view().dtype != Dtype::kFloat32)
    throw Error(Code::kGraph, graph->name() + " has no float32 input '" + input + "'");
  std::memcpy(found->second.bytes(), values, found->second.byte_count());
}

const Buffer& LoadedGraph::output(const std::string& name) const {
  const auto found = outputs.find(name);
  if (found == outputs.end()) throw Error(Code::kGraph, graph->name() + " has no output '" + name + "'");
  return found->second;
}

Components::Components(const Bundle& bundle, Runtime& runtime, const Options& options)
    : bundle_(bundle), runtime_(runtime), options_(options), policy_(options.policy) {}

std::string Components::file_of(const Component& component) const {
  const bool compiled = options_.provider_components.count(component.name) != 0 && component.name == "unet";
  if (compiled && !options_.context.empty()) return options_.context;
  return bundle_.path_of(component.graph);
}

void Components::release_for(const std::string& name) {
  std::map<std::string, LoadedGraph> dropped;  // destroyed after the lock
  const std::lock_guard lock(mutex_);
  for (auto item = graphs_.begin(); item != graphs_.end();) {
    const bool other = item->first != name;
    const bool must_go = other && (policy_ == "sequential" || (is_unet(name) && is_unet(item->first)));
    const auto current = item++;
    if (must_go) dropped.insert(graphs_.extract(current));
  }
}

LoadedGraph& Components::use(const std::string& name) {
  const auto component = bundle_.components.find(name);
  if (component == bundle_.components.end()) throw Error(Code::kBadRequest, "the bundle has no component '" + name + "'");
  release_for(name);
  const auto found = graphs_.find(name);
  if (found != graphs_.end()) return found->second;
  const Stopwatch watch;
  const bool on_provider = options_.provider != "cpu" && options_.provider_components.count(name) != 0;
  LoadedGraph loaded = with_buffers(runtime_.load(name, file_of(component->second), on_provider), bundle_);
  if (is_unet(name)) check_unet(loaded, bundle_);
  const std::lock_guard lock(mutex_);
  init_ms_[name] = watch.ms();
  load_ms_ += watch.ms();
  return graphs_[name] = std::move(loaded);
}

bool Components::is_loaded(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return graphs_.find(name) != graphs_.end();
}

void Components::release_all() {
  std::map<std::string, LoadedGraph> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(graphs_);
}

void Components::load_resident() {
  if (policy() == "sequential") return;
  for (const auto& item : bundle_.components)
    if (item.first.find(':') == std::string::npos) use(item.first);
}

void Components::set_policy(const std::string& policy) {
  const std::lock_guard lock(mutex_);
  policy_ = policy;
}

std::string Components::policy() const {
  const std::lock_guard lock(mutex_);
  return policy_;
}

std::vector<std::string> Components::loaded() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& item : graphs_) names.push_back(item.first);
  return names;
}

std::map<std::string, double> Components::init_ms() const {
  const std::lock_guard lock(mutex_);
  return init_ms_;
}

double Components::take_load_ms() {
  const std::lock_guard lock(mutex_);
  const double taken = load_ms_;
  load_ms_ = 0;
  return taken;
}

}  // namespace quad
