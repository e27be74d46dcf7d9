#include "message.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "error.h"

namespace quad {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxIdBytes = 64;
constexpr size_t kMaxTensors = 4096;
constexpr size_t kMaxDimensions = 8;
constexpr size_t kMaxNameBytes = 512;
constexpr uint64_t kTensorAlignment = 8;

// Bounds the nesting before the JSON library sees the text.
bool nested_too_deep(const std::string& text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Error wrong(const std::string& what) { return Error(Code::kBadRequest, what); }

Tensor read_tensor(const Json& entry, const std::shared_ptr<std::vector<uint8_t>>& payload) {
  if (!entry.is_object()) throw wrong("tensors: an entry is not an object");
  Tensor tensor;
  tensor.name = text_field(entry, "name", "");
  if (tensor.name.empty() || tensor.name.size() > kMaxNameBytes)
    throw wrong("tensors: a name must have 1 to " + std::to_string(kMaxNameBytes) + " bytes");
  const std::string dtype = text_field(entry, "dtype", "");
  if (!dtype_from_name(dtype, tensor.dtype))
    throw wrong("tensor " + tensor.name + ": unknown dtype '" + dtype + "'");
  const auto shape = entry.find("shape");
  if (shape == entry.end() || !shape->is_array() || shape->size() > kMaxDimensions)
    throw wrong("tensor " + tensor.name + ": shape must be a list of at most 8 integers");
  for (const auto& dimension : *shape) {
    if (!dimension.is_number_integer() || dimension.get<double>() < 0 || dimension.get<double>() > 1e15)
      throw wrong("tensor " + tensor.name + ": a dimension is not a size");
    tensor.shape.push_back(dimension.get<int64_t>());
  }
  const int64_t offset = integer_field(entry, "offset", -1);
  const int64_t bytes = integer_field(entry, "bytes", -1);
  uint64_t expected = 0;
  if (!checked_bytes(tensor.dtype, tensor.shape, expected) || bytes < 0 ||
      static_cast<uint64_t>(bytes) != expected)
    throw wrong("tensor " + tensor.name + ": bytes do not follow from dtype and shape");
  if (offset < 0 || static_cast<uint64_t>(offset) % kTensorAlignment != 0)
    throw wrong("tensor " + tensor.name + ": offset must be a multiple of 8");
  const auto start = static_cast<uint64_t>(offset);
  if (start > payload->size() || expected > payload->size() - start)
    throw wrong("tensor " + tensor.name + ": reaches beyond the payload");
  tensor.data = payload->data() + start;
  tensor.bytes = expected;
  tensor.owner = payload;
  return tensor;
}

}  // namespace

const Tensor* Message::find(const std::string& name) const {
  for (const auto& tensor : tensors)
    if (tensor.name == name) return &tensor;
  return nullptr;
}

Json parse_object(const std::string& text, Code code, const std::string& what) {
  if (nested_too_deep(text)) throw Error(code, what + ": nested more than 32 deep");
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) throw Error(code, what + ": not valid JSON");
  if (!value.is_object()) throw Error(code, what + ": not a JSON object");
  return value;
}

Message read_envelope(const Frame& frame) {
  Message message;
  try {
    message.header = parse_object(frame.header, Code::kBadRequest, "header");
    message.type = text_field(message.header, "type", "");
    message.id = text_field(message.header, "id", "");
  } catch (const Error& error) {
    throw BadHeader(error.what());
  }
  if (message.type.empty()) throw BadHeader("header: no type");
  if (message.id.empty() || message.id.size() > kMaxIdBytes)
    throw BadHeader("header: id must be a string of 1 to 64 characters");
  return message;
}

void read_tensors(Message& message, const Frame& frame) {
  const auto table = message.header.find("tensors");
  if (table == message.header.end() || table->is_null()) return;
  if (!table->is_array() || table->size() > kMaxTensors)
    throw wrong("tensors: must be a list of at most 4096 entries");
  std::set<std::string> names;
  std::vector<std::pair<const uint8_t*, const uint8_t*>> spans;
  for (const auto& entry : *table) {
    Tensor tensor = read_tensor(entry, frame.payload);
    if (!names.insert(tensor.name).second) throw wrong("tensor " + tensor.name + ": given twice");
    if (tensor.bytes > 0) spans.emplace_back(tensor.data, tensor.data + tensor.bytes);
    message.tensors.push_back(std::move(tensor));
  }
  std::sort(spans.begin(), spans.end());
  for (size_t i = 1; i < spans.size(); ++i)
    if (spans[i].first < spans[i - 1].second) throw wrong("tensors: two of them overlap");
}

uint64_t describe_tensors(Json& header, const std::vector<Tensor>& tensors) {
  Json table = Json::array();
  uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    table.push_back({{"name", tensor.name},
                     {"dtype", name_of(tensor.dtype)},
                     {"shape", tensor.shape},
                     {"offset", offset},
                     {"bytes", tensor.bytes}});
    offset += (tensor.bytes + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
  }
  header["tensors"] = std::move(table);
  return offset;
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_field(const Json& object, const char* key, const std::string& otherwise) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return otherwise;
  if (!found->is_string()) throw wrong(std::string(key) + ": must be a string");
  return found->get<std::string>();
}

bool bool_field(const Json& object, const char* key, bool otherwise) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return otherwise;
  if (!found->is_boolean()) throw wrong(std::string(key) + ": must be true or false");
  return found->get<bool>();
}

int64_t integer_field(const Json& object, const char* key, int64_t otherwise) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return otherwise;
  if (!found->is_number_integer() || std::fabs(found->get<double>()) > 9e18)
    throw wrong(std::string(key) + ": must be an integer");
  return found->get<int64_t>();
}

double number_field(const Json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return otherwise;
  if (!found->is_number() || !std::isfinite(found->get<double>()))
    throw wrong(std::string(key) + ": must be a finite number");
  return found->get<double>();
}

}  // namespace quad
