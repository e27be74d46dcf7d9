// What the system says this process uses.
#pragma once

#include <cstdint>
#include <optional>

#include "message.h"

namespace quad {

struct MemoryInfo {
  std::optional<int64_t> vm_hwm_kb, vm_rss_kb, rss_anon_kb, pss_kb;
};

// Reads /proc/self; what is not there stays empty.
MemoryInfo read_memory();
// Without the proportional set size, which walks all page tables: cheap enough between phases.
MemoryInfo read_status_memory();
std::optional<int64_t> count_open_files();

Json to_json(const std::optional<int64_t>& value);
Json to_json(const MemoryInfo& memory);

}  // namespace quad
