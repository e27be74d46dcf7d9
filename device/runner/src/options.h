// The command line (PROTOCOL.md section 6).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "frame.h"

namespace quad {

struct Options {
  std::string bundle;
  std::string listen = "127.0.0.1:0";
  std::string token_file;
  std::string provider = "cpu";
  std::string variant = "qdq";
  std::string policy = "resident";
  int threads = 0;  // 0: as many as there are cores
  uint64_t adapter_cache_bytes = 512ull << 20;
  size_t max_clients = 8;
  uint64_t max_payload_bytes = kDefaultPayloadBytes;
  double idle_timeout_s = 0;  // 0: never
  bool watch_stdin = false;
  bool allow_faults = false;
  bool verify_hashes = false;
  bool version = false;
  int log_level = 3;
  std::string qnn_library, qnn_backend, soc, context;
  std::map<std::string, std::string> provider_options;
  std::set<std::string> provider_components = {"unet"};
};

// Throws UsageError with one line that names the argument.
Options parse_options(int argc, const char* const* argv);
std::string usage();
// The token in the file's first line; throws UsageError.
std::string read_token(const std::string& path);

}  // namespace quad
