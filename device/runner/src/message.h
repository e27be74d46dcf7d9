// The JSON header of a frame and the tensors of its payload.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "error.h"
#include "frame.h"
#include "tensor.h"

namespace quad {

using Json = nlohmann::json;

struct Message {
  std::string type;
  std::string id;
  Json header;
  std::vector<Tensor> tensors;  // views of the payload, which they keep alive

  // Returns null when there is none.
  const Tensor* find(const std::string& name) const;
};

// Parses JSON text that must be an object nested at most 32 deep; throws Error(code).
Json parse_object(const std::string& text, Code code, const std::string& what);

// Throws BadHeader when not even type and id can be read: the connection must then be closed.
class BadHeader : public Error {
 public:
  explicit BadHeader(const std::string& message) : Error(Code::kBadRequest, message) {}
};

// Reads type and id only; the rest may be wrong.
Message read_envelope(const Frame& frame);
// Checks the "tensors" table against the payload and fills `message.tensors`.
void read_tensors(Message& message, const Frame& frame);

// Appends the "tensors" table for `tensors` to `header` and returns the payload's size.
uint64_t describe_tensors(Json& header, const std::vector<Tensor>& tensors);
// JSON on one line; bytes that are not UTF-8 (a file name may hold them) are replaced.
std::string dump(const Json& value);

// Typed fields; each throws Error(kBadRequest) naming the field when it is there but wrong.
std::string text_field(const Json& object, const char* key, const std::string& otherwise);
bool bool_field(const Json& object, const char* key, bool otherwise);
int64_t integer_field(const Json& object, const char* key, int64_t otherwise);
double number_field(const Json& object, const char* key, double otherwise);

}  // namespace quad
