// SHA-256 (FIPS 180-4), for checking files against bundle.json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace quad {

std::string sha256_hex(const uint8_t* data, size_t size);

}  // namespace quad
