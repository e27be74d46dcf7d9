// ONNX Runtime: the environment shared by all graphs, and one graph with its bound tensors.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "options.h"
#include "tensor.h"

namespace quad {

struct Port {
  std::string name;
  Dtype dtype = Dtype::kFloat32;
  Shape shape;
};

// Runs a call into ONNX Runtime, turning its exceptions into Error(kGraph), (kCancelled) or
// (kOutOfMemory) with `what` in front.
[[noreturn]] void rethrow_ort(const std::string& what, const std::string& message);

// A loaded graph. Inputs and outputs are bound to memory that stays where it is, so that a run
// copies nothing; what is bound is kept alive.
class Graph {
 public:
  Graph(Ort::Session session, std::string name);

  const std::string& name() const { return name_; }
  const std::vector<Port>& inputs() const { return inputs_; }
  const std::vector<Port>& outputs() const { return outputs_; }
  bool has_input(const std::string& name) const { return input_index_.find(name) != input_index_.end(); }

  // Throws Error(kBadRequest) when the graph has no such port or dtype or shape differ.
  void bind_input(const Tensor& tensor);
  void bind_output(const std::string& name, const Buffer& buffer);
  // A buffer of the port's size; the port must exist.
  Buffer make_input(const std::string& name) const;
  Buffer make_output(const std::string& name) const;

  void run(const Ort::RunOptions& options);

 private:
  using Index = std::unordered_map<std::string, size_t>;
  // A switch binds hundreds of slots: names are looked up, not searched for.
  size_t require(const Index& index, const std::string& name) const;

  std::string name_;
  Ort::Session session_;
  Ort::IoBinding binding_;
  std::vector<Port> inputs_, outputs_;
  Index input_index_, output_index_;
  std::vector<std::shared_ptr<const void>> input_owners_, output_owners_;
};

class Runtime {
 public:
  // Registers the provider; throws UsageError when the library does not have it.
  explicit Runtime(const Options& options);

  // `file` is the ONNX file; `on_provider` false keeps the graph on the CPU.
  std::unique_ptr<Graph> load(const std::string& name, const std::string& file, bool on_provider);

  std::vector<std::string> available_providers() const;
  int threads() const { return threads_; }
  // What the U-Net runs on, for results: "cpu", "htp-emulator", "htp", "xnnpack", "nnapi".
  std::string provider_name() const;

 private:
  Ort::SessionOptions session_options(bool on_provider);
  void append_provider(Ort::SessionOptions& session_options);
  void require_provider(const std::string& ort_name) const;

  Options options_;
  int threads_;
  Ort::Env env_;
  Ort::CustomOpDomain custom_ops_;
};

}  // namespace quad
