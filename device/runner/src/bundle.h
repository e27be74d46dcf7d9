// What bundle.json says: graphs, slots, adapters, plans.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "message.h"
#include "tensor.h"

namespace quad {

struct Component {
  std::string name;
  std::string graph;  // path below the bundle
  std::string sha256;
  std::string precision;
};

struct Slot {
  std::string name;
  bool is_a = false;  // lora_A [in, r]; else lora_B [r, out]
  Dtype dtype = Dtype::kInt16;
  Shape shape;
  uint64_t bytes = 0;
};

struct AdapterEntry {
  std::string name;
  std::string file;  // path below the bundle
  std::string sha256;
  uint64_t bytes = 0;
  int64_t rank = 0;
  int64_t version = 0;
};

struct Geometry {
  int64_t image_height = 0, image_width = 0;
  int64_t latent_channels = 0, latent_height = 0, latent_width = 0;
  int64_t unet_in_channels = 0;
  int64_t text_tokens = 0, text_width = 0;
  int64_t rank = 0;

  Shape image() const { return {1, 3, image_height, image_width}; }
  Shape latents() const { return {1, latent_channels, latent_height, latent_width}; }
  Shape mask() const { return {1, 1, latent_height, latent_width}; }
};

struct Bundle {
  std::string directory;
  std::string name;
  std::string fingerprint;
  Geometry geometry;
  Json geometry_json;
  std::map<std::string, Component> components;
  std::vector<Slot> slots;
  std::string alpha_input;
  int64_t alpha_length = 0;
  std::map<std::string, AdapterEntry> adapters;
  std::map<std::string, std::string> plans;  // use case -> path below the bundle

  // model_version that an adapter of this bundle must carry: the fingerprint's first 28 bits.
  int32_t model_version() const;
  std::string path_of(const std::string& relative) const { return directory + "/" + relative; }
};

// Reads DIR/bundle.json and checks that the files it names are there with their sizes; `variant`
// picks the graphs of the CPU variant ("qdq" is the graph itself), `hash` also checks SHA-256.
// Throws Error(kBundle) or, for a variant that the bundle lacks, UsageError.
Bundle read_bundle(const std::string& directory, const std::string& variant, bool hash);

// The adapters section alone, for reload_adapters; the fingerprint must still be `bundle`'s.
std::map<std::string, AdapterEntry> read_adapters(const Bundle& bundle);

// Checks an adapter's side-car against the bundle. Throws Error(kAdapterMismatch).
void check_sidecar(const Bundle& bundle, const AdapterEntry& entry);

std::string read_text(const std::string& path);

}  // namespace quad
