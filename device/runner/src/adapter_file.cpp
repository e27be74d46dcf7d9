#include "adapter_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <unordered_set>

#include "error.h"

namespace quad {
namespace {

// Field numbers of the schema (onnxruntime/lora/adapter_format/adapter_schema.fbs).
constexpr size_t kFormatVersion = 0, kAdapterVersion = 1, kModelVersion = 2, kParameters = 3;
constexpr size_t kName = 0, kDims = 1, kDataType = 2, kRawData = 3;
constexpr int32_t kKnownFormat = 1;
constexpr uint32_t kMaxParameters = 1u << 16;
constexpr uint32_t kMaxNameBytes = 512;
constexpr uint32_t kMaxDimensions = 8;

// FlatBuffers: offsets are relative to where they stand, tables start with the (signed) distance
// to their vtable, vtables list 16-bit field positions, vectors start with a 32-bit length.
class FlatReader {
 public:
  FlatReader(const uint8_t* data, size_t size, const std::string& what)
      : data_(data), size_(size), what_(what) {}

  template <typename T>
  T read(size_t at) const {
    if (at > size_ || sizeof(T) > size_ - at) fail("ends too early");
    T value;
    std::memcpy(&value, data_ + at, sizeof(T));  // the formats' integers are little endian, as we are
    return value;
  }

  // Follows the 32-bit offset that stands at `at`.
  size_t follow(size_t at) const { return at + read<uint32_t>(at); }

  // Position of a table's field, or 0 when the field is not stored.
  size_t field(size_t table, size_t index) const {
    const int64_t vtable = static_cast<int64_t>(table) - read<int32_t>(table);
    if (vtable < 0 || static_cast<uint64_t>(vtable) >= size_) fail("a table's layout is outside the file");
    const auto start = static_cast<size_t>(vtable);
    const size_t entry = 4 + 2 * index;
    if (entry + 2 > read<uint16_t>(start)) return 0;
    const uint16_t offset = read<uint16_t>(start + entry);
    return offset == 0 ? 0 : table + offset;
  }

  int32_t integer(size_t table, size_t index) const {
    const size_t at = field(table, index);
    return at == 0 ? 0 : read<int32_t>(at);
  }

  struct Span {
    size_t start = 0;
    uint32_t count = 0;
  };

  // A vector's elements, checked to lie within the file; empty when not stored.
  Span vector(size_t table, size_t index, size_t element_bytes) const {
    const size_t at = field(table, index);
    if (at == 0) return {};
    const size_t head = follow(at);
    const uint32_t count = read<uint32_t>(head);
    const size_t start = head + 4;
    if (start > size_ || count > (size_ - start) / element_bytes) fail("a list reaches beyond the end");
    return {start, count};
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Code::kAdapterMismatch, what_ + " is not a readable adapter: " + why);
  }

  const uint8_t* at(size_t position) const { return data_ + position; }

 private:
  const uint8_t* data_;
  size_t size_;
  const std::string& what_;
};

Tensor parse_parameter(const FlatReader& reader, size_t table) {
  Tensor tensor;
  const auto name = reader.vector(table, kName, 1);
  if (name.count == 0 || name.count > kMaxNameBytes) reader.fail("a parameter has no usable name");
  tensor.name.assign(reinterpret_cast<const char*>(reader.at(name.start)), name.count);
  const auto dims = reader.vector(table, kDims, sizeof(int64_t));
  if (dims.count > kMaxDimensions) reader.fail(tensor.name + " has too many dimensions");
  for (uint32_t i = 0; i < dims.count; ++i)
    tensor.shape.push_back(reader.read<int64_t>(dims.start + i * sizeof(int64_t)));
  tensor.dtype = static_cast<Dtype>(reader.integer(table, kDataType));
  const auto raw = reader.vector(table, kRawData, 1);
  if (!checked_bytes(tensor.dtype, tensor.shape, tensor.bytes) || tensor.bytes != raw.count)
    reader.fail(tensor.name + " has a type or shape that does not fit its data");
  tensor.data = reader.at(raw.start);
  if (reinterpret_cast<uintptr_t>(tensor.data) % size_of(tensor.dtype) != 0)
    reader.fail(tensor.name + " is not aligned");
  return tensor;
}

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path, bool populate) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw Error(Code::kBundle, path + ": " + std::strerror(errno));
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0) {
    ::close(descriptor);
    throw Error(Code::kBundle, path + ": not a file with contents");
  }
  const auto size = static_cast<size_t>(status.st_size);
  int flags = MAP_PRIVATE;
#ifdef MAP_POPULATE
  if (populate) flags |= MAP_POPULATE;
#endif
  void* memory = mmap(nullptr, size, PROT_READ, flags, descriptor, 0);
  const int failure = errno;
  ::close(descriptor);  // the mapping holds on to the file
  if (memory == MAP_FAILED)
    throw Error(failure == ENOMEM ? Code::kOutOfMemory : Code::kBundle, path + ": " + std::strerror(failure));
#ifndef MAP_POPULATE
  if (populate) madvise(memory, size, MADV_WILLNEED);
#endif
  return std::shared_ptr<const MappedFile>(new MappedFile(static_cast<const uint8_t*>(memory), size));
}

MappedFile::~MappedFile() { munmap(const_cast<uint8_t*>(data_), size_); }

AdapterContents parse_adapter(const uint8_t* data, size_t size, const std::string& what) {
  const FlatReader reader(data, size, what);
  if (size < 16 || std::memcmp(data + 4, "TORT", 4) != 0) reader.fail("the mark TORT is missing");
  const size_t root = reader.follow(0);
  AdapterContents contents;
  contents.format_version = reader.integer(root, kFormatVersion);
  if (contents.format_version != kKnownFormat)
    reader.fail("format version " + std::to_string(contents.format_version) + ", known is 1");
  contents.adapter_version = reader.integer(root, kAdapterVersion);
  contents.model_version = reader.integer(root, kModelVersion);
  const auto list = reader.vector(root, kParameters, sizeof(uint32_t));
  if (list.count > kMaxParameters) reader.fail("too many parameters");
  contents.parameters.reserve(list.count);  // the names' addresses stay
  std::unordered_set<std::string_view> names(list.count);
  for (uint32_t i = 0; i < list.count; ++i) {
    contents.parameters.push_back(parse_parameter(reader, reader.follow(list.start + i * sizeof(uint32_t))));
    const std::string& name = contents.parameters.back().name;
    if (!names.insert(name).second) reader.fail(name + " is there twice");
  }
  return contents;
}

}  // namespace quad
