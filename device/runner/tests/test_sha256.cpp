#include "check.h"

#include "sha256.h"

namespace {

std::string hash(const std::string& text) { return quad::sha256_hex(reinterpret_cast<const uint8_t*>(text.data()), text.size()); }

}  // namespace

TEST(the_standards_own_examples) {  // FIPS 180-4, and NIST's long message
  CHECK_EQUAL(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQUAL(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_EQUAL(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_EQUAL(hash(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
