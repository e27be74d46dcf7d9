// Does the work of requests, one at a time. Knows no socket.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapter_cache.h"
#include "bundle.h"
#include "components.h"
#include "graph.h"
#include "memory_info.h"
#include "message.h"
#include "plan.h"
#include "slots.h"

namespace quad {

// Stops one request; set from any thread.
class Cancellation {
 public:
  void cancel() {
    cancelled_ = true;
    run_options_.SetTerminate();
  }
  bool is_set() const { return cancelled_; }
  // Throws Error(kCancelled).
  void check() const;
  const Ort::RunOptions& run_options() const { return run_options_; }

 private:
  std::atomic<bool> cancelled_{false};
  Ort::RunOptions run_options_;
};

struct Answer {
  Json header;
  std::vector<Tensor> tensors;
};

using ProgressFn = std::function<void(size_t step, size_t total)>;

// Faults that tests ask for.
struct Faults {
  std::atomic<int64_t> stall_ms{0};      // once, before the next U-Net call
  std::atomic<int64_t> slow_step_ms{0};  // before each U-Net call
  std::atomic<bool> out_of_memory{false};
};

struct GenerateJob;

class Engine {
 public:
  // Reads the bundle and loads what the policy keeps. Throws Error, UsageError.
  explicit Engine(const Options& options);

  // One request of the queue: generate, run_graph, load, evict, reload_adapters.
  Answer execute(const Message& message, double queue_ms, Cancellation& cancellation, const ProgressFn& progress);

  // Safe from any thread, also while a request runs.
  Json describe() const;
  Json stats() const;
  AdapterCache& adapters() { return cache_; }
  Faults& faults() { return faults_; }

 private:
  Answer generate(const Message& message, double queue_ms, Cancellation& cancellation, const ProgressFn& progress);
  Answer run_graph(const Message& message, Cancellation& cancellation);
  Answer load(const Message& message);
  Answer evict(const Message& message);
  Answer reload_adapters();

  GenerateJob parse_generate(const Message& message);
  Plan plan_of(const Message& message);
  // Runs a graph with one input and returns a copy of its output.
  Buffer run_once(const std::string& component, const char* input, const Tensor& value, const char* output,
                  Cancellation& cancellation, double& ms);
  Buffer encode_text(const Message& message, const char* tokens, const char* states, Cancellation& cancellation, double& ms);
  Buffer encode_image(const Message& message, const char* image, const char* latents, Cancellation& cancellation, double& ms);
  SwitchReport switch_to(const GenerateJob& job, Cancellation& cancellation);
  std::vector<float> run_loop(const GenerateJob& job, Cancellation& cancellation, const ProgressFn& progress, std::vector<double>& unet_ms);
  void apply_faults(const Cancellation& cancellation);
  Json memory_after_generate();
  std::string label() const;

  Options options_;
  Bundle bundle_;
  Runtime runtime_;
  Components components_;
  AdapterCache cache_;
  SlotBinder slots_;
  Faults faults_;
  std::map<std::string, double> init_ms_;
  std::optional<int64_t> last_rss_kb_;
  std::atomic<int64_t> cold_switches_{0}, warm_switches_{0};
};

}  // namespace quad
