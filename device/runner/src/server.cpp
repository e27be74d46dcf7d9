#include "server.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>

#include "error.h"
#include "version.h"

namespace quad {
namespace {

constexpr size_t kMaxQueued = 64;
constexpr int kHelloTimeoutMs = 10000;
constexpr int kHousekeepingMs = 200;
constexpr size_t kReadBytes = 1u << 18;
constexpr char kStop = 's', kReap = 'r';

// Takes as long wherever the first difference is.
bool same_token(const std::string& given, const std::string& expected) {
  unsigned difference = given.size() == expected.size() ? 0u : 1u;
  for (size_t i = 0; i < expected.size(); ++i) {
    const char c = i < given.size() ? given[i] : '\0';
    difference |= static_cast<unsigned>(static_cast<unsigned char>(c) ^ static_cast<unsigned char>(expected[i]));
  }
  return difference == 0;
}

bool is_queued(const std::string& type) {
  return type == "generate" || type == "run_graph" || type == "load" || type == "evict" || type == "reload_adapters";
}

}  // namespace

Server::Server(const Options& options, Engine& engine, Listener& listener, std::string token)
    : options_(options), engine_(engine), listener_(listener), token_(std::move(token)) {
  if (::pipe2(wake_pipe_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("pipe: no descriptor left");
  worker_ = std::thread([this] { work(); });
}

Server::~Server() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  cancel_everything();
  changed_.notify_all();
  worker_.join();
  reap_readers(true);
  ::close(wake_pipe_[0]);
  ::close(wake_pipe_[1]);
}

void Server::stop() noexcept { wake(kStop); }

void Server::wake(char reason) noexcept {
  [[maybe_unused]] const ssize_t written = ::write(wake_pipe_[1], &reason, 1);
}

bool Server::told_to_stop() const {
  char reasons[64];
  const ssize_t count = ::read(wake_pipe_[0], reasons, sizeof(reasons));
  return std::find(reasons, reasons + std::max<ssize_t>(count, 0), kStop) != reasons + std::max<ssize_t>(count, 0);
}

void Server::run() {
  for (;;) {
    pollfd waits[3] = {{listener_.descriptor(), POLLIN, 0}, {wake_pipe_[0], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    const nfds_t count = options_.watch_stdin ? 3 : 2;
    if (::poll(waits, count, kHousekeepingMs) < 0 && errno != EINTR) return;
    if (waits[1].revents != 0 && told_to_stop()) return;
    if (count == 3 && waits[2].revents != 0) {
      char ignored[256];
      if (::read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0) return;
    }
    if ((waits[0].revents & POLLIN) != 0) accept_one();
    reap_readers(false);
    if (idle_too_long()) return;
  }
}

bool Server::idle_too_long() const {
  if (options_.idle_timeout_s <= 0) return false;
  const std::lock_guard lock(mutex_);
  return !running_ && queue_.empty() && last_activity_.ms() > options_.idle_timeout_s * 1000;
}

void Server::accept_one() {
  const int descriptor = listener_.accept_client();
  if (descriptor < 0) return;
  auto client = std::make_shared<Client>(descriptor, next_client_++);
  if (clients_ >= options_.max_clients) {
    send_error(*client, "", Code::kBusy,
               "the runner serves its " + std::to_string(options_.max_clients) + " clients already");
    client->disconnect();
    return;
  }
  ++clients_;
  auto reader = std::make_unique<Reader>();
  reader->client = client;
  Reader* const raw = reader.get();
  reader->thread = std::thread([this, raw] {
    read_client(raw->client);
    cancel(*raw->client, "*");
    raw->client->disconnect();
    --clients_;
    raw->ended = true;
    wake(kReap);
  });
  readers_.push_back(std::move(reader));
}

void Server::reap_readers(bool all) {
  for (auto& reader : readers_) {
    if (all) reader->client->disconnect();
    if (!all && !reader->ended) continue;
    reader->thread.join();
    reader.reset();
  }
  readers_.erase(std::remove(readers_.begin(), readers_.end(), nullptr), readers_.end());
}

void Server::read_client(const std::shared_ptr<Client>& client) {
  FrameParser parser({kMaxHelloHeaderBytes, 0});
  std::vector<uint8_t> bytes(kReadBytes);
  const Stopwatch connected;
  while (client->connected()) {
    const int left_ms = std::max(0, kHelloTimeoutMs - static_cast<int>(connected.ms()));
    const size_t got = client->receive(bytes.data(), bytes.size(), client->greeted ? -1 : left_ms);
    if (got == 0) return;
    try {
      parser.feed(bytes.data(), got);
      for (Frame frame; parser.take(frame);)
        if (!take_frame(client, frame, parser)) return;
    } catch (const Error& error) {  // not a frame: the stream is out of step
      send_error(*client, "", error.code(), error.what());
      return;
    } catch (const std::bad_alloc&) {
      send_error(*client, "", Code::kOutOfMemory, "no memory for the request");
      return;
    }
  }
}

bool Server::take_frame(const std::shared_ptr<Client>& client, const Frame& frame, FrameParser& parser) {
  {
    const std::lock_guard lock(mutex_);
    last_activity_ = Stopwatch();
  }
  Message message = read_envelope(frame);  // its BadHeader closes the connection
  try {
    if (!client->greeted) {
      if (!greet(client, message)) return false;
      parser.set_limits({kMaxHeaderBytes, options_.max_payload_bytes});
      return true;
    }
    read_tensors(message, frame);
    if (is_queued(message.type)) enqueue(client, std::move(message));
    else answer_now(client, message);
  } catch (const Error& error) {
    send_error(*client, message.id, error.code(), error.what());
  }
  return client->connected();
}

bool Server::greet(const std::shared_ptr<Client>& client, const Message& message) {
  if (message.type != "hello") {
    send_error(*client, message.id, Code::kBadRequest, "say hello first");
    return false;
  }
  if (!same_token(text_field(message.header, "token", ""), token_)) {
    send_error(*client, message.id, Code::kBadToken, "the token is not this runner's");
    return false;
  }
  const int64_t protocol = integer_field(message.header, "protocol", 0);
  if (protocol != kProtocol) {
    send_error(*client, message.id, Code::kProtocolVersion,
               "this runner speaks protocol " + std::to_string(kProtocol) + ", the client " + std::to_string(protocol) +
                   "; deploy the runner of the same release");
    return false;
  }
  client->name = text_field(message.header, "client", "");
  Json answer = engine_.describe();
  answer["type"] = "hello";
  answer["id"] = message.id;
  answer["protocol"] = kProtocol;
  answer["pid"] = ::getpid();
  answer["limits"] = {{"header_bytes", kMaxHeaderBytes},
                      {"payload_bytes", options_.max_payload_bytes},
                      {"queue", kMaxQueued},
                      {"clients", options_.max_clients}};
  client->greeted = true;
  client->send(std::move(answer));
  return true;
}

void Server::answer_now(const std::shared_ptr<Client>& client, const Message& message) {
  const Json ok = {{"type", "ok"}, {"id", message.id}};
  if (message.type == "ping") {
    client->send(ok);
  } else if (message.type == "stats") {
    client->send(stats_answer(message));
  } else if (message.type == "cancel") {
    const std::string target = text_field(message.header, "target", "");
    if (target.empty()) throw Error(Code::kBadRequest, "target: missing");
    Json answer = ok;
    answer["cancelled"] = cancel(*client, target);
    client->send(std::move(answer));
  } else if (message.type == "preload") {
    preload(client, message);
  } else if (message.type == "inject_fault") {
    inject_fault(client, message);
  } else if (message.type == "shutdown") {
    client->send(ok);
    stop();
  } else {
    throw Error(Code::kBadRequest, "unknown type '" + message.type + "'");
  }
}

Json Server::stats_answer(const Message& message) const {
  Json answer = engine_.stats();
  answer["type"] = "stats";
  answer["id"] = message.id;
  answer["clients"] = clients_.load();
  answer["uptime_s"] = uptime_.ms() / 1000;
  const std::lock_guard lock(mutex_);
  answer["requests"] = {{"done", done_},
                        {"failed", failed_},
                        {"cancelled", cancelled_},
                        {"queued", queue_.size()},
                        {"running", running_ ? 1 : 0}};
  return answer;
}

void Server::preload(const std::shared_ptr<Client>& client, const Message& message) {
  const std::string name = text_field(message.header, "adapter", "");
  if (name.empty()) throw Error(Code::kBadRequest, "adapter: missing");
  const auto done = [client, id = message.id](const AdapterCache::Found& found, double load_ms,
                                              std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
      client->send({{"type", "ok"},
                    {"id", id},
                    {"cached", true},
                    {"was_cached", !found.cold},
                    {"load_ms", load_ms},
                    {"bytes", found.adapter->file->size()}});
    } catch (const Error& error) {
      send_error(*client, id, error.code(), error.what());
    } catch (const std::exception& error) {
      send_error(*client, id, Code::kInternal, error.what());
    }
  };
  engine_.adapters().preload(name, done);
}

void Server::inject_fault(const std::shared_ptr<Client>& client, const Message& message) {
  if (!options_.allow_faults) throw Error(Code::kBadRequest, "faults are off; start the runner with --allow-faults");
  const std::string fault = text_field(message.header, "fault", "");
  const int64_t ms = std::clamp<int64_t>(integer_field(message.header, "ms", 0), 0, 3600000);
  if (fault == "crash") std::abort();
  if (fault == "exit") ::_exit(4);
  if (fault == "close") return client->disconnect();
  if (fault == "stall") engine_.faults().stall_ms = ms;
  else if (fault == "slow_step") engine_.faults().slow_step_ms = ms;
  else if (fault == "out_of_memory") engine_.faults().out_of_memory = true;
  else throw Error(Code::kBadRequest, "fault: knows crash, exit, close, stall, slow_step, out_of_memory");
  client->send({{"type", "ok"}, {"id", message.id}});
}

void Server::enqueue(const std::shared_ptr<Client>& client, Message message) {
  auto job = std::make_shared<Job>();
  job->client = client;
  job->message = std::move(message);
  {
    const std::lock_guard lock(mutex_);
    const auto same = [&](const std::shared_ptr<Job>& other) {
      return other && other->client == client && other->message.id == job->message.id;
    };
    if (same(running_) || std::any_of(queue_.begin(), queue_.end(), same))
      throw Error(Code::kBadRequest, "id: '" + job->message.id + "' is in use for an unfinished request");
    if (queue_.size() >= kMaxQueued) throw Error(Code::kBusy, "the queue is full; wait for an answer");
    if (stopping_) throw Error(Code::kBusy, "the runner is ending");
    queue_.push_back(std::move(job));
  }
  changed_.notify_all();
}

size_t Server::cancel(const Client& client, const std::string& target) {
  std::vector<std::shared_ptr<Job>> dropped;
  size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto is_meant = [&](const std::shared_ptr<Job>& job) {
      return job && job->client.get() == &client && (target == "*" || job->message.id == target);
    };
    if (is_meant(running_)) {
      running_->cancellation->cancel();
      ++count;
    }
    // What only waits is answered at once: the running request may be another client's and long.
    std::deque<std::shared_ptr<Job>> kept;
    for (const auto& job : queue_) (is_meant(job) ? dropped.push_back(job) : kept.push_back(job));
    queue_.swap(kept);
    count += dropped.size();
    cancelled_ += static_cast<int64_t>(dropped.size());
  }
  for (const auto& job : dropped) send_error(*job->client, job->message.id, Code::kCancelled, "cancelled");
  return count;
}

void Server::cancel_everything() {
  const std::lock_guard lock(mutex_);
  if (running_) running_->cancellation->cancel();
  for (const auto& job : queue_) job->cancellation->cancel();
}

void Server::work() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = running_ = queue_.front();
      queue_.pop_front();
    }
    work_one(job);
    const std::lock_guard lock(mutex_);
    running_.reset();
    last_activity_ = Stopwatch();
  }
}

void Server::work_one(const std::shared_ptr<Job>& job) {
  Client& client = *job->client;
  const std::string& id = job->message.id;
  const auto failed = [&](Code code, const std::string& what) {
    {
      const std::lock_guard lock(mutex_);
      ++(code == Code::kCancelled ? cancelled_ : failed_);
      running_.reset();
    }
    send_error(client, id, code, what);
  };
  try {
    const bool report = bool_field(job->message.header, "progress", true);
    const auto progress = [&](size_t step, size_t total) {
      if (report) client.send({{"type", "progress"}, {"id", id}, {"step", step}, {"total", total}});
    };
    Answer answer = engine_.execute(job->message, job->queued.ms(), *job->cancellation, progress);
    answer.header["id"] = id;
    {
      const std::lock_guard lock(mutex_);
      ++done_;
      running_.reset();  // before the answer: the client may use the id again at once
    }
    client.send(std::move(answer.header), answer.tensors);
  } catch (const Error& error) {
    failed(error.code(), error.what());
  } catch (const UsageError& error) {
    failed(Code::kBadRequest, error.what());
  } catch (const std::bad_alloc&) {
    failed(Code::kOutOfMemory, "not enough memory for the request");
  } catch (const std::exception& error) {  // the worker's last line of defence
    failed(Code::kInternal, error.what());
  }
}

void Server::send_error(Client& client, const std::string& id, Code code, const std::string& message) {
  client.send({{"type", "error"}, {"id", id}, {"code", word(code)}, {"message", message}});
}

}  // namespace quad
