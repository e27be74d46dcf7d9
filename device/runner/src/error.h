// The one exception type that becomes an `error` answer; see PROTOCOL.md section 4.
#pragma once

#include <stdexcept>
#include <string>

namespace quad {

enum class Code {
  kBadRequest,
  kBadToken,
  kProtocolVersion,
  kUnknownAdapter,
  kAdapterMismatch,
  kBundle,
  kGraph,
  kCancelled,
  kOutOfMemory,
  kBusy,
  kInternal,
};

// The code's word on the wire.
const char* word(Code code);

class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
  Code code() const { return code_; }

 private:
  Code code_;
};

// A command line that cannot be obeyed; ends the process with status 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace quad
