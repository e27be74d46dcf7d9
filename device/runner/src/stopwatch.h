// Elapsed time: on the steady clock, and of this process's processors.
#pragma once

#include <chrono>
#include <ctime>

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

// All threads together; what other processes take does not count.
class CpuStopwatch {
 public:
  double ms() const { return now() - start_; }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
  }
  double start_ = now();
};

}  // namespace quad
