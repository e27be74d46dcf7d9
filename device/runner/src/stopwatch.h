// Elapsed time on the steady clock.
#pragma once

#include <chrono>

namespace quad {

class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;
  Stopwatch() : start_(Clock::now()) {}
  explicit Stopwatch(Clock::time_point start) : start_(start) {}
  double ms() const { return std::chrono::duration<double, std::milli>(Clock::now() - start_).count(); }

 private:
  Clock::time_point start_;
};

}  // namespace quad
