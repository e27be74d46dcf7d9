#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "bundle.h"

namespace {

struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/quad-bundle-XXXXXX";
    path = mkdtemp(name);
    mkdir((path + "/graphs").c_str(), 0700);
    write("graphs/unet.onnx", "12345");
  }
  ~Folder() {
    for (const char* file : {"graphs/unet.onnx", "bundle.json"}) unlink((path + "/" + file).c_str());
    rmdir((path + "/graphs").c_str());
    rmdir(path.c_str());
  }
  void write(const std::string& file, const std::string& text) const { std::ofstream(path + "/" + file) << text; }
};

quad::Json manifest() {
  return quad::Json::parse(R"({"schema":"quad-studio/bundle/1","name":"n","fingerprint":"",
    "geometry":{"image_height":8,"image_width":8,"latent_channels":4,"latent_height":4,"latent_width":4,"unet_in_channels":4,
                "text_tokens":77,"text_width":8,"rank":4},
    "components":{"unet":{"graph":"graphs/unet.onnx","precision":"w8a16"}},
    "slots":[{"name":"m.lora_A.weight","role":"A","dtype":"int16","shape":[8,4]},{"name":"m.lora_B.weight","role":"B","dtype":"int16","shape":[4,8]}],
    "lora_alpha":{"input":"lora_alpha","length":4},
    "adapters":[{"name":"a","file":"adapters/a.onnx_adapter","sha256":"","bytes":1,"rank":2}],
    "plans":[{"use_case":"u","file":"plans/u.json"}],
    "files":{"graphs/unet.onnx":{"sha256":"5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5","bytes":5}}})");
}

template <typename F>
quad::Bundle read_with(const Folder& folder, F change, const std::string& variant = "qdq") {
  quad::Json given = manifest();
  given["fingerprint"] = "abcdef0" + std::string(57, '1');
  change(given);
  folder.write("bundle.json", given.dump());
  return quad::read_bundle(folder.path, variant, true);
}

}  // namespace

TEST(a_good_manifest_is_read) {
  const Folder folder;
  const quad::Bundle bundle = read_with(folder, [](auto&) {});
  CHECK_EQUAL(bundle.model_version(), 0xabcdef0);
  CHECK_EQUAL(bundle.slots[1].bytes, uint64_t{64});
  CHECK_EQUAL(bundle.adapters.at("a").rank, 2);
}

TEST(what_is_wrong_is_named) {
  const Folder folder;
  CHECK_ERROR(read_with(folder, [](auto& m) { m["schema"] = "quad-studio/bundle/2"; }), "bundle: " + folder.path + "/bundle.json: schema is");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["fingerprint"] = "xyz"; }), "64 lower-case hex");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["geometry"].erase("rank"); }), "geometry.rank");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["geometry"]["rank"] = "4"; }), "rank: must be an integer");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["components"]["unet"]["graph"] = "../unet.onnx"; }), "path inside the bundle");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["components"]["unet"]["graph"] = "/etc/passwd"; }), "path inside the bundle");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["slots"][0]["shape"] = {8, 3}; }), "does not have the bundle's rank");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["adapters"][0]["rank"] = 5; }), "rank of 1 to 4");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["adapters"].push_back(m["adapters"][0]); }), "there twice");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["files"] = quad::Json::object(); }), "not listed under files");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["files"]["graphs/unet.onnx"]["bytes"] = 6; }), "has 5 bytes, bundle.json says 6");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["files"]["graphs/unet.onnx"]["sha256"] = "0"; }), "SHA-256 is not the one");
  CHECK_ERROR(read_with(folder, [](auto& m) { m["lora_alpha"]["length"] = 3; }), "lora_alpha.length");
}

TEST(a_variant_that_the_bundle_lacks_lists_what_is_there) {
  const Folder folder;
  CHECK_ERROR(read_with(folder, [](auto&) {}, "exact"), "--variant exact: the bundle's unet has only qdq");
  const auto with_variant = [](auto& m) { m["components"]["unet"]["variants"]["exact"]["graph"] = "graphs/unet.onnx"; };
  CHECK_EQUAL(read_with(folder, with_variant, "exact").components.at("unet").graph, "graphs/unet.onnx");
}

TEST(a_new_fingerprint_is_another_bundle) {
  const Folder folder;
  const quad::Bundle bundle = read_with(folder, [](auto&) {});
  CHECK_EQUAL(quad::read_adapters(bundle).size(), size_t{1});
  try {
    read_with(folder, [](auto& m) { m["fingerprint"] = std::string(64, '2'); });
  } catch (const quad::Error&) {
  }
  CHECK_ERROR(quad::read_adapters(bundle), "the fingerprint changed");
}
