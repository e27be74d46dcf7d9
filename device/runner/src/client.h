// One connection: its socket, its parser, and frames sent whole.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "frame.h"
#include "message.h"

namespace quad {

class Client {
 public:
  // Takes the socket over.
  Client(int descriptor, uint64_t number);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Waits for bytes; returns how many, 0 at the end of the stream or when `timeout_ms` (-1: never) passed.
  size_t receive(uint8_t* into, size_t size, int timeout_ms) const;
  // Sends a frame; false when the client is gone or does not read.
  bool send(Json header, const std::vector<Tensor>& tensors = {});
  // Wakes whoever reads or writes; callable from any thread.
  void disconnect();

  bool connected() const { return connected_; }
  uint64_t number() const { return number_; }

  std::string name;              // set once, by hello
  std::atomic<bool> greeted{false};

 private:
  bool send_all(const void* data, size_t size);

  const int descriptor_;
  const uint64_t number_;
  std::atomic<bool> connected_{true};
  std::mutex send_mutex_;
};

}  // namespace quad
