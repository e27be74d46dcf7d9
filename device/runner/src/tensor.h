// Element types, shapes, and tensors that are either owned or views of someone else's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quad {

// Values are those of ONNX's TensorProto.DataType, which the adapter format shares.
enum class Dtype : int32_t {
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kUint32 = 12,
  kUint64 = 13,
};

using Shape = std::vector<int64_t>;

// Returns 0 for a type that we do not carry.
size_t size_of(Dtype dtype);
// numpy's name; "?" for a type that we do not carry.
const char* name_of(Dtype dtype);
// Returns false when there is no such type.
bool dtype_from_name(const std::string& name, Dtype& dtype);
std::string text_of(const Shape& shape);

// Elements of a shape; returns false on a negative dimension or when the byte count overflows.
bool checked_bytes(Dtype dtype, const Shape& shape, uint64_t& bytes);

// A tensor whose memory belongs to `owner` (or lives longer than the tensor when null).
struct Tensor {
  std::string name;
  Dtype dtype = Dtype::kFloat32;
  Shape shape;
  const uint8_t* data = nullptr;
  uint64_t bytes = 0;
  std::shared_ptr<const void> owner;

  const float* floats() const { return reinterpret_cast<const float*>(data); }
  size_t elements() const { return static_cast<size_t>(bytes / size_of(dtype)); }
};

// A tensor with its own zeroed memory, aligned for vector loads.
class Buffer {
 public:
  Buffer() = default;
  Buffer(std::string name, Dtype dtype, Shape shape);

  Tensor view() const;
  float* floats() { return reinterpret_cast<float*>(memory_.get()); }
  const float* floats() const { return reinterpret_cast<const float*>(memory_.get()); }
  uint8_t* bytes() { return memory_.get(); }
  size_t byte_count() const { return byte_count_; }
  size_t elements() const { return dtype_size_ == 0 ? 0 : byte_count_ / dtype_size_; }
  bool empty() const { return memory_ == nullptr; }
  const Shape& shape() const { return shape_; }

 private:
  std::string name_;
  Dtype dtype_ = Dtype::kFloat32;
  Shape shape_;
  std::shared_ptr<uint8_t> memory_;
  size_t byte_count_ = 0;
  size_t dtype_size_ = 0;
};

}  // namespace quad
