#include "frame.h"

#include <algorithm>
#include <cstring>

#include "error.h"

namespace quad {
namespace {

constexpr uint8_t kMagic[4] = {'Q', 'S', 'F', '1'};

template <typename T>
T little_endian(const uint8_t* at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<T>(at[i]) << (8 * i));
  return value;
}

template <typename T>
void append_little_endian(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

}  // namespace

void FrameParser::refuse(const std::string& why) {
  broken_ = true;
  throw Error(Code::kBadRequest, why);
}

void FrameParser::start_frame() {
  header_bytes_ = little_endian<uint32_t>(preamble_ + 4);
  payload_bytes_ = little_endian<uint64_t>(preamble_ + 8);
  if (header_bytes_ < 2 || header_bytes_ > limits_.header_bytes)
    refuse("the header's length is " + std::to_string(header_bytes_) + ", allowed are 2 to " +
           std::to_string(limits_.header_bytes));
  if (payload_bytes_ > limits_.payload_bytes)
    refuse("the payload's length is " + std::to_string(payload_bytes_) + ", allowed are 0 to " +
           std::to_string(limits_.payload_bytes));
  current_ = Frame{{}, std::make_shared<std::vector<uint8_t>>()};
}

void FrameParser::feed(const uint8_t* data, size_t size) {
  if (broken_) throw Error(Code::kBadRequest, "the stream is out of step");
  while (size > 0) {
    if (preamble_filled_ < kPreambleBytes) {
      const size_t taken = std::min(size, kPreambleBytes - preamble_filled_);
      std::memcpy(preamble_ + preamble_filled_, data, taken);
      preamble_filled_ += taken;
      data += taken;
      size -= taken;
      // A wrong first byte is refused at once: whoever speaks another protocol may never send 16.
      if (std::memcmp(preamble_, kMagic, std::min(preamble_filled_, sizeof(kMagic))) != 0)
        refuse("a frame starts with QSF1, this does not");
      if (preamble_filled_ < kPreambleBytes) return;
      start_frame();
    }
    const size_t header_missing = header_bytes_ - current_.header.size();
    const size_t header_taken = std::min(size, header_missing);
    current_.header.append(reinterpret_cast<const char*>(data), header_taken);
    data += header_taken;
    size -= header_taken;
    if (header_taken < header_missing) return;

    auto& payload = *current_.payload;
    const uint64_t payload_missing = payload_bytes_ - payload.size();
    const size_t payload_taken = static_cast<size_t>(std::min<uint64_t>(size, payload_missing));
    payload.insert(payload.end(), data, data + payload_taken);
    data += payload_taken;
    size -= payload_taken;
    if (payload_taken < payload_missing) return;
    ready_.push_back(std::move(current_));
    current_ = Frame{};
    preamble_filled_ = 0;
  }
}

bool FrameParser::take(Frame& frame) {
  if (ready_.empty()) return false;
  frame = std::move(ready_.front());
  ready_.erase(ready_.begin());
  return true;
}

std::string frame_head(const std::string& header, uint64_t payload_bytes) {
  std::string out(reinterpret_cast<const char*>(kMagic), sizeof(kMagic));
  append_little_endian(out, static_cast<uint32_t>(header.size()));
  append_little_endian(out, payload_bytes);
  return out + header;
}

}  // namespace quad
