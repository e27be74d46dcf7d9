#include "check.h"

#include "message.h"

namespace {

quad::Frame frame(const std::string& header, size_t payload = 64) {
  return {header, std::make_shared<std::vector<uint8_t>>(payload)};
}

quad::Message read(const std::string& tensors, size_t payload = 64) {
  const quad::Frame given = frame(R"({"type":"t","id":"1","tensors":)" + tensors + "}", payload);
  quad::Message message = quad::read_envelope(given);
  quad::read_tensors(message, given);
  return message;
}

std::string entry(const std::string& changed_key = "", const std::string& value = "") {
  std::string text = "[{";
  const std::pair<const char*, const char*> fields[] = {
      {"name", "\"x\""}, {"dtype", "\"float32\""}, {"shape", "[2,3]"}, {"offset", "8"}, {"bytes", "24"}};
  for (const auto& [key, otherwise] : fields)
    text += std::string(text.size() > 2 ? "," : "") + "\"" + key + "\":" + (changed_key == key ? value : otherwise);
  return text + "}]";
}

}  // namespace

TEST(a_tensor_is_a_view_of_its_payload) {
  const quad::Message message = read(entry());
  CHECK_EQUAL(message.tensors.size(), size_t{1});
  CHECK_EQUAL(message.find("x")->bytes, uint64_t{24});
  CHECK_EQUAL(message.find("x")->shape, (quad::Shape{2, 3}));
  CHECK(message.find("y") == nullptr);
}

TEST(every_wrong_field_of_a_tensor_is_named) {
  CHECK_ERROR(read(entry("name", "\"\"")), "name must have");
  CHECK_ERROR(read(entry("dtype", "\"float\"")), "unknown dtype 'float'");
  CHECK_ERROR(read(entry("dtype", "3")), "dtype: must be a string");
  CHECK_ERROR(read(entry("shape", "[2,-3]")), "not a size");
  CHECK_ERROR(read(entry("shape", "[2,1.5]")), "not a size");
  CHECK_ERROR(read(entry("shape", "[1,1,1,1,1,1,1,2,3]")), "at most 8");
  CHECK_ERROR(read(entry("shape", "[4611686018427387904,4]")), "not a size");
  CHECK_ERROR(read(entry("shape", "[1000000000000,1000000000000]")), "do not follow");
  CHECK_ERROR(read(entry("offset", "4")), "multiple of 8");
  CHECK_ERROR(read(entry("offset", "-8")), "multiple of 8");
  CHECK_ERROR(read(entry("offset", "48")), "beyond the payload");
  CHECK_ERROR(read(entry("offset", "9223372036854775800")), "offset: must be an integer");
  CHECK_ERROR(read(entry("bytes", "23")), "do not follow");
  CHECK_ERROR(read("7"), "must be a list");
  CHECK_ERROR(read("[7]"), "not an object");
}

TEST(tensors_that_overlap_or_repeat_are_refused) {
  const std::string one = R"({"name":"a","dtype":"uint8","shape":[16],"offset":0,"bytes":16})";
  CHECK_ERROR(read("[" + one + "," + one + "]"), "given twice");
  CHECK_ERROR(read("[" + one + R"(,{"name":"b","dtype":"uint8","shape":[4],"offset":8,"bytes":4}])"), "overlap");
  CHECK_EQUAL(read("[" + one + R"(,{"name":"b","dtype":"uint8","shape":[4],"offset":16,"bytes":4}])").tensors.size(), size_t{2});
}

TEST(an_empty_tensor_may_stand_at_the_payloads_end) {
  CHECK_EQUAL(read(R"([{"name":"a","dtype":"uint8","shape":[0],"offset":64,"bytes":0}])").tensors[0].bytes, uint64_t{0});
}

TEST(a_header_that_cannot_be_read_says_why) {
  CHECK_ERROR(quad::read_envelope(frame("[1]")), "not a JSON object");
  CHECK_ERROR(quad::read_envelope(frame("{\"type\":")), "not valid JSON");
  CHECK_ERROR(quad::read_envelope(frame(R"({"id":"1"})")), "no type");
  CHECK_ERROR(quad::read_envelope(frame(R"({"type":"t","id":7})")), "id: must be a string");
  CHECK_ERROR(quad::read_envelope(frame(R"({"type":"t","id":")" + std::string(65, 'x') + "\"}")), "1 to 64");
  CHECK_ERROR(quad::read_envelope(frame(std::string(200000, '['))), "nested more than 32 deep");
  CHECK_ERROR(quad::read_envelope(frame("{\"type\":\"\xff\xfe\",\"id\":\"1\"}")), "not valid JSON");
}

TEST(brackets_inside_strings_do_not_nest) {
  const std::string text = R"({"type":"t","id":"1","note":")" + std::string(100, '{') + R"(\"[[["})";
  CHECK_EQUAL(quad::read_envelope(frame(text)).type, "t");
}

TEST(what_we_describe_can_be_read_back) {
  quad::Buffer a("a", quad::Dtype::kInt16, {3}), b("b", quad::Dtype::kFloat32, {1, 2});
  quad::Json header = {{"type", "t"}, {"id", "1"}};
  const uint64_t bytes = quad::describe_tensors(header, {a.view(), b.view()});
  CHECK_EQUAL(bytes, uint64_t{16});
  const quad::Frame given = frame(quad::dump(header), bytes);
  quad::Message message = quad::read_envelope(given);
  quad::read_tensors(message, given);
  CHECK_EQUAL(message.tensors[1].shape, (quad::Shape{1, 2}));
}
