#include "bundle.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "adapter_file.h"
#include "error.h"
#include "sha256.h"

namespace quad {
namespace {

constexpr const char* kSchema = "quad-studio/bundle/1";
constexpr size_t kFingerprintBytes = 64;

Error broken(const std::string& where, const std::string& why) {
  return Error(Code::kBundle, where + ": " + why);
}

// Paths in a manifest stay inside the bundle.
std::string inner_path(const Json& object, const char* key, const std::string& where) {
  const std::string path = text_field(object, key, "");
  const std::string framed = "/" + path + "/";
  if (path.empty() || path.front() == '/' || framed.find("/../") != std::string::npos ||
      path.find('\\') != std::string::npos)
    throw broken(where, std::string(key) + " must be a path inside the bundle, is '" + path + "'");
  return path;
}

const Json& section(const Json& object, const char* key, bool list, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || (list ? !found->is_array() : !found->is_object()))
    throw broken(where, std::string(key) + " is missing or not " + (list ? "a list" : "an object"));
  return *found;
}

void check_schema(const Json& manifest, const std::string& where) {
  const std::string schema = text_field(manifest, "schema", "");
  if (schema != kSchema)
    throw broken(where, "schema is '" + schema + "', this runner reads " + kSchema);
}

uint64_t file_bytes(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw broken(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw broken(path, "not a file");
  return static_cast<uint64_t>(status.st_size);
}

void check_file(const Bundle& bundle, const Json& files, const std::string& relative, bool hash) {
  const std::string path = bundle.path_of(relative);
  const uint64_t bytes = file_bytes(path);
  const auto listed = files.find(relative);
  if (listed == files.end() || !listed->is_object())
    throw broken(path, "not listed under files in bundle.json");
  const int64_t expected = integer_field(*listed, "bytes", -1);
  if (expected < 0 || static_cast<uint64_t>(expected) != bytes)
    throw broken(path, "has " + std::to_string(bytes) + " bytes, bundle.json says " + std::to_string(expected) +
                           "; deploy the bundle again");
  if (!hash || bytes == 0) return;
  const auto mapped = MappedFile::open(path, false);
  const std::string digest = sha256_hex(mapped->data(), mapped->size());
  if (digest != text_field(*listed, "sha256", ""))
    throw broken(path, "its SHA-256 is not the one in bundle.json; deploy the bundle again");
}

Geometry read_geometry(const Json& manifest, const std::string& where) {
  const Json& given = section(manifest, "geometry", false, where);
  const auto size = [&](const char* key) {
    const int64_t value = integer_field(given, key, 0);
    if (value < 1 || value > (1 << 20)) throw broken(where, std::string("geometry.") + key + " is missing or not a size");
    return value;
  };
  Geometry geometry;
  geometry.image_height = size("image_height");
  geometry.image_width = size("image_width");
  geometry.latent_channels = size("latent_channels");
  geometry.latent_height = size("latent_height");
  geometry.latent_width = size("latent_width");
  geometry.unet_in_channels = size("unet_in_channels");
  geometry.text_tokens = size("text_tokens");
  geometry.text_width = size("text_width");
  geometry.rank = size("rank");
  return geometry;
}

bool is_unet(const std::string& name) { return name == "unet" || name.rfind("unet:", 0) == 0; }

// The graph of a component for a variant; components without variants always use their graph.
std::string graph_of(const Json& entry, const std::string& name, const std::string& variant, const std::string& where) {
  if (variant == "qdq") return inner_path(entry, "graph", where);
  const auto variants = entry.find("variants");
  const bool known = variants != entry.end() && variants->is_object() && variants->contains(variant);
  if (known && variants->at(variant).is_object()) return inner_path(variants->at(variant), "graph", where);
  const bool quantized = text_field(entry, "precision", "float32") != "float32";
  if (is_unet(name) && quantized) {
    std::string there = "qdq";
    if (variants != entry.end() && variants->is_object())
      for (const auto& item : variants->items()) there += ", " + item.key();
    throw UsageError("--variant " + variant + ": the bundle's " + name + " has only " + there);
  }
  return inner_path(entry, "graph", where);
}

void read_components(Bundle& bundle, const Json& manifest, const std::string& variant, const std::string& where) {
  const Json& files = section(manifest, "files", false, where);
  for (const auto& item : section(manifest, "components", false, where).items()) {
    if (!item.value().is_object()) throw broken(where, "components." + item.key() + " is not an object");
    Component component;
    component.name = item.key();
    component.graph = graph_of(item.value(), item.key(), variant, where);
    component.precision = text_field(item.value(), "precision", "");
    const auto listed = files.find(component.graph);
    if (listed != files.end() && listed->is_object()) component.sha256 = text_field(*listed, "sha256", "");
    bundle.components[item.key()] = component;
  }
  if (bundle.components.empty()) throw broken(where, "components is empty");
}

void read_slots(Bundle& bundle, const Json& manifest, const std::string& where) {
  for (const auto& entry : section(manifest, "slots", true, where)) {
    if (!entry.is_object()) throw broken(where, "slots: an entry is not an object");
    Slot slot;
    slot.name = text_field(entry, "name", "");
    slot.is_a = text_field(entry, "role", "") == "A";
    const auto shape = entry.find("shape");
    if (slot.name.empty() || shape == entry.end() || !shape->is_array() || shape->size() != 2 ||
        !dtype_from_name(text_field(entry, "dtype", ""), slot.dtype))
      throw broken(where, "slots: an entry lacks name, dtype or a shape of two sizes");
    for (const auto& dimension : *shape) {
      if (!dimension.is_number_unsigned()) throw broken(where, "slots: " + slot.name + " has a wrong shape");
      slot.shape.push_back(dimension.get<int64_t>());
    }
    if (!checked_bytes(slot.dtype, slot.shape, slot.bytes) ||
        slot.shape[slot.is_a ? 1 : 0] != bundle.geometry.rank)
      throw broken(where, "slots: " + slot.name + " does not have the bundle's rank");
    bundle.slots.push_back(std::move(slot));
  }
  const auto alpha = manifest.find("lora_alpha");
  if (alpha != manifest.end() && alpha->is_object()) {
    bundle.alpha_input = text_field(*alpha, "input", "lora_alpha");
    bundle.alpha_length = integer_field(*alpha, "length", bundle.geometry.rank);
    if (bundle.alpha_length != bundle.geometry.rank) throw broken(where, "lora_alpha.length is not the rank");
  }
}

std::map<std::string, AdapterEntry> adapters_of(const Json& manifest, const Bundle& bundle, const std::string& where) {
  std::map<std::string, AdapterEntry> adapters;
  for (const auto& entry : section(manifest, "adapters", true, where)) {
    if (!entry.is_object()) throw broken(where, "adapters: an entry is not an object");
    AdapterEntry adapter;
    adapter.name = text_field(entry, "name", "");
    adapter.file = inner_path(entry, "file", where);
    adapter.sha256 = text_field(entry, "sha256", "");
    const int64_t bytes = integer_field(entry, "bytes", 0);
    adapter.bytes = bytes < 0 ? 0 : static_cast<uint64_t>(bytes);
    adapter.rank = integer_field(entry, "rank", 0);
    adapter.version = integer_field(entry, "version", 1);
    if (adapter.name.empty() || adapter.rank < 1 || adapter.rank > bundle.geometry.rank)
      throw broken(where, "adapters: '" + adapter.name + "' lacks a name or a rank of 1 to " +
                              std::to_string(bundle.geometry.rank));
    if (!adapters.emplace(adapter.name, adapter).second)
      throw broken(where, "adapters: '" + adapter.name + "' is there twice");
  }
  return adapters;
}

// Field readers throw kBadRequest, which here is the bundle's fault.
template <typename F>
auto as_bundle_error(const std::string& where, F&& read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.code() != Code::kBadRequest) throw;
    throw broken(where, error.what());
  }
}

}  // namespace

int32_t Bundle::model_version() const {
  return static_cast<int32_t>(std::stoul(fingerprint.substr(0, 7), nullptr, 16));
}

std::string read_text(const std::string& path) {
  std::string text(file_bytes(path), '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(text.data(), static_cast<std::streamsize>(text.size()))) throw broken(path, "cannot be read");
  return text;
}

Bundle read_bundle(const std::string& directory, const std::string& variant, bool hash) {
  Bundle bundle;
  bundle.directory = directory;
  const std::string where = bundle.path_of("bundle.json");
  return as_bundle_error(where, [&] {
    const Json manifest = parse_object(read_text(where), Code::kBundle, where);
    check_schema(manifest, where);
    bundle.name = text_field(manifest, "name", "");
    bundle.fingerprint = text_field(manifest, "fingerprint", "");
    if (bundle.fingerprint.size() != kFingerprintBytes ||
        bundle.fingerprint.find_first_not_of("0123456789abcdef") != std::string::npos)
      throw broken(where, "fingerprint must be 64 lower-case hex digits");
    bundle.geometry = read_geometry(manifest, where);
    bundle.geometry_json = manifest.at("geometry");
    read_components(bundle, manifest, variant, where);
    read_slots(bundle, manifest, where);
    bundle.adapters = adapters_of(manifest, bundle, where);
    for (const auto& entry : section(manifest, "plans", true, where)) {
      if (!entry.is_object()) throw broken(where, "plans: an entry is not an object");
      bundle.plans[text_field(entry, "use_case", "")] = inner_path(entry, "file", where);
    }
    const Json& files = section(manifest, "files", false, where);
    for (const auto& [name, component] : bundle.components) {
      check_file(bundle, files, component.graph, hash);
      if (files.contains(component.graph + ".data")) check_file(bundle, files, component.graph + ".data", hash);
    }
    return bundle;
  });
}

std::map<std::string, AdapterEntry> read_adapters(const Bundle& bundle) {
  const std::string where = bundle.path_of("bundle.json");
  return as_bundle_error(where, [&] {
    const Json manifest = parse_object(read_text(where), Code::kBundle, where);
    check_schema(manifest, where);
    if (text_field(manifest, "fingerprint", "") != bundle.fingerprint)
      throw broken(where, "the fingerprint changed: this is another bundle, start a new session");
    return adapters_of(manifest, bundle, where);
  });
}

void check_sidecar(const Bundle& bundle, const AdapterEntry& entry) {
  std::string path = bundle.path_of(entry.file);
  const size_t dot = path.rfind('.');
  path = path.substr(0, dot) + ".json";
  const Json sidecar = parse_object(read_text(path), Code::kAdapterMismatch, path);
  const std::string fingerprint = text_field(sidecar, "fingerprint", "");
  if (fingerprint != bundle.fingerprint)
    throw Error(Code::kAdapterMismatch, "adapter '" + entry.name + "' was fitted to " + fingerprint.substr(0, 12) +
                                            ", the bundle is " + bundle.fingerprint.substr(0, 12) +
                                            "; import it again for this bundle");
  const std::string sha256 = text_field(sidecar, "sha256", "");
  if (!entry.sha256.empty() && sha256 != entry.sha256)
    throw Error(Code::kAdapterMismatch, "adapter '" + entry.name + "': its side-car and bundle.json name different files");
}

}  // namespace quad
