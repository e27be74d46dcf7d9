#include "engine.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <thread>

#include "denoise.h"
#include "error.h"
#include "generate_job.h"
#include "stopwatch.h"
#include "version.h"

namespace quad {
namespace {

constexpr int64_t kFaultSliceMs = 5;

Buffer copy_of(const Buffer& buffer) {
  const Tensor view = buffer.view();
  Buffer copy(view.name, view.dtype, view.shape);
  std::memcpy(copy.bytes(), view.data, view.bytes);
  return copy;
}

Tensor renamed(Tensor tensor, const std::string& name) {
  tensor.name = name;
  return tensor;
}

void wait_ms(int64_t ms, const Cancellation& cancellation) {
  const Stopwatch watch;
  while (watch.ms() < static_cast<double>(ms)) {
    cancellation.check();
    std::this_thread::sleep_for(std::chrono::milliseconds(kFaultSliceMs));
  }
}

}  // namespace

void Cancellation::check() const {
  if (cancelled_) throw Error(Code::kCancelled, "cancelled");
}

Engine::Engine(const Options& options)
    : options_(options),
      bundle_(read_bundle(options.bundle, options.variant, options.verify_hashes)),
      runtime_(options_),
      components_(bundle_, runtime_, options_),
      cache_(bundle_, options.adapter_cache_bytes, options.verify_hashes),
      slots_(bundle_) {
  if (!options_.soc.empty() && options_.context.empty())
    options_.context = bundle_.path_of("contexts/" + options_.soc + "/unet_ctx.onnx");
  const Stopwatch watch;
  components_.load_resident();
  init_ms_ = components_.init_ms();
  init_ms_["total"] = watch.ms();
}

Answer Engine::execute(const Message& message, double queue_ms, Cancellation& cancellation, const ProgressFn& progress) {
  cancellation.check();
  components_.take_load_ms();
  if (faults_.out_of_memory.exchange(false)) throw std::bad_alloc();
  if (message.type == "generate") return generate(message, queue_ms, cancellation, progress);
  if (message.type == "run_graph") return run_graph(message, cancellation);
  if (message.type == "load") return load(message);
  if (message.type == "evict") return evict(message);
  if (message.type == "reload_adapters") return reload_adapters();
  throw Error(Code::kBadRequest, "unknown type '" + message.type + "'");
}

Plan Engine::plan_of(const Message& message) {
  const auto inline_plan = message.header.find("plan");
  if (inline_plan != message.header.end() && !inline_plan->is_null())
    return parse_plan(*inline_plan, Code::kBadRequest, "plan");
  const std::string use_case = text_field(message.header, "use_case", "");
  const auto found = bundle_.plans.find(use_case);
  if (found == bundle_.plans.end()) {
    std::string all;
    for (const auto& item : bundle_.plans) all += (all.empty() ? "" : ", ") + item.first;
    throw Error(Code::kBadRequest, "use_case: the bundle has no plan '" + use_case + "'; there are: " + all);
  }
  const std::string path = bundle_.path_of(found->second);
  return parse_plan(parse_object(read_text(path), Code::kBundle, path), Code::kBundle, path);
}

GenerateJob Engine::parse_generate(const Message& message) {
  GenerateJob job(message, plan_of(message));
  job.check(bundle_);
  return job;
}

Buffer Engine::run_once(const std::string& component, const char* input, const Tensor& value, const char* output,
                        Cancellation& cancellation, double& ms) {
  LoadedGraph& loaded = components_.use(component);
  loaded.fill(renamed(value, input));
  cancellation.check();
  const Stopwatch watch;
  loaded.graph->run(cancellation.run_options());
  ms += watch.ms();
  return copy_of(loaded.output(output));
}

Buffer Engine::encode_text(const Message& message, const char* tokens, const char* states, Cancellation& cancellation, double& ms) {
  if (const Tensor* given = message.find(states)) {
    Buffer copy(given->name, given->dtype, given->shape);
    std::memcpy(copy.bytes(), given->data, given->bytes);
    return copy;
  }
  const Tensor* ids = message.find(tokens);
  return run_once("text_encoder", "input_ids", *ids, "encoder_hidden_states", cancellation, ms);
}

Buffer Engine::encode_image(const Message& message, const char* image, const char* latents, Cancellation& cancellation, double& ms) {
  if (const Tensor* given = message.find(latents)) {
    Buffer copy(given->name, given->dtype, given->shape);
    std::memcpy(copy.bytes(), given->data, given->bytes);
    return copy;
  }
  return run_once("vae_encoder", "image", *message.find(image), "latents", cancellation, ms);
}

SwitchReport Engine::switch_to(const GenerateJob& job, Cancellation& cancellation) {
  cancellation.check();
  const bool graph_was_there = components_.is_loaded(job.unet);
  const bool is_resident = components_.policy() == "resident";
  const Stopwatch watch;
  if (!graph_was_there) slots_.forget_graph();
  LoadedGraph& unet = components_.use(job.unet);
  SwitchReport report = slots_.bind(*unet.graph, job.uses, cache_);
  // Under "resident" a U-Net is loaded here only when the request asks for another merged graph.
  if (!graph_was_there && is_resident) {
    report.kind = "cold";
    report.ms = watch.ms();
  }
  if (std::strcmp(report.kind, "cold") == 0) ++cold_switches_;
  if (std::strcmp(report.kind, "warm") == 0) ++warm_switches_;
  return report;
}

void Engine::apply_faults(const Cancellation& cancellation) {
  wait_ms(faults_.stall_ms.exchange(0), cancellation);
  wait_ms(faults_.slow_step_ms, cancellation);
}

std::vector<float> Engine::run_loop(const GenerateJob& job, Cancellation& cancellation, const ProgressFn& progress,
                                    std::vector<double>& unet_ms) {
  LoadedGraph& unet = components_.use(job.unet);
  DenoiseInput input;
  input.plane = static_cast<size_t>(bundle_.geometry.latent_height * bundle_.geometry.latent_width);
  input.latent_channels = static_cast<size_t>(bundle_.geometry.latent_channels);
  const auto floats = [](const Tensor* tensor) { return tensor == nullptr ? nullptr : tensor->floats(); };
  input.noise = floats(job.message.find("noise"));
  input.mask = floats(job.message.find("mask"));
  input.init_latents = job.init_latents.empty() ? nullptr : job.init_latents.floats();
  input.masked_latents = job.masked_latents.empty() ? nullptr : job.masked_latents.floats();

  const Tensor conditional = renamed(job.states.view(), "encoder_hidden_states");
  const Tensor unconditional = renamed(job.uncond_states.view(), "encoder_hidden_states");
  float* const timestep_input = unet.inputs.at("timestep").floats();
  std::optional<bool> bound;
  UnetPort port;
  port.sample = unet.inputs.at("sample").floats();
  port.output = unet.output("model_output").floats();
  port.call = [&](float timestep, bool with_prompt) {
    cancellation.check();
    apply_faults(cancellation);
    if (bound != with_prompt) unet.graph->bind_input(with_prompt ? conditional : unconditional);
    bound = with_prompt;
    *timestep_input = timestep;
    const Stopwatch watch;
    unet.graph->run(cancellation.run_options());
    unet_ms.push_back(watch.ms());
  };
  const size_t total = job.plan.steps.size();
  // The request's text states must not stay bound to the graph after the request.
  struct Restore {
    LoadedGraph& unet;
    ~Restore() { unet.graph->bind_input(unet.inputs.at("encoder_hidden_states").view()); }
  } const restore{unet};
  return denoise(job.plan, input, port, [&](size_t done) { progress(done, total); });
}

Answer Engine::generate(const Message& message, double queue_ms, Cancellation& cancellation, const ProgressFn& progress) {
  const Stopwatch end_to_end;
  GenerateJob job = parse_generate(message);
  double text_ms = 0, encoder_ms = 0, decoder_ms = 0;
  job.states = encode_text(message, "input_ids", "encoder_hidden_states", cancellation, text_ms);
  if (job.plan.needs_guidance())
    job.uncond_states = encode_text(message, "uncond_input_ids", "uncond_encoder_hidden_states", cancellation, text_ms);
  if (job.plan.needs_init_latents() || job.wants("init_latents"))
    job.init_latents = encode_image(message, "image", "init_latents", cancellation, encoder_ms);
  if (job.plan.needs_masked_latents() || job.wants("masked_latents"))
    job.masked_latents = encode_image(message, "masked_image", "masked_latents", cancellation, encoder_ms);

  Json phases = {{"encoders", to_json(read_status_memory())}};

  const SwitchReport switched = switch_to(job, cancellation);
  std::vector<double> unet_ms;
  const Stopwatch loop;
  const std::vector<float> x = run_loop(job, cancellation, progress, unet_ms);
  const double denoise_ms = loop.ms();
  phases["denoise"] = to_json(read_status_memory());

  Answer answer;
  Buffer latents("latents", Dtype::kFloat32, bundle_.geometry.latents());
  std::copy(x.begin(), x.end(), latents.floats());
  if (job.wants("image")) {
    const Buffer image = run_once("vae_decoder", "latents", latents.view(), "image", cancellation, decoder_ms);
    answer.tensors.push_back(renamed(image.view(), "image"));
  }
  const double total_ms = end_to_end.ms();
  phases["vae_decoder"] = to_json(read_status_memory());
  if (job.wants("latents")) answer.tensors.push_back(latents.view());
  if (job.wants("init_latents")) answer.tensors.push_back(renamed(job.init_latents.view(), "init_latents"));
  if (job.wants("masked_latents")) answer.tensors.push_back(renamed(job.masked_latents.view(), "masked_latents"));
  if (job.wants("encoder_hidden_states")) answer.tensors.push_back(renamed(job.states.view(), "encoder_hidden_states"));

  double in_unet_ms = 0;
  for (double ms : unet_ms) in_unet_ms += ms;
  Json adapters = Json::array();
  for (size_t i = 0; i < switched.adapters.size(); ++i) {
    const AdapterEntry& entry = switched.adapters[i]->entry;
    adapters.push_back({{"name", entry.name},
                        {"strength", job.uses[i].strength},
                        {"sha256", entry.sha256},
                        {"version", entry.version}});
  }
  answer.header = {
      {"type", "result"},
      {"use_case", job.plan.use_case},
      {"seed", job.seed},
      {"provider", runtime_.provider_name()},
      {"variant", options_.variant},
      {"label", label()},
      {"unet", job.unet},
      {"graph_sha256", bundle_.components.at(job.unet).sha256},
      {"adapters", adapters},
      {"timing_ms",
       {{"text_encoder_ms", text_ms}, {"vae_encoder_ms", encoder_ms}, {"unet_step_ms", unet_ms}, {"vae_decoder_ms", decoder_ms},
        {"denoise_ms", denoise_ms}, {"loop_overhead_ms", denoise_ms - in_unet_ms}, {"end_to_end_ms", total_ms},
        {"switch_ms", switched.ms}, {"switch_kind", switched.kind}, {"queue_ms", queue_ms}, {"load_ms", components_.take_load_ms()}}},
      {"memory", memory_after_generate()},
  };
  answer.header["memory"]["phases"] = std::move(phases);
  return answer;
}

Answer Engine::run_graph(const Message& message, Cancellation& cancellation) {
  const std::string name = text_field(message.header, "component", "");
  const std::string adapter = text_field(message.header, "adapter", "");
  if (!components_.is_loaded(name)) slots_.forget_graph();
  LoadedGraph& loaded = components_.use(name);
  Graph& graph = *loaded.graph;
  std::set<std::string> missing;
  for (const auto& item : loaded.inputs) missing.insert(item.first);
  const bool slotted = !bundle_.slots.empty() && graph.has_input(bundle_.slots.front().name);
  if (slotted) slots_.bind(graph, adapter.empty() ? std::vector<AdapterUse>{} : std::vector<AdapterUse>{{adapter, 1.0f}}, cache_);
  else if (!adapter.empty()) throw Error(Code::kBadRequest, name + " has no slots for an adapter");
  struct Forget {  // slots that the request bound itself are bound anew by the next request
    SlotBinder& slots;
    bool needed;
    ~Forget() {
      if (needed) slots.reset();
    }
  } forget{slots_, false};
  for (const auto& tensor : message.tensors) {
    if (missing.erase(tensor.name) != 0) {
      loaded.fill(tensor);
      continue;
    }
    forget.needed = true;
    graph.bind_input(tensor);
  }
  if (!missing.empty()) throw Error(Code::kBadRequest, name + ": input '" + *missing.begin() + "' is missing");
  const Stopwatch watch;
  const CpuStopwatch cpu;
  graph.run(cancellation.run_options());
  const Json timing = {{"run_ms", watch.ms()}, {"cpu_ms", cpu.ms()}};
  Answer answer;
  answer.header = {{"type", "result"}, {"component", name}, {"provider", runtime_.provider_name()}, {"timing_ms", timing}};
  for (const auto& item : loaded.outputs) answer.tensors.push_back(copy_of(item.second).view());
  return answer;
}

Answer Engine::load(const Message& message) {
  const std::string policy = text_field(message.header, "policy", components_.policy());
  if (policy != "resident" && policy != "sequential") throw Error(Code::kBadRequest, "policy: must be resident or sequential");
  components_.set_policy(policy);
  const auto names = message.header.find("components");
  slots_.reset();
  if (names != message.header.end() && names->is_array()) {
    for (const auto& name : *names) {
      if (!name.is_string()) throw Error(Code::kBadRequest, "components: must be a list of names");
      components_.use(name.get<std::string>());
    }
  } else if (policy == "sequential") {
    components_.release_all();
  } else {
    components_.load_resident();
  }
  return {{{"type", "ok"}, {"init_ms", components_.init_ms()}, {"loaded", components_.loaded()}}, {}};
}

Answer Engine::evict(const Message& message) {
  const std::string name = text_field(message.header, "adapter", "");
  if (name.empty()) throw Error(Code::kBadRequest, "adapter: missing");
  // What is bound is held by the U-Net's inputs; let go of it, so that its memory is really freed.
  slots_.reset();
  if (components_.is_loaded("unet")) {
    LoadedGraph& unet = components_.use("unet");
    if (!bundle_.slots.empty() && unet.graph->has_input(bundle_.slots.front().name)) slots_.bind(*unet.graph, {}, cache_);
  }
  return {{{"type", "ok"}, {"freed_bytes", cache_.evict(name)}}, {}};
}

Answer Engine::reload_adapters() {
  const auto change = cache_.reload();
  return {{{"type", "ok"}, {"added", change.added}, {"replaced", change.replaced}, {"removed", change.removed}}, {}};
}

Json Engine::memory_after_generate() {
  const MemoryInfo memory = read_memory();
  Json json = to_json(memory);
  json["retained_kb"] = nullptr;
  if (memory.vm_rss_kb && last_rss_kb_) json["retained_kb"] = *memory.vm_rss_kb - *last_rss_kb_;
  last_rss_kb_ = memory.vm_rss_kb;
  return json;
}

std::string Engine::label() const {
  const std::string provider = runtime_.provider_name();
  if (provider == "htp-emulator") return "HTP emulator";
  if (provider == "htp") return "HTP";
  if (provider != "cpu") return provider;
  const auto unet = bundle_.components.find("unet");
  if (unet != bundle_.components.end() && unet->second.precision == "float32") return "CPU (FP32)";
  if (options_.variant == "exact") return "CPU (NPU-exact)";
  return options_.variant == "fast" ? "CPU (fast)" : "CPU (QDQ)";
}

Json Engine::describe() const {
  Json graphs = Json::object();
  for (const auto& [name, component] : bundle_.components)
    graphs[name] = {{"sha256", component.sha256},
                    {"precision", component.precision},
                    {"loaded", components_.is_loaded(name)}};
  Json adapters = Json::array();
  for (const auto& entry : cache_.catalog())
    adapters.push_back({{"name", entry.name},
                        {"rank", entry.rank},
                        {"sha256", entry.sha256},
                        {"version", entry.version},
                        {"cached", cache_.cached(entry.name)}});
  Json use_cases = Json::array();
  for (const auto& item : bundle_.plans) use_cases.push_back(item.first);
  return {
      {"version", kVersion},
      {"ort_version", Ort::GetVersionString()},
      {"provider", runtime_.provider_name()},
      {"providers_available", runtime_.available_providers()},
      {"variant", options_.variant},
      {"label", label()},
      {"threads", runtime_.threads()},
      {"policy", components_.policy()},
      {"bundle", {{"name", bundle_.name}, {"fingerprint", bundle_.fingerprint}}},
      {"graphs", graphs},
      {"context", options_.context.empty() ? Json(nullptr) : Json(options_.context)},
      {"geometry", bundle_.geometry_json},
      {"rank", bundle_.geometry.rank},
      {"adapters", adapters},
      {"use_cases", use_cases},
      {"init_ms", init_ms_},
      {"memory", to_json(read_memory())},
  };
}

Json Engine::stats() const {
  const CacheStats cache = cache_.stats();
  Json entries = Json::array();
  for (const auto& entry : cache.entries)
    entries.push_back({{"name", entry.name}, {"bytes", entry.bytes}, {"pinned", entry.pinned}});
  return {
      {"memory", to_json(read_memory())},
      {"cache",
       {{"bytes", cache.bytes},
        {"budget_bytes", cache.budget_bytes},
        {"entries", entries},
        {"hits", cache.hits},
        {"misses", cache.misses},
        {"evictions", cache.evictions}}},
      {"switches", {{"cold", cold_switches_.load()}, {"warm", warm_switches_.load()}}},
      {"loaded", components_.loaded()},
      {"open_files", to_json(count_open_files())},
  };
}

}  // namespace quad
