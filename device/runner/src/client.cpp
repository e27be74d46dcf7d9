#include "client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

namespace quad {
namespace {

constexpr int kSendTimeoutS = 20;

}  // namespace

Client::Client(int descriptor, uint64_t number) : descriptor_(descriptor), number_(number) {
  // A client that stops reading must not hold up the others for ever.
  const timeval limit{kSendTimeoutS, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

Client::~Client() { ::close(descriptor_); }

size_t Client::receive(uint8_t* into, size_t size, int timeout_ms) const {
  pollfd wait{descriptor_, POLLIN, 0};
  int ready;
  do {
    ready = ::poll(&wait, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return 0;
  ssize_t got;
  do {
    got = ::recv(descriptor_, into, size, 0);
  } while (got < 0 && errno == EINTR);
  return got < 0 ? 0 : static_cast<size_t>(got);
}

bool Client::send_all(const void* data, size_t size) {
  const auto* at = static_cast<const uint8_t*>(data);
  while (size > 0) {
    const ssize_t sent = ::send(descriptor_, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

bool Client::send(Json header, const std::vector<Tensor>& tensors) {
  uint64_t payload = 0;
  if (!tensors.empty()) payload = describe_tensors(header, tensors);
  const std::string head = frame_head(dump(header), payload);
  static const uint8_t kZeros[8] = {};
  const std::lock_guard lock(send_mutex_);
  if (!connected_) return false;
  bool sent = send_all(head.data(), head.size());
  for (const auto& tensor : tensors) {
    const size_t padding = static_cast<size_t>((8 - tensor.bytes % 8) % 8);
    sent = sent && send_all(tensor.data, static_cast<size_t>(tensor.bytes)) && send_all(kZeros, padding);
  }
  if (!sent) disconnect();
  return sent;
}

void Client::disconnect() {
  connected_ = false;
  ::shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace quad
