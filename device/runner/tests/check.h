// A test is a function; a failed check says where and what, and fails the program.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "error.h"

namespace test {

struct Case {
  const char* file;
  const char* name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

struct Registered {
  Registered(const char* file, const char* name, void (*run)()) { cases().push_back({file, name, run}); }
};

inline int failures = 0;

inline void fail(const char* file, int line, const std::string& what) {
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
  ++failures;
}

// What the error that `run` throws says; "" when it throws none.
template <typename F>
std::string error_of(F&& run) {
  try {
    run();
  } catch (const quad::Error& error) {
    return std::string(quad::word(error.code())) + ": " + error.what();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace test

#define TEST(name)                                                       \
  static void name();                                                    \
  static const test::Registered name##_registered(__FILE__, #name, name); \
  static void name()

#define CHECK(condition) \
  if (!(condition)) test::fail(__FILE__, __LINE__, "not true: " #condition)

#define CHECK_EQUAL(found, expected)                                                                      \
  if (!((found) == (expected))) test::fail(__FILE__, __LINE__, #found " is not " #expected)

// The error must contain `part`.
#define CHECK_ERROR(run, part)                                                                            \
  do {                                                                                                    \
    const std::string said = test::error_of([&] { run; });                                                \
    if (said.find(part) == std::string::npos)                                                             \
      test::fail(__FILE__, __LINE__, "expected an error with '" + std::string(part) + "', got '" + said + "'"); \
  } while (false)
