#include "options.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

#include "error.h"

namespace quad {
namespace {

uint64_t whole_number(const std::string& flag, const std::string& text, uint64_t low, uint64_t high) {
  char* end = nullptr;
  errno = 0;
  const unsigned long long value = std::strtoull(text.c_str(), &end, 10);
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || errno != 0 || *end != '\0' || value < low || value > high)
    throw UsageError(flag + ": '" + text + "' is not a number from " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

std::string one_of(const std::string& flag, const std::string& text, const std::vector<std::string>& known) {
  std::string all;
  for (const auto& word : known) {
    if (text == word) return text;
    all += (all.empty() ? "" : ", ") + word;
  }
  throw UsageError(flag + ": '" + text + "' is not one of " + all);
}

std::set<std::string> split(const std::string& text) {
  std::set<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.insert(part);
  return parts;
}

using Setter = std::function<void(const std::string& flag, const std::string& value)>;

std::map<std::string, Setter> setters(Options& options) {
  const auto text = [](std::string& field) -> Setter {
    return [&field](const std::string&, const std::string& value) { field = value; };
  };
  const auto choice = [](std::string& field, std::vector<std::string> known) -> Setter {
    return [&field, known](const std::string& flag, const std::string& value) { field = one_of(flag, value, known); };
  };
  return {
      {"--bundle", text(options.bundle)},
      {"--listen", text(options.listen)},
      {"--token-file", text(options.token_file)},
      {"--provider", choice(options.provider, {"cpu", "qnn", "xnnpack", "nnapi"})},
      {"--variant", choice(options.variant, {"qdq", "exact", "fast"})},
      {"--policy", choice(options.policy, {"resident", "sequential"})},
      {"--qnn-library", text(options.qnn_library)},
      {"--qnn-backend", text(options.qnn_backend)},
      {"--soc", text(options.soc)},
      {"--context", text(options.context)},
      {"--threads", [&](auto& flag, auto& value) { options.threads = static_cast<int>(whole_number(flag, value, 1, 256)); }},
      {"--adapter-cache-bytes", [&](auto& flag, auto& value) { options.adapter_cache_bytes = whole_number(flag, value, 0, 1ull << 40); }},
      {"--max-clients", [&](auto& flag, auto& value) { options.max_clients = static_cast<size_t>(whole_number(flag, value, 1, 256)); }},
      {"--max-payload-bytes", [&](auto& flag, auto& value) { options.max_payload_bytes = whole_number(flag, value, 1 << 10, 1ull << 32); }},
      {"--idle-timeout", [&](auto& flag, auto& value) { options.idle_timeout_s = static_cast<double>(whole_number(flag, value, 0, 1 << 30)); }},
      {"--log-level", [&](auto& flag, auto& value) { options.log_level = static_cast<int>(whole_number(flag, value, 0, 4)); }},
      {"--verify", [&](auto& flag, auto& value) { options.verify_hashes = one_of(flag, value, {"size", "sha256"}) == "sha256"; }},
      {"--provider-components", [&](auto&, auto& value) { options.provider_components = split(value); }},
      {"--provider-option",
       [&](auto& flag, auto& value) {
         const size_t equals = value.find('=');
         if (equals == std::string::npos || equals == 0) throw UsageError(flag + ": write KEY=VALUE, not '" + value + "'");
         options.provider_options[value.substr(0, equals)] = value.substr(equals + 1);
       }},
  };
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  const auto known = setters(options);
  const std::map<std::string, bool*> switches = {{"--watch-stdin", &options.watch_stdin},
                                                 {"--allow-faults", &options.allow_faults},
                                                 {"--version", &options.version}};
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (const auto found = switches.find(flag); found != switches.end()) {
      *found->second = true;
      continue;
    }
    const auto found = known.find(flag);
    if (found == known.end()) throw UsageError("unknown argument '" + flag + "'");
    if (i + 1 >= argc) throw UsageError(flag + ": its value is missing");
    found->second(flag, argv[++i]);
  }
  if (options.version) return options;
  if (options.bundle.empty()) throw UsageError("--bundle is missing");
  if (options.token_file.empty()) throw UsageError("--token-file is missing");
  if (options.provider == "qnn" && options.qnn_library.empty())
    throw UsageError("--provider qnn needs --qnn-library FILE (libonnxruntime_providers_qnn.so)");
  if (options.provider != "cpu" && options.variant != "qdq")
    throw UsageError("--variant " + options.variant + " is for --provider cpu");
  return options;
}

std::string usage() {
  return "usage: quad_runner --bundle DIR --token-file FILE [--listen 127.0.0.1:PORT|unix:PATH|abstract:NAME]\n"
         "  [--provider cpu|qnn|xnnpack|nnapi] [--variant qdq|exact|fast] [--threads N] [--policy resident|sequential]\n"
         "  [--adapter-cache-bytes N] [--max-clients N] [--max-payload-bytes N] [--idle-timeout S] [--watch-stdin]\n"
         "  [--qnn-library FILE] [--qnn-backend FILE] [--soc NAME] [--context FILE] [--provider-option KEY=VALUE]...\n"
         "  [--provider-components a,b] [--verify size|sha256] [--allow-faults] [--log-level 0..4] [--version]";
}

std::string read_token(const std::string& path) {
  std::ifstream stream(path);
  std::string token;
  if (!stream || !std::getline(stream, token)) throw UsageError("--token-file: cannot read a line of " + path);
  while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
  bool printable = true;
  for (char c : token) printable = printable && c > 32 && c < 127;
  if (token.size() < 16 || token.size() > 256 || !printable)
    throw UsageError("--token-file: the first line of " + path + " must be 16 to 256 printable characters");
  return token;
}

}  // namespace quad
