// Clients, the queue of their requests, and the thread that works it off.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client.h"
#include "engine.h"
#include "listener.h"
#include "options.h"
#include "stopwatch.h"

namespace quad {

class Server {
 public:
  Server(const Options& options, Engine& engine, Listener& listener, std::string token);
  ~Server();

  // Serves until shutdown, a signal, the idle timeout or the end of stdin.
  void run();
  // Async-signal-safe.
  void stop() noexcept;

 private:
  struct Job {
    std::shared_ptr<Client> client;
    Message message;
    std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>();
    Stopwatch queued;
  };
  struct Reader {
    std::shared_ptr<Client> client;
    std::thread thread;
    std::atomic<bool> ended{false};
  };

  void wake(char reason) noexcept;
  bool told_to_stop() const;
  void accept_one();
  void reap_readers(bool all);
  bool idle_too_long() const;

  void read_client(const std::shared_ptr<Client>& client);
  // Returns false when the connection must be closed.
  bool take_frame(const std::shared_ptr<Client>& client, const Frame& frame, FrameParser& parser);
  bool greet(const std::shared_ptr<Client>& client, const Message& message);
  void answer_now(const std::shared_ptr<Client>& client, const Message& message);
  void preload(const std::shared_ptr<Client>& client, const Message& message);
  void inject_fault(const std::shared_ptr<Client>& client, const Message& message);
  void enqueue(const std::shared_ptr<Client>& client, Message message);
  size_t cancel(const Client& client, const std::string& target);
  void cancel_everything();
  Json stats_answer(const Message& message) const;

  void work();
  void work_one(const std::shared_ptr<Job>& job);
  static void send_error(Client& client, const std::string& id, Code code, const std::string& message);

  const Options& options_;
  Engine& engine_;
  Listener& listener_;
  const std::string token_;
  int wake_pipe_[2] = {-1, -1};
  Stopwatch uptime_;

  std::vector<std::unique_ptr<Reader>> readers_;  // main thread only
  uint64_t next_client_ = 1;
  std::atomic<size_t> clients_{0};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Job>> queue_;
  std::shared_ptr<Job> running_;
  Stopwatch last_activity_;
  bool stopping_ = false;
  int64_t done_ = 0, failed_ = 0, cancelled_ = 0;
  std::thread worker_;
};

}  // namespace quad
