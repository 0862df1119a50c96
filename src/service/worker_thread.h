#pragma once

#include <poll.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "live/engine.h"
#include "live/source.h"
#include "system/descriptor.h"

namespace statewall {

/// A thread that takes frames from its source to its worker, until it is stopped.
class WorkerThread {
 public:
  /// REQUIRES: the engine outlives it.
  static Result<std::unique_ptr<WorkerThread>> start(Engine& engine, unsigned index,
                                                     std::unique_ptr<Source> source);
  /// Stops it: frames that were taken are handled.
  ~WorkerThread();

  const SourceCounters& counters() const { return source_->counters(); }

  /// What its source wanted to say, since the last call.
  std::vector<std::string> take_remarks();
  /// Has it looked for frames in the last seconds? Thread-safe, as all that follows.
  bool works() const;
  /// Why it ended, if it did.
  std::optional<Error> failure() const;

 private:
  WorkerThread(Engine& engine, unsigned index, std::unique_ptr<Source> source, Descriptor stop);
  void run();
  bool tick(Nanoseconds now);
  void fail(Error error);
  std::vector<pollfd> to_wait_for() const;

  Engine& engine_;
  EngineWorker& worker_;
  std::unique_ptr<Source> source_;
  Descriptor stop_;  ///< an eventfd: readable when the thread is to end
  mutable std::mutex mutex_;
  std::vector<std::string> remarks_;
  std::optional<Error> failure_;
  std::atomic<Nanoseconds> ticked_;  ///< when it was last known to work
  std::thread thread_;
};

}  // namespace statewall
