// Adapters in memory: mapped, checked, least recently used out first, loaded ahead by a thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapter_file.h"
#include "bundle.h"
#include "graph.h"

namespace quad {

// An adapter that fits the bundle. Its tensors are views of the mapping.
struct LoadedAdapter {
  AdapterEntry entry;
  std::shared_ptr<const MappedFile> file;
  std::vector<Tensor> slots;  // in the order of Bundle::slots
  std::vector<Ort::Value> values;  // the slots, ready to be bound
  std::vector<float> alpha;   // default strength of each rank column
};

// Maps and checks one adapter; throws Error(kAdapterMismatch) or Error(kBundle).
std::shared_ptr<const LoadedAdapter> load_adapter(const Bundle& bundle, const AdapterEntry& entry, bool hash);

struct CacheStats {
  uint64_t bytes = 0, budget_bytes = 0, hits = 0, misses = 0, evictions = 0;
  struct Entry {
    std::string name;
    uint64_t bytes;
    bool pinned;
  };
  std::vector<Entry> entries;  // most recently used first
};

// Thread-safe. The adapters that someone holds are pinned: they may go over the budget.
class AdapterCache {
 public:
  AdapterCache(const Bundle& bundle, uint64_t budget_bytes, bool hash);
  ~AdapterCache();
  AdapterCache(const AdapterCache&) = delete;
  AdapterCache& operator=(const AdapterCache&) = delete;

  struct Found {
    std::shared_ptr<const LoadedAdapter> adapter;
    bool cold = false;  // had to be loaded
  };
  // Throws Error(kUnknownAdapter) too.
  Found get(const std::string& name);

  // Calls `done` from the preload thread: with the found adapter, or with the error.
  using Done = std::function<void(const Found&, double load_ms, std::exception_ptr)>;
  void preload(const std::string& name, Done done);

  // Returns the bytes that the cache let go; "*" for all. Throws Error(kUnknownAdapter).
  uint64_t evict(const std::string& name);
  // Drops what is over the budget; called when a pin may have ended.
  void trim();

  struct Change {
    std::vector<std::string> added, replaced, removed;
  };
  // Reads the list of adapters again.
  Change reload();

  std::vector<AdapterEntry> catalog() const;
  bool cached(const std::string& name) const;
  CacheStats stats() const;

 private:
  using Order = std::list<std::string>;
  struct Cached {
    std::shared_ptr<const LoadedAdapter> adapter;
    Order::iterator position;
  };

  AdapterEntry entry_of(const std::string& name) const;
  void trim_locked();
  uint64_t drop_locked(const std::string& name);
  void preload_loop();

  const Bundle& bundle_;
  const uint64_t budget_bytes_;
  const bool hash_;

  mutable std::mutex mutex_;
  std::map<std::string, AdapterEntry> catalog_;
  std::map<std::string, Cached> cached_;
  Order order_;  // most recently used first
  uint64_t bytes_ = 0, hits_ = 0, misses_ = 0, evictions_ = 0;

  std::mutex load_mutex_;  // one load at a time: a preload in flight is waited for, not repeated

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::deque<std::pair<std::string, Done>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace quad
