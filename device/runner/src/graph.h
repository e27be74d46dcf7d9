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

// The tensor as ONNX Runtime sees it: a view, whose memory the caller keeps.
Ort::Value value_of(const Tensor& tensor);

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
  // The input's place; throws as bind_input does.
  size_t place_of(const std::string& name, Dtype dtype, const Shape& shape) const;
  // Binds ready values to the inputs at `places`, by address: what a switch of adapters costs.
  // `owner` keeps the values and their memory alive; places and dtypes are not checked again.
  void bind_values(const std::vector<size_t>& places, const std::vector<Ort::Value>& values, std::shared_ptr<const void> owner);
  // A buffer of the port's size; the port must exist.
  Buffer make_input(const std::string& name) const;
  Buffer make_output(const std::string& name) const;

  // Throws Error(kBadRequest) when an input is not bound.
  void run(const Ort::RunOptions& options);

 private:
  using Index = std::unordered_map<std::string, size_t>;
  size_t require(const Index& index, const std::string& name) const;

  // A value of the graph's own, with what keeps its memory.
  struct Owned {
    Ort::Value value{nullptr};
    std::shared_ptr<const void> memory;
  };

  std::string name_;
  Ort::Session session_;
  std::vector<Port> inputs_, outputs_;
  Index input_index_, output_index_;
  std::vector<Owned> own_inputs_, own_outputs_;
  // What a run is given. An input is one of own_inputs_, or a value that values_owner_ keeps.
  std::vector<const char*> input_names_, output_names_;
  std::vector<const OrtValue*> feeds_;
  std::vector<OrtValue*> fetches_;
  std::shared_ptr<const void> values_owner_;
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
