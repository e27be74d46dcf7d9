// The socket that clients connect to.
#pragma once

#include <string>

namespace quad {

class Listener {
 public:
  // "127.0.0.1:PORT", "[::1]:PORT", "unix:PATH" or "abstract:NAME". Throws UsageError.
  explicit Listener(const std::string& address);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int descriptor() const { return descriptor_; }
  int port() const { return port_; }
  // As a client would write it, with the port that was picked.
  const std::string& address() const { return address_; }
  // A connected socket, or -1.
  int accept_client() const;

 private:
  void listen_tcp(const std::string& address);
  void listen_unix(const std::string& name, bool abstract);
  void bind_and_listen(const void* address, unsigned length);

  int descriptor_ = -1;
  int port_ = 0;
  std::string address_;
  std::string path_;  // removed at the end
};

}  // namespace quad
