#include "check.h"

#include <unistd.h>

#include <cstring>
#include <fstream>
#include <random>

#include "adapter_file.h"

namespace {

// Writes the format back to front, as FlatBuffers does not care about order: root, vtables, then
// the vectors. Enough for tests; ONNX Runtime's own writer is used by the tests in Python.
class Writer {
 public:
  template <typename T>
  void put(size_t at, T value) {
    if (bytes.size() < at + sizeof(T)) bytes.resize(at + sizeof(T));
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }
  std::vector<uint8_t> bytes;
};

constexpr size_t kRoot = 32, kList = 56, kParameter = 80, kNameAt = 104, kDimsAt = 120, kRawAt = 140;

// One int16 parameter "ab" of shape [2, 2].
std::vector<uint8_t> small_adapter() {
  Writer w;
  w.put<uint32_t>(0, kRoot);
  std::memcpy(w.bytes.data() + 4, "TORT", 0);
  w.put<uint32_t>(4, 0x54524f54);
  const uint16_t root_vtable[] = {12, 20, 4, 8, 12, 16};  // sizes, then the four fields
  for (size_t i = 0; i < 6; ++i) w.put<uint16_t>(8 + 2 * i, root_vtable[i]);
  w.put<int32_t>(kRoot, kRoot - 8);
  w.put<int32_t>(kRoot + 4, 1);   // format
  w.put<int32_t>(kRoot + 8, 5);   // adapter version
  w.put<int32_t>(kRoot + 12, 9);  // model version
  w.put<uint32_t>(kRoot + 16, kList - (kRoot + 16));
  w.put<uint32_t>(kList, 1);
  w.put<uint32_t>(kList + 4, kParameter - (kList + 4));
  const uint16_t vtable[] = {12, 20, 4, 8, 12, 16};
  for (size_t i = 0; i < 6; ++i) w.put<uint16_t>(64 + 2 * i, vtable[i]);
  w.put<int32_t>(kParameter, kParameter - 64);
  w.put<uint32_t>(kParameter + 4, kNameAt - (kParameter + 4));
  w.put<uint32_t>(kParameter + 8, kDimsAt - (kParameter + 8));
  w.put<int32_t>(kParameter + 12, 5);  // INT16
  w.put<uint32_t>(kParameter + 16, kRawAt - (kParameter + 16));
  w.put<uint32_t>(kNameAt, 2);
  w.put<uint16_t>(kNameAt + 4, 0x6261);
  w.put<uint32_t>(kDimsAt, 2);
  w.put<int64_t>(kDimsAt + 4, 2);
  w.put<int64_t>(kDimsAt + 12, 2);
  w.put<uint32_t>(kRawAt, 8);
  for (size_t i = 0; i < 4; ++i) w.put<int16_t>(kRawAt + 4 + 2 * i, static_cast<int16_t>(i * 100));
  return w.bytes;
}

quad::AdapterContents parse(const std::vector<uint8_t>& bytes) { return quad::parse_adapter(bytes.data(), bytes.size(), "adapter 'x'"); }

}  // namespace

TEST(a_parameter_is_read_in_place) {
  const auto bytes = small_adapter();
  const auto contents = parse(bytes);
  CHECK_EQUAL(contents.adapter_version, 5);
  CHECK_EQUAL(contents.model_version, 9);
  CHECK_EQUAL(contents.parameters.size(), size_t{1});
  const quad::Tensor& tensor = contents.parameters[0];
  CHECK_EQUAL(tensor.name, "ab");
  CHECK_EQUAL(tensor.shape, (quad::Shape{2, 2}));
  CHECK_EQUAL(tensor.data, bytes.data() + kRawAt + 4);
  CHECK_EQUAL(reinterpret_cast<const int16_t*>(tensor.data)[3], 300);
}

TEST(a_foreign_file_is_refused_by_name) {
  CHECK_ERROR(parse(std::vector<uint8_t>(64)), "adapter_mismatch: adapter 'x' is not a readable adapter: the mark TORT");
  CHECK_ERROR(parse({}), "TORT");
  auto newer = small_adapter();
  newer[kRoot + 4] = 2;
  CHECK_ERROR(parse(newer), "format version 2");
}

TEST(a_shape_that_does_not_fit_the_data_is_refused) {
  auto bytes = small_adapter();
  bytes[kDimsAt + 4] = 3;
  CHECK_ERROR(parse(bytes), "ab has a type or shape that does not fit");
}

TEST(every_shortened_file_is_refused) {
  const auto whole = small_adapter();
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<uint8_t> part(whole.begin(), whole.begin() + static_cast<long>(size));
    CHECK(!test::error_of([&] { parse(part); }).empty());
  }
}

TEST(three_hundred_thousand_mutated_files_stay_within_bounds) {
  std::mt19937 random(7);
  const auto whole = small_adapter();
  for (int round = 0; round < 300000; ++round) {
    auto bytes = whole;
    for (size_t k = 0; k <= random() % 3; ++k) bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    try {
      for (const auto& tensor : parse(bytes).parameters)
        CHECK(tensor.bytes == 0 || (tensor.data >= bytes.data() && tensor.data + tensor.bytes <= bytes.data() + bytes.size()));
    } catch (const quad::Error&) {
    }
  }
}

TEST(a_file_that_cannot_be_mapped_says_which) {
  CHECK_ERROR(quad::MappedFile::open("/does/not/exist", false), "bundle: /does/not/exist: No such file");
  CHECK_ERROR(quad::MappedFile::open("/", false), "not a file with contents");
}
