// Cuts a byte stream into frames (PROTOCOL.md section 1). Knows no socket, no JSON and no tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quad {

inline constexpr size_t kPreambleBytes = 16;
inline constexpr uint32_t kMaxHeaderBytes = 1u << 22;  // a table of 1,000 steps takes 2.2 MB
inline constexpr uint32_t kMaxHelloHeaderBytes = 4096;
inline constexpr uint64_t kDefaultPayloadBytes = 256ull << 20;

struct FrameLimits {
  uint32_t header_bytes = kMaxHeaderBytes;
  uint64_t payload_bytes = kDefaultPayloadBytes;
};

struct Frame {
  std::string header;
  std::shared_ptr<std::vector<uint8_t>> payload;
};

// Feed with what arrived; take frames until there is none.
//
// Memory grows with the bytes that arrived, not with the lengths that were promised.
class FrameParser {
 public:
  explicit FrameParser(FrameLimits limits) : limits_(limits) {}

  // Applies from the next preamble on.
  void set_limits(FrameLimits limits) { limits_ = limits; }

  // Takes `size` bytes. Throws Error(kBadRequest) when they cannot be a frame; the stream is
  // then out of step for good and the parser refuses to go on.
  void feed(const uint8_t* data, size_t size);

  // Moves the oldest complete frame out; returns false when there is none.
  bool take(Frame& frame);

 private:
  void start_frame();
  [[noreturn]] void refuse(const std::string& why);

  FrameLimits limits_;
  std::vector<Frame> ready_;
  uint8_t preamble_[kPreambleBytes] = {};
  size_t preamble_filled_ = 0;
  uint32_t header_bytes_ = 0;
  uint64_t payload_bytes_ = 0;
  Frame current_;
  bool broken_ = false;
};

// The preamble and the header; the payload follows as it is.
std::string frame_head(const std::string& header, uint64_t payload_bytes);

}  // namespace quad
