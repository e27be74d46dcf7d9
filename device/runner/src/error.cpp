#include "error.h"

namespace quad {

const char* word(Code code) {
  switch (code) {
    case Code::kBadRequest: return "bad_request";
    case Code::kBadToken: return "bad_token";
    case Code::kProtocolVersion: return "protocol_version";
    case Code::kUnknownAdapter: return "unknown_adapter";
    case Code::kAdapterMismatch: return "adapter_mismatch";
    case Code::kBundle: return "bundle";
    case Code::kGraph: return "graph";
    case Code::kCancelled: return "cancelled";
    case Code::kOutOfMemory: return "out_of_memory";
    case Code::kBusy: return "busy";
    case Code::kInternal: break;
  }
  return "internal";
}

}  // namespace quad
