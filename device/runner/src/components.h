// The bundle's graphs, loaded and released by policy, each with fixed input and output buffers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bundle.h"
#include "graph.h"

namespace quad {

// A graph with buffers bound to every input that is not a slot, and to every output. Runs reuse
// them, so nothing is allocated or bound again from call to call.
struct LoadedGraph {
  std::unique_ptr<Graph> graph;
  std::map<std::string, Buffer> inputs, outputs;

  // Copies a tensor of the right dtype and shape into its input's buffer; throws Error(kBadRequest).
  void fill(const Tensor& tensor);
  void fill(const std::string& input, const float* values);
  const Buffer& output(const std::string& name) const;
};

class Components {
 public:
  Components(const Bundle& bundle, Runtime& runtime, const Options& options);

  // Loads the graph unless it is there. Releases the others first under the policy "sequential",
  // other U-Nets under any: a device holds one at a time. Throws Error(kBundle), (kGraph).
  LoadedGraph& use(const std::string& name);
  bool is_loaded(const std::string& name) const;
  void release_all();
  // Loads what the policy keeps loaded.
  void load_resident();
  void set_policy(const std::string& policy);

  std::string policy() const;
  std::vector<std::string> loaded() const;
  std::map<std::string, double> init_ms() const;
  // Milliseconds spent in loading since the last call.
  double take_load_ms();

 private:
  std::string file_of(const Component& component) const;
  void release_for(const std::string& name);

  const Bundle& bundle_;
  Runtime& runtime_;
  const Options& options_;
  mutable std::mutex mutex_;  // guards what other threads read: names, times, policy
  std::string policy_;
  std::map<std::string, LoadedGraph> graphs_;
  std::map<std::string, double> init_ms_;
  double load_ms_ = 0;
};

}  // namespace quad
