#include "memory_info.h"

#include <dirent.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace quad {
namespace {

std::optional<int64_t> kilobytes(const std::string& line, const char* key) {
  if (line.rfind(key, 0) != 0) return std::nullopt;
  return std::strtoll(line.c_str() + std::char_traits<char>::length(key), nullptr, 10);
}

}  // namespace

MemoryInfo read_status_memory() {
  MemoryInfo memory;
  std::string line;
  for (std::ifstream status("/proc/self/status"); std::getline(status, line);) {
    if (auto value = kilobytes(line, "VmHWM:")) memory.vm_hwm_kb = value;
    if (auto value = kilobytes(line, "VmRSS:")) memory.vm_rss_kb = value;
    if (auto value = kilobytes(line, "RssAnon:")) memory.rss_anon_kb = value;
  }
  return memory;
}

MemoryInfo read_memory() {
  MemoryInfo memory = read_status_memory();
  std::string line;
  for (std::ifstream rollup("/proc/self/smaps_rollup"); std::getline(rollup, line);)
    if (auto value = kilobytes(line, "Pss:")) memory.pss_kb = value;
  return memory;
}

std::optional<int64_t> count_open_files() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return std::nullopt;
  int64_t count = 0;
  while (const dirent* entry = readdir(directory))
    if (entry->d_name[0] != '.') ++count;
  closedir(directory);
  return count - 1;  // the directory itself was open
}

Json to_json(const std::optional<int64_t>& value) { return value ? Json(*value) : Json(nullptr); }

Json to_json(const MemoryInfo& memory) {
  return {{"vm_hwm_kb", to_json(memory.vm_hwm_kb)},
          {"vm_rss_kb", to_json(memory.vm_rss_kb)},
          {"rss_anon_kb", to_json(memory.rss_anon_kb)},
          {"pss_kb", to_json(memory.pss_kb)}};
}

}  // namespace quad
