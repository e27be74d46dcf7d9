// The runner's own version and the protocol's.
#pragma once

namespace quad {

inline constexpr const char* kVersion = "0.1.0";
inline constexpr int kProtocol = 1;

}  // namespace quad
