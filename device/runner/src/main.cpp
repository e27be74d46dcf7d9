// quad_runner: holds one bundle and generates images for clients on a socket. See PROTOCOL.md.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "engine.h"
#include "error.h"
#include "listener.h"
#include "options.h"
#include "server.h"
#include "version.h"

namespace {

constexpr int kUsageStatus = 2, kBundleStatus = 3, kRuntimeStatus = 4;

quad::Server* running_server = nullptr;

void stop_server(int) {
  if (running_server != nullptr) running_server->stop();
}

// Our own copy of stdout. Provider libraries print to stdout as they please: that goes to stderr,
// so that the first line on stdout is ours and the pipe behind it cannot fill up.
FILE* take_stdout() {
  FILE* ours = ::fdopen(::dup(STDOUT_FILENO), "w");
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return ours;
}

FILE* answers = nullptr;

void print_line(const quad::Json& value) {
  if (answers == nullptr) return;
  std::fprintf(answers, "%s\n", quad::dump(value).c_str());
  std::fflush(answers);
}

int refuse(int status, const char* code, const std::string& message) {
  print_line({{"ready", false}, {"error", {{"code", code}, {"message", message}}}});
  std::fprintf(stderr, "quad_runner: %s\n", message.c_str());
  return status;
}

int serve(const quad::Options& options) {
  const std::string token = quad::read_token(options.token_file);
  quad::Listener listener(options.listen);
  quad::Engine engine(options);
  quad::Server server(options, engine, listener, token);
  running_server = &server;
  std::signal(SIGTERM, stop_server);
  std::signal(SIGINT, stop_server);
  std::signal(SIGPIPE, SIG_IGN);
  print_line({{"ready", true},
              {"port", listener.port()},
              {"address", listener.address()},
              {"protocol", quad::kProtocol},
              {"pid", ::getpid()},
              {"version", quad::kVersion}});
  server.run();
  running_server = nullptr;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  answers = take_stdout();
  try {
    const quad::Options options = quad::parse_options(argc, argv);
    if (options.version) {
      print_line({{"version", quad::kVersion},
                  {"protocol", quad::kProtocol},
                  {"ort_version", Ort::GetVersionString()},
                  {"providers", Ort::GetAvailableProviders()}});
      return 0;
    }
    return serve(options);
  } catch (const quad::UsageError& error) {
    std::fprintf(stderr, "%s\n", quad::usage().c_str());
    return refuse(kUsageStatus, "usage", error.what());
  } catch (const quad::Error& error) {
    const bool bundle = error.code() == quad::Code::kBundle || error.code() == quad::Code::kAdapterMismatch;
    return refuse(bundle ? kBundleStatus : kRuntimeStatus, quad::word(error.code()), error.what());
  } catch (const std::exception& error) {
    return refuse(kRuntimeStatus, "internal", error.what());
  }
}
