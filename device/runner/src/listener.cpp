#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "error.h"

namespace quad {
namespace {

constexpr int kBacklog = 16;
constexpr long kMaxPort = 65535;

bool starts_with(const std::string& text, const char* head) { return text.rfind(head, 0) == 0; }

}  // namespace

Listener::Listener(const std::string& address) : address_(address) {
  try {
    if (starts_with(address, "unix:")) listen_unix(address.substr(5), false);
    else if (starts_with(address, "abstract:")) listen_unix(address.substr(9), true);
    else listen_tcp(address);
  } catch (...) {  // a constructor that throws has no destructor
    if (descriptor_ >= 0) ::close(descriptor_);
    throw;
  }
}

Listener::~Listener() {
  ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Listener::bind_and_listen(const void* address, unsigned length) {
  if (::bind(descriptor_, static_cast<const sockaddr*>(address), length) != 0 || ::listen(descriptor_, kBacklog) != 0)
    throw UsageError("--listen " + address_ + ": " + std::strerror(errno));
}

void Listener::listen_tcp(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  char* end = nullptr;
  const long port = colon == std::string::npos ? -1 : std::strtol(address.c_str() + colon + 1, &end, 10);
  if (port < 0 || port > kMaxPort || *end != '\0' || end == address.c_str() + colon + 1)
    throw UsageError("--listen: '" + address + "' is not 127.0.0.1:PORT, unix:PATH or abstract:NAME");
  if (host != "127.0.0.1" && host != "localhost")
    throw UsageError("--listen: '" + host + "' is not the loopback address; the runner listens on 127.0.0.1 only");
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(port));
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind_and_listen(&name, sizeof(name));
  socklen_t length = sizeof(name);
  ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&name), &length);
  port_ = ntohs(name.sin_port);
  address_ = "127.0.0.1:" + std::to_string(port_);
}

void Listener::listen_unix(const std::string& name, bool abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() + 2 > sizeof(address.sun_path))
    throw UsageError("--listen: a socket name must have 1 to " + std::to_string(sizeof(address.sun_path) - 2) + " bytes");
  descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::memcpy(address.sun_path + (abstract ? 1 : 0), name.data(), name.size());
  const auto length = static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
  bind_and_listen(&address, length);
  if (abstract) return;
  path_ = name;
  ::chmod(name.c_str(), S_IRUSR | S_IWUSR);
}

int Listener::accept_client() const {
  const int client = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client >= 0) {
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // fails harmlessly on Unix sockets
  }
  return client;
}

}  // namespace quad
