#include "adapter_cache.h"

#include <cmath>
#include <string_view>
#include <unordered_map>

#include "error.h"
#include "sha256.h"
#include "stopwatch.h"

namespace quad {
namespace {

Error mismatch(const std::string& name, const std::string& why) {
  return Error(Code::kAdapterMismatch, "adapter '" + name + "': " + why);
}

std::string spelled(const Tensor& tensor) { return std::string(name_of(tensor.dtype)) + text_of(tensor.shape); }

void check_file_identity(const AdapterEntry& entry, const MappedFile& file, bool hash) {
  if (entry.bytes != file.size())
    throw mismatch(entry.name, "has " + std::to_string(file.size()) + " bytes, bundle.json says " +
                                   std::to_string(entry.bytes) + "; deploy it again");
  if (hash && sha256_hex(file.data(), file.size()) != entry.sha256)
    throw mismatch(entry.name, "its SHA-256 is not the one in bundle.json; deploy it again");
}

void read_alpha(const Tensor& tensor, const Bundle& bundle, LoadedAdapter& loaded) {
  const Shape expected = {bundle.alpha_length};
  if (tensor.dtype != Dtype::kFloat32 || tensor.shape != expected)
    throw mismatch(loaded.entry.name, tensor.name + " is " + spelled(tensor) + ", the bundle wants float32" + text_of(expected));
  loaded.alpha.assign(tensor.floats(), tensor.floats() + tensor.elements());
  for (float value : loaded.alpha)
    if (!std::isfinite(value)) throw mismatch(loaded.entry.name, tensor.name + " holds a value that is not finite");
}

}  // namespace

std::shared_ptr<const LoadedAdapter> load_adapter(const Bundle& bundle, const AdapterEntry& entry, bool hash) {
  check_sidecar(bundle, entry);
  auto loaded = std::make_shared<LoadedAdapter>();
  loaded->entry = entry;
  loaded->file = MappedFile::open(bundle.path_of(entry.file), true);
  check_file_identity(entry, *loaded->file, hash);
  auto contents = parse_adapter(loaded->file->data(), loaded->file->size(), "adapter '" + entry.name + "'");
  if (contents.model_version != bundle.model_version())
    throw mismatch(entry.name, "was fitted to another bundle (model version " + std::to_string(contents.model_version) +
                                   ", this bundle's is " + std::to_string(bundle.model_version()) + ")");
  std::unordered_map<std::string_view, Tensor*> given(contents.parameters.size());
  for (auto& parameter : contents.parameters) given[parameter.name] = &parameter;
  loaded->slots.reserve(bundle.slots.size());
  loaded->values.reserve(bundle.slots.size());
  for (const auto& slot : bundle.slots) {
    const auto found = given.find(slot.name);
    if (found == given.end()) throw mismatch(entry.name, "lacks " + slot.name);
    Tensor& tensor = *found->second;
    if (tensor.dtype != slot.dtype || tensor.shape != slot.shape)
      throw mismatch(entry.name, slot.name + " is " + spelled(tensor) + ", the bundle wants " + name_of(slot.dtype) + text_of(slot.shape));
    given.erase(found);
    tensor.owner = loaded->file;
    loaded->values.push_back(value_of(tensor));
    loaded->slots.push_back(std::move(tensor));
  }
  loaded->alpha.assign(static_cast<size_t>(bundle.alpha_length), 1.0f);
  const auto alpha = given.find(bundle.alpha_input);
  if (alpha != given.end()) {
    read_alpha(*alpha->second, bundle, *loaded);
    given.erase(alpha);
  }
  if (!given.empty()) throw mismatch(entry.name, "has " + given.begin()->second->name + ", which the bundle does not know");
  return loaded;
}

AdapterCache::AdapterCache(const Bundle& bundle, uint64_t budget_bytes, bool hash)
    : bundle_(bundle), budget_bytes_(budget_bytes), hash_(hash), catalog_(bundle.adapters) {
  thread_ = std::thread([this] { preload_loop(); });
}

AdapterCache::~AdapterCache() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  thread_.join();
}

AdapterEntry AdapterCache::entry_of(const std::string& name) const {
  const auto found = catalog_.find(name);
  if (found != catalog_.end()) return found->second;
  std::string all;
  for (const auto& item : catalog_) all += (all.empty() ? "" : ", ") + item.first;
  throw Error(Code::kUnknownAdapter, "no adapter '" + name + "' in the bundle; there are: " + (all.empty() ? "none" : all));
}

AdapterCache::Found AdapterCache::get(const std::string& name) {
  const std::lock_guard load_lock(load_mutex_);
  AdapterEntry entry;
  {
    const std::lock_guard lock(mutex_);
    entry = entry_of(name);
    const auto found = cached_.find(name);
    if (found != cached_.end()) {
      ++hits_;
      order_.splice(order_.begin(), order_, found->second.position);
      return {found->second.adapter, false};
    }
  }
  const auto loaded = load_adapter(bundle_, entry, hash_);
  const std::lock_guard lock(mutex_);
  ++misses_;
  order_.push_front(name);
  cached_[name] = {loaded, order_.begin()};
  bytes_ += loaded->file->size();
  trim_locked();
  return {loaded, true};
}

void AdapterCache::preload(const std::string& name, Done done) {
  {
    const std::lock_guard lock(mutex_);
    entry_of(name);
  }
  {
    const std::lock_guard lock(queue_mutex_);
    queue_.emplace_back(name, std::move(done));
  }
  queue_changed_.notify_all();
}

void AdapterCache::preload_loop() {
  for (;;) {
    std::pair<std::string, Done> next;
    {
      std::unique_lock lock(queue_mutex_);
      queue_changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    const Stopwatch watch;
    Found found;
    std::exception_ptr failure;
    try {
      found = get(next.first);
    } catch (...) {  // handed to the one who asked
      failure = std::current_exception();
    }
    next.second(found, watch.ms(), failure);
  }
}

uint64_t AdapterCache::drop_locked(const std::string& name) {
  const auto found = cached_.find(name);
  if (found == cached_.end()) return 0;
  const uint64_t bytes = found->second.adapter->file->size();
  order_.erase(found->second.position);
  cached_.erase(found);
  bytes_ -= bytes;
  return bytes;
}

void AdapterCache::trim_locked() {
  for (auto oldest = order_.rbegin(); bytes_ > budget_bytes_ && oldest != order_.rend();) {
    const std::string name = *oldest;
    ++oldest;
    const bool pinned = cached_.at(name).adapter.use_count() > 1;
    if (pinned) continue;
    drop_locked(name);
    ++evictions_;
    oldest = order_.rbegin();
  }
}

void AdapterCache::trim() {
  const std::lock_guard lock(mutex_);
  trim_locked();
}

uint64_t AdapterCache::evict(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (name != "*") {
    entry_of(name);
    return drop_locked(name);
  }
  uint64_t freed = 0;
  while (!order_.empty()) freed += drop_locked(std::string(order_.front()));
  return freed;
}

AdapterCache::Change AdapterCache::reload() {
  auto fresh = read_adapters(bundle_);
  const std::lock_guard load_lock(load_mutex_);
  const std::lock_guard lock(mutex_);
  Change change;
  for (const auto& [name, entry] : fresh) {
    const auto before = catalog_.find(name);
    if (before == catalog_.end()) change.added.push_back(name);
    else if (before->second.sha256 != entry.sha256 || before->second.version != entry.version || before->second.file != entry.file)
      change.replaced.push_back(name);
  }
  for (const auto& item : catalog_)
    if (fresh.find(item.first) == fresh.end()) change.removed.push_back(item.first);
  for (const auto* names : {&change.replaced, &change.removed})
    for (const auto& name : *names) drop_locked(name);
  catalog_ = std::move(fresh);
  return change;
}

std::vector<AdapterEntry> AdapterCache::catalog() const {
  const std::lock_guard lock(mutex_);
  std::vector<AdapterEntry> entries;
  for (const auto& item : catalog_) entries.push_back(item.second);
  return entries;
}

bool AdapterCache::cached(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return cached_.find(name) != cached_.end();
}

CacheStats AdapterCache::stats() const {
  const std::lock_guard lock(mutex_);
  CacheStats stats{bytes_, budget_bytes_, hits_, misses_, evictions_, {}};
  for (const auto& name : order_) {
    const auto& adapter = cached_.at(name).adapter;
    stats.entries.push_back({name, adapter->file->size(), adapter.use_count() > 1});
  }
  return stats;
}

}  // namespace quad
