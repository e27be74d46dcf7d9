#include "slots.h"

#include <algorithm>
#include <cstring>

#include "error.h"
#include "stopwatch.h"

namespace quad {
namespace {

// A view of `memory` that looks like the slot.
Tensor slot_view(const Slot& slot, const Buffer& memory) {
  Tensor tensor = memory.view();
  tensor.name = slot.name;
  tensor.dtype = slot.dtype;
  tensor.shape = slot.shape;
  tensor.bytes = slot.bytes;
  return tensor;
}

bool all_zero(const uint8_t* data, size_t bytes) {
  return bytes == 0 || (data[0] == 0 && std::memcmp(data, data + 1, bytes - 1) == 0);
}

// Copies rank columns [0, rank) of `source` to [first, first + rank) of `target`. lora_A is
// [in, r]: columns; lora_B is [r, out]: rows. What lies beyond the rank must be zero, or the
// adapter's rank is not what it says.
void copy_ranks(const Slot& slot, const Tensor& source, uint8_t* target, int64_t first, int64_t rank, const std::string& adapter) {
  const size_t element = size_of(slot.dtype);
  const auto rows = static_cast<size_t>(slot.shape[0]), columns = static_cast<size_t>(slot.shape[1]);
  const auto start = static_cast<size_t>(first), count = static_cast<size_t>(rank);
  const size_t row_bytes = columns * element;
  bool clean = true;
  if (slot.is_a) {
    for (size_t row = 0; row < rows; ++row) {
      const uint8_t* from = source.data + row * row_bytes;
      std::memcpy(target + row * row_bytes + start * element, from, count * element);
      clean = clean && all_zero(from + count * element, row_bytes - count * element);
    }
  } else {
    std::memcpy(target + start * row_bytes, source.data, count * row_bytes);
    clean = all_zero(source.data + count * row_bytes, (rows - count) * row_bytes);
  }
  if (!clean)
    throw Error(Code::kAdapterMismatch, "adapter '" + adapter + "': " + slot.name + " uses more than its rank of " + std::to_string(rank));
}

}  // namespace

SlotBinder::SlotBinder(const Bundle& bundle) : bundle_(bundle), zeros_(zeros()) {
  if (bundle.alpha_length > 0) alpha_ = Buffer(bundle.alpha_input, Dtype::kFloat32, {bundle.alpha_length});
}

void SlotBinder::reset() {
  bound_graph_ = nullptr;
  bound_.clear();
  held_.clear();
}

void SlotBinder::set_alpha(const float* values) {
  std::copy(values, values + alpha_.elements(), alpha_.floats());
}

void SlotBinder::find_places(const Graph& unet) {
  places_.clear();
  for (const auto& slot : bundle_.slots) places_.push_back(unet.place_of(slot.name, slot.dtype, slot.shape));
}

std::shared_ptr<const SlotBinder::Filled> SlotBinder::zeros() const {
  uint64_t largest = 8;
  for (const auto& slot : bundle_.slots) largest = std::max(largest, slot.bytes);
  auto filled = std::make_shared<Filled>();
  filled->memory.emplace_back("zeros", Dtype::kUint8, Shape{static_cast<int64_t>(largest)});  // shared by all
  for (const auto& slot : bundle_.slots) filled->values.push_back(value_of(slot_view(slot, filled->memory.front())));
  return filled;
}

// Fresh memory: an adapter set that was bound before must not change under a graph.
std::shared_ptr<const SlotBinder::Filled> SlotBinder::concatenated(const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters) const {
  int64_t total = 0;
  for (const auto& adapter : adapters) total += adapter->entry.rank;
  if (total > bundle_.geometry.rank)
    throw Error(Code::kBadRequest, "adapters: their ranks add up to " + std::to_string(total) + ", the bundle has " +
                                       std::to_string(bundle_.geometry.rank));
  auto filled = std::make_shared<Filled>();
  for (size_t i = 0; i < bundle_.slots.size(); ++i) {
    const Slot& slot = bundle_.slots[i];
    Buffer buffer(slot.name, slot.dtype, slot.shape);
    int64_t first = 0;
    for (const auto& adapter : adapters) {
      copy_ranks(slot, adapter->slots[i], buffer.bytes(), first, adapter->entry.rank, adapter->entry.name);
      first += adapter->entry.rank;
    }
    filled->values.push_back(value_of(buffer.view()));
    filled->memory.push_back(std::move(buffer));
  }
  return filled;
}

void SlotBinder::bind_adapters(Graph& unet, const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters) const {
  if (adapters.size() == 1) return unet.bind_values(places_, adapters[0]->values, adapters[0]);
  const auto filled = adapters.empty() ? zeros_ : concatenated(adapters);
  unet.bind_values(places_, filled->values, filled);
}

void SlotBinder::fill_alpha(const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters, const std::vector<AdapterUse>& uses) {
  float* alpha = alpha_.floats();
  const size_t length = alpha_.elements();
  if (adapters.size() <= 1) {
    for (size_t i = 0; i < length; ++i) alpha[i] = adapters.empty() ? 1.0f : uses[0].strength * adapters[0]->alpha[i];
    return;
  }
  std::fill(alpha, alpha + length, 0.0f);
  size_t first = 0;
  for (size_t k = 0; k < adapters.size(); ++k)
    for (size_t i = 0; i < static_cast<size_t>(adapters[k]->entry.rank); ++i)
      alpha[first++] = uses[k].strength * adapters[k]->alpha[i];
}

SwitchReport SlotBinder::bind(Graph& unet, const std::vector<AdapterUse>& uses, AdapterCache& cache) {
  const Stopwatch watch;
  SwitchReport report;
  const bool slotless = bundle_.slots.empty() || !unet.has_input(bundle_.slots.front().name);
  if (slotless && !uses.empty())
    throw Error(Code::kBadRequest, unet.name() + " has no slots: its adapter is merged into it, ask without adapters");
  std::vector<Bound> wanted;
  bool cold = false;
  for (const auto& use : uses) {
    auto found = cache.get(use.name);
    cold = cold || found.cold;
    wanted.push_back({use.name, found.adapter->entry.sha256});
    report.adapters.push_back(std::move(found.adapter));
  }
  if (slotless) {
    bound_graph_ = &unet;
    return report;
  }
  const bool fresh_graph = bound_graph_ != &unet;
  if (fresh_graph) find_places(unet);
  if (fresh_graph && unet.has_input(bundle_.alpha_input)) unet.bind_input(alpha_.view());
  if (fresh_graph || cold || wanted != bound_) {
    bound_graph_ = nullptr;  // until it has been done
    bind_adapters(unet, report.adapters);
    report.kind = cold ? "cold" : fresh_graph && wanted == bound_ ? "none" : "warm";
    bound_ = std::move(wanted);
    bound_graph_ = &unet;
  }
  fill_alpha(report.adapters, uses);
  held_ = report.adapters;
  cache.trim();
  report.ms = watch.ms();
  return report;
}

}  // namespace quad
