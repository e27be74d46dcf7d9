// Runs the tests of the files whose name is an argument; without one, all.
#include <cstring>

#include "check.h"

namespace {

bool is_wanted(const test::Case& one, int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    if (std::strstr(one.file, argv[i]) != nullptr) return true;
  return argc == 1;
}

}  // namespace

int main(int argc, char** argv) {
  size_t count = 0;
  for (const auto& one : test::cases()) {
    if (!is_wanted(one, argc, argv)) continue;
    const int before = test::failures;
    one.run();
    std::printf("%s %s\n", test::failures == before ? "ok  " : "FAIL", one.name);
    ++count;
  }
  std::printf("%zu tests, %d failed checks\n", count, test::failures);
  return test::failures == 0 && count > 0 ? 0 : 1;
}
