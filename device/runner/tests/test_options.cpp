#include "check.h"

#include <unistd.h>

#include <fstream>

#include "options.h"

namespace {

quad::Options parse(std::vector<const char*> words) {
  words.insert(words.begin(), "quad_runner");
  return quad::parse_options(static_cast<int>(words.size()), words.data());
}

}  // namespace

TEST(what_is_given_is_taken) {
  const auto options = parse({"--bundle", "B", "--token-file", "T", "--threads", "3", "--provider-option", "a=b=c",
                              "--provider-components", "unet,vae_decoder", "--verify", "sha256", "--watch-stdin"});
  CHECK_EQUAL(options.threads, 3);
  CHECK_EQUAL(options.provider_options.at("a"), "b=c");
  CHECK_EQUAL(options.provider_components.size(), size_t{2});
  CHECK(options.verify_hashes && options.watch_stdin && !options.allow_faults);
}

TEST(each_mistake_names_its_argument) {
  CHECK_ERROR(parse({}), "--bundle is missing");
  CHECK_ERROR(parse({"--bundle", "B"}), "--token-file is missing");
  CHECK_ERROR(parse({"--bundle"}), "--bundle: its value is missing");
  CHECK_ERROR(parse({"--bundel", "B"}), "unknown argument '--bundel'");
  CHECK_ERROR(parse({"--threads", "0"}), "--threads: '0' is not a number from 1 to 256");
  CHECK_ERROR(parse({"--threads", "2x"}), "--threads: '2x'");
  CHECK_ERROR(parse({"--threads", "-1"}), "--threads: '-1'");
  CHECK_ERROR(parse({"--provider", "gpu"}), "--provider: 'gpu' is not one of cpu, qnn, xnnpack, nnapi");
  CHECK_ERROR(parse({"--provider-option", "x"}), "write KEY=VALUE");
  CHECK_ERROR(parse({"--bundle", "B", "--token-file", "T", "--provider", "qnn"}), "needs --qnn-library");
}

TEST(a_token_must_be_long_enough_and_printable) {
  char path[] = "/tmp/quad-token-XXXXXX";
  ::close(mkstemp(path));
  const auto token_of = [&](const std::string& text) {
    std::ofstream(path) << text;
    return quad::read_token(path);
  };
  CHECK_EQUAL(token_of("0123456789abcdef\r\nrest"), "0123456789abcdef");
  CHECK_ERROR(token_of("short\n"), "16 to 256 printable");
  CHECK_ERROR(token_of("0123456789 abcdef0\n"), "16 to 256 printable");
  ::unlink(path);
  CHECK_ERROR(quad::read_token(path), "cannot read");
}
