#include "graph.h"

#include <algorithm>
#include <thread>
#include <unordered_map>

#ifdef __ANDROID__
#include <nnapi_provider_factory.h>
#endif

#include "custom_ops.h"
#include "error.h"

namespace quad {
namespace {

constexpr const char* kQnn = "QNNExecutionProvider";
constexpr const char* kXnnpack = "XnnpackExecutionProvider";
constexpr const char* kNnapi = "NnapiExecutionProvider";
constexpr int kArenaSameAsRequested = 1;

const Ort::MemoryInfo& cpu_memory() {
  static const Ort::MemoryInfo info = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  return info;
}

Port port_of(std::string name, const Ort::TypeInfo& type, const std::string& graph) {
  const auto info = type.GetTensorTypeAndShapeInfo();
  Port port{std::move(name), static_cast<Dtype>(info.GetElementType()), info.GetShape()};
  if (size_of(port.dtype) == 0) throw Error(Code::kGraph, graph + ": " + port.name + " has an element type that is not carried");
  for (int64_t dimension : port.shape)
    if (dimension < 0) throw Error(Code::kGraph, graph + ": " + port.name + " has a dynamic shape; export it with fixed shapes");
  return port;
}

Ort::Env make_env(const Options& options, int threads) {
  Ort::ThreadingOptions threading;
  threading.SetGlobalIntraOpNumThreads(threads);
  threading.SetGlobalInterOpNumThreads(1);
  return Ort::Env(threading, static_cast<OrtLoggingLevel>(options.log_level), "quad_runner");
}

int thread_count(const Options& options) {
  if (options.threads > 0) return options.threads;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace

Ort::Value value_of(const Tensor& tensor) {
  // ONNX Runtime takes inputs as writable memory but does not write to them.
  return Ort::Value::CreateTensor(cpu_memory(), const_cast<uint8_t*>(tensor.data), tensor.bytes,
                                  tensor.shape.data(), tensor.shape.size(),
                                  static_cast<ONNXTensorElementDataType>(tensor.dtype));
}

void rethrow_ort(const std::string& what, const std::string& message) {
  if (message.find("terminate flag") != std::string::npos) throw Error(Code::kCancelled, what + ": cancelled");
  const bool memory = message.find("bad_alloc") != std::string::npos ||
                      message.find("Failed to allocate memory") != std::string::npos;
  std::string line = message;
  std::replace(line.begin(), line.end(), '\n', ' ');
  throw Error(memory ? Code::kOutOfMemory : Code::kGraph, what + ": " + line);
}

Graph::Graph(Ort::Session session, std::string name) : name_(std::move(name)), session_(std::move(session)) {
  Ort::AllocatorWithDefaultOptions allocator;
  for (size_t i = 0; i < session_.GetInputCount(); ++i)
    inputs_.push_back(port_of(session_.GetInputNameAllocated(i, allocator).get(), session_.GetInputTypeInfo(i), name_));
  for (size_t i = 0; i < session_.GetOutputCount(); ++i)
    outputs_.push_back(port_of(session_.GetOutputNameAllocated(i, allocator).get(), session_.GetOutputTypeInfo(i), name_));
  for (size_t i = 0; i < inputs_.size(); ++i) {
    input_index_[inputs_[i].name] = i;
    input_names_.push_back(inputs_[i].name.c_str());
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    output_index_[outputs_[i].name] = i;
    output_names_.push_back(outputs_[i].name.c_str());
  }
  own_inputs_.resize(inputs_.size());
  own_outputs_.resize(outputs_.size());
  feeds_.resize(inputs_.size());
  fetches_.resize(outputs_.size());
}

size_t Graph::require(const Index& index, const std::string& name) const {
  const auto found = index.find(name);
  if (found == index.end()) throw Error(Code::kBadRequest, name_ + " has no input or output '" + name + "'");
  return found->second;
}

size_t Graph::place_of(const std::string& name, Dtype dtype, const Shape& shape) const {
  const size_t place = require(input_index_, name);
  const Port& port = inputs_[place];
  if (port.dtype != dtype || port.shape != shape)
    throw Error(Code::kBadRequest, name_ + ": " + name + " must be " + name_of(port.dtype) + text_of(port.shape) + ", is " +
                                       name_of(dtype) + text_of(shape));
  return place;
}

void Graph::bind_input(const Tensor& tensor) {
  const size_t place = place_of(tensor.name, tensor.dtype, tensor.shape);
  try {
    own_inputs_[place] = {value_of(tensor), tensor.owner};
  } catch (const Ort::Exception& error) {
    rethrow_ort(name_ + ": " + tensor.name, error.what());
  }
  feeds_[place] = own_inputs_[place].value;
}

void Graph::bind_values(const std::vector<size_t>& places, const std::vector<Ort::Value>& values, std::shared_ptr<const void> owner) {
  for (size_t i = 0; i < places.size(); ++i) {
    Owned& own = own_inputs_[places[i]];
    if (own.value) own = {};  // a request's own tensor stood here
    feeds_[places[i]] = values[i];
  }
  values_owner_ = std::move(owner);
}

void Graph::bind_output(const std::string& name, const Buffer& buffer) {
  const size_t place = require(output_index_, name);
  const Port& port = outputs_[place];
  const Tensor view = buffer.view();
  if (port.dtype != view.dtype || port.shape != view.shape)
    throw Error(Code::kGraph, name_ + ": " + name + " is " + name_of(port.dtype) + text_of(port.shape) + ", expected " +
                                  name_of(view.dtype) + text_of(view.shape));
  try {
    own_outputs_[place] = {value_of(view), view.owner};
  } catch (const Ort::Exception& error) {
    rethrow_ort(name_ + ": " + name, error.what());
  }
  fetches_[place] = own_outputs_[place].value;
}

Buffer Graph::make_input(const std::string& name) const {
  const Port& port = inputs_[require(input_index_, name)];
  return Buffer(name, port.dtype, port.shape);
}

Buffer Graph::make_output(const std::string& name) const {
  const Port& port = outputs_[require(output_index_, name)];
  return Buffer(name, port.dtype, port.shape);
}

void Graph::run(const Ort::RunOptions& options) {
  for (size_t i = 0; i < feeds_.size(); ++i)
    if (feeds_[i] == nullptr) throw Error(Code::kBadRequest, name_ + ": input '" + inputs_[i].name + "' is missing");
  try {
    Ort::ThrowOnError(Ort::GetApi().Run(session_, options, input_names_.data(), feeds_.data(), feeds_.size(),
                                        output_names_.data(), output_names_.size(), fetches_.data()));
  } catch (const Ort::Exception& error) {
    rethrow_ort(name_, error.what());
  }
}

Runtime::Runtime(const Options& options)
    : options_(options),
      threads_(thread_count(options)),
      env_(make_env(options, threads_)),
      custom_ops_(make_custom_op_domain()) {
  // One arena for all graphs: what one call frees, the next graph's call takes.
  const Ort::ArenaCfg arena(0, kArenaSameAsRequested, -1, -1);
  env_.CreateAndRegisterAllocator(cpu_memory(), arena);
  if (options_.provider == "xnnpack") require_provider(kXnnpack);
  if (options_.provider == "nnapi") require_provider(kNnapi);
  if (options_.provider == "qnn") {
    try {
      env_.RegisterExecutionProviderLibrary(kQnn, options_.qnn_library);
    } catch (const Ort::Exception& error) {
      throw UsageError("--qnn-library " + options_.qnn_library + ": " + error.what());
    }
  }
}

std::vector<std::string> Runtime::available_providers() const {
  std::vector<std::string> words;
  for (const auto& name : Ort::GetAvailableProviders()) {
    if (name == "CPUExecutionProvider") words.emplace_back("cpu");
    if (name == kXnnpack) words.emplace_back("xnnpack");
    if (name == kNnapi) words.emplace_back("nnapi");
  }
  if (options_.provider == "qnn") words.emplace_back("qnn");
  return words;
}

void Runtime::require_provider(const std::string& ort_name) const {
  const auto there = Ort::GetAvailableProviders();
  if (std::find(there.begin(), there.end(), ort_name) != there.end()) return;
  std::string list;
  for (const auto& name : there) list += (list.empty() ? "" : ", ") + name;
  throw UsageError("--provider " + options_.provider + ": this ONNX Runtime " + Ort::GetVersionString() +
                   " has no " + ort_name + "; it has " + list);
}

std::string Runtime::provider_name() const {
  if (options_.provider != "qnn") return options_.provider;
  if (options_.qnn_backend.find("Htp") == std::string::npos && !options_.qnn_backend.empty()) return "qnn";
#if defined(__x86_64__) && !defined(_WIN32)
  return "htp-emulator";
#else
  return "htp";
#endif
}

void Runtime::append_provider(Ort::SessionOptions& session_options) {
  std::unordered_map<std::string, std::string> given(options_.provider_options.begin(), options_.provider_options.end());
  if (options_.provider == "xnnpack") {
    given.emplace("intra_op_num_threads", std::to_string(threads_));
    session_options.AppendExecutionProvider("XNNPACK", given);
  } else if (options_.provider == "nnapi") {
#ifdef __ANDROID__
    Ort::ThrowOnError(OrtSessionOptionsAppendExecutionProvider_Nnapi(session_options, 0));
#endif
  } else if (options_.provider == "qnn") {
    std::vector<Ort::ConstEpDevice> devices;
    for (const auto& device : env_.GetEpDevices())
      if (std::string(device.EpName()) == kQnn) devices.push_back(device);
    if (devices.empty()) throw UsageError("--provider qnn: the provider library offers no device here");
    if (!options_.qnn_backend.empty()) given.emplace("backend_path", options_.qnn_backend);
    given.emplace("offload_graph_io_quantization", "0");
    session_options.AddConfigEntry("session.disable_cpu_ep_fallback", "1");
    session_options.AppendExecutionProvider_V2(env_, devices, given);
  }
}

Ort::SessionOptions Runtime::session_options(bool on_provider) {
  Ort::SessionOptions session_options;
  session_options.DisablePerSessionThreads();
  session_options.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
  session_options.AddConfigEntry("session.use_env_allocators", "1");
  // A memory pattern takes one more block of all activations' size beside what the first run left
  // in the arena, and saves no time: the arena's chunks fit every run, as all shapes are fixed.
  session_options.DisableMemPattern();
  session_options.Add(custom_ops_);
  // The variants' only DequantizeLinear nodes stand at INT8 weights: fold them once, at load.
  if (options_.variant != "qdq") session_options.AddConfigEntry("session.disable_quant_qdq", "1");
  if (on_provider) append_provider(session_options);
  return session_options;
}

std::unique_ptr<Graph> Runtime::load(const std::string& name, const std::string& file, bool on_provider) {
  try {
    return std::make_unique<Graph>(Ort::Session(env_, file.c_str(), session_options(on_provider)), name);
  } catch (const Ort::Exception& error) {
    rethrow_ort(name + ": " + file, error.what());
  }
}

}  // namespace quad
