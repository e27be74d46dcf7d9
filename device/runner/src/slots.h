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

// One adapter is bound as it lies in its mapping; of several, the used rank columns are copied
// side by side into a scratch of the slots' size.
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

  void bind_zeros(Graph& unet);
  void bind_one(Graph& unet, const LoadedAdapter& adapter);
  void bind_concatenated(Graph& unet, const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters);
  void fill_alpha(const std::vector<std::shared_ptr<const LoadedAdapter>>& adapters, const std::vector<AdapterUse>& uses);

  const Bundle& bundle_;
  Buffer zeros_;  // as large as the largest slot; all slots may share it
  Buffer alpha_;
  std::vector<Buffer> scratch_;
  std::vector<Bound> bound_;
  std::vector<std::shared_ptr<const LoadedAdapter>> held_;
  const Graph* bound_graph_ = nullptr;
};

}  // namespace quad
