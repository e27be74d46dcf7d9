// Puts adapters into a U-Net's slot inputs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapter_cache.h"
#include "bundle.h"
#include "graph.h"

namespace quad {

struct AdapterUse {
  std::string name;
  float strength = 1.0f;
};

struct SwitchReport {
  double ms = 0;
  const char* kind = "none";  // "none", "warm", "cold"
  std::vector<std::shared_ptr<const LoadedAdapter>> adapters;
};

// One adapter is bound as it lies in its mapping, by the addresses of values that were made when it
// was loaded; of several, the used rank columns are copied side by side into memory of their own.
class SlotBinder {
 public:
  explicit SlotBinder(const Bundle& bundle);

  // Makes `uses` the bound adapters of `unet`. Throws Error.
  SwitchReport bind(Graph& unet, const std::vector<AdapterUse>& uses, AdapterCache& cache);
  // Binds other strengths than the adapters' own; for run_graph.
  void set_alpha(const float* values);
  // The graph was released: the same adapters must be bound to its successor.
  void forget_graph() { bound_graph_ = nullptr; }
  // Forgets what is bound, and lets go of it.
  void reset();

 private:
  struct Bound {
    std::string name, sha256;
    bool operator==(const Bound& other) const { return name == other.name && sha256 == other.sha256; }
  };

  // Slot tensors of the binder's own, ready to be bound.
  struct Filled {
    std::vector<Buffer> memory;
    std::vector<Ort::Value> values;
  };

  void find_places(const Graph& unet);
  std::shared_ptr<const Filled> zeros() const;
  std::shared_ptr<const Filled> concatenated(const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters) const;
  void bind_adapters(Graph& unet, const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters) const;
  void fill_alpha(const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters, const std::vector<AdapterUse>& uses);

  const Bundle& bundle_;
  std::shared_ptr<const Filled> zeros_;
  Buffer alpha_;
  std::vector<size_t> places_;  // of the slots among the bound graph's inputs
  std::vector<Bound> bound_;
  std::vector<std::shared_ptr<const LoadedAdapter>> held_;
  const Graph* bound_graph_ = nullptr;
};

}  // namespace quad
