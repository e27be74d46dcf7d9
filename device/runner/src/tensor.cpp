#include "tensor.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace quad {
namespace {

struct DtypeInfo {
  Dtype dtype;
  const char* name;
  size_t size;
};

constexpr DtypeInfo kDtypes[] = {
    {Dtype::kFloat32, "float32", 4}, {Dtype::kUint8, "uint8", 1},     {Dtype::kInt8, "int8", 1},
    {Dtype::kUint16, "uint16", 2},   {Dtype::kInt16, "int16", 2},     {Dtype::kInt32, "int32", 4},
    {Dtype::kInt64, "int64", 8},     {Dtype::kBool, "bool", 1},       {Dtype::kFloat16, "float16", 2},
    {Dtype::kFloat64, "float64", 8}, {Dtype::kUint32, "uint32", 4},   {Dtype::kUint64, "uint64", 8},
};

constexpr size_t kAlignment = 64;

}  // namespace

size_t size_of(Dtype dtype) {
  for (const auto& info : kDtypes)
    if (info.dtype == dtype) return info.size;
  return 0;
}

const char* name_of(Dtype dtype) {
  for (const auto& info : kDtypes)
    if (info.dtype == dtype) return info.name;
  return "?";
}

bool dtype_from_name(const std::string& name, Dtype& dtype) {
  for (const auto& info : kDtypes) {
    if (name != info.name) continue;
    dtype = info.dtype;
    return true;
  }
  return false;
}

std::string text_of(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i ? "," : "") + std::to_string(shape[i]);
  return text + "]";
}

bool checked_bytes(Dtype dtype, const Shape& shape, uint64_t& bytes) {
  bytes = size_of(dtype);
  if (bytes == 0) return false;
  for (int64_t dimension : shape) {
    if (dimension < 0) return false;
    const auto factor = static_cast<uint64_t>(dimension);
    if (factor != 0 && bytes > std::numeric_limits<uint64_t>::max() / 2 / factor) return false;
    bytes *= factor;
  }
  return true;
}

Buffer::Buffer(std::string name, Dtype dtype, Shape shape)
    : name_(std::move(name)), dtype_(dtype), shape_(std::move(shape)), dtype_size_(size_of(dtype)) {
  uint64_t bytes = 0;
  if (!checked_bytes(dtype_, shape_, bytes)) throw std::bad_alloc();
  byte_count_ = static_cast<size_t>(bytes);
  const size_t rounded = (byte_count_ + kAlignment) / kAlignment * kAlignment;
  void* memory = nullptr;
  if (posix_memalign(&memory, kAlignment, rounded) != 0) throw std::bad_alloc();
  std::memset(memory, 0, rounded);
  memory_.reset(static_cast<uint8_t*>(memory), std::free);
}

Tensor Buffer::view() const {
  return Tensor{name_, dtype_, shape_, memory_.get(), byte_count_, memory_};
}

}  // namespace quad
