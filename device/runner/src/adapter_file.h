// Reads ONNX Runtime's adapter format (a FlatBuffers file, identifier TORT) straight from a mapping.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tensor.h"

namespace quad {

// A file mapped read-only; unmapped when the last user lets go.
class MappedFile {
 public:
  // `populate`: bring all pages in now. Throws Error(kBundle).
  static std::shared_ptr<const MappedFile> open(const std::string& path, bool populate);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  MappedFile(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  const uint8_t* data_;
  size_t size_;
};

struct AdapterContents {
  int32_t format_version = 0;
  int32_t adapter_version = 0;
  int32_t model_version = 0;
  std::vector<Tensor> parameters;  // views without an owner
};

// Every offset is checked against `size`; throws Error(kAdapterMismatch) on anything that is not
// a well-formed adapter. `what` names the adapter in the message.
AdapterContents parse_adapter(const uint8_t* data, size_t size, const std::string& what);

}  // namespace quad
