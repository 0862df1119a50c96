#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/engine.h"
#include "service/control_server.h"
#include "service/daemon_counters.h"
#include "service/log_sink.h"
#include "service/metrics.h"
#include "service/metrics_server.h"
#include "service/queue_drops.h"
#include "service/run_config.h"
#include "service/worker_thread.h"
#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

struct DaemonSetup {
  RunConfig config;
  EngineConfig engine;
  /// What `load_rules` reads.
  std::vector<std::string> rules_files;
  /// Reads the rules that the configuration names: at the start, and for each reload. It tells of
  /// all errors but the one that it returns.
  std::function<Result<LiveRules>()> load_rules;
};

/// `statewall run`: an engine, a thread for each worker, and all that is asked of them, in the
/// calling thread.
class Daemon {
 public:
  /// Opens everything. REQUIRES: no other thread runs yet, since signals are blocked for all.
  static Result<std::unique_ptr<Daemon>> open(DaemonSetup setup);
  ~Daemon();

  /// Handles traffic until SIGTERM or SIGINT. SIGHUP reads the rules anew.
  std::optional<Error> run();

 private:
  Daemon(DaemonSetup setup, std::unique_ptr<Engine> engine);

  std::optional<Error> start_threads(std::vector<std::unique_ptr<Source>> sources);
  std::optional<Error> open_metrics();
  ControlHandlers handlers();
  std::optional<Error> open_control();
  std::optional<Error> give_up_privileges();
  void try_privileges();
  void load_state();
  std::optional<Error> save_state();
  void save_now_and_then();
  std::optional<Error> reload();
  bool take_signals();
  void print_packets();
  bool watches() const { return setup_.config.mode == "watch"; }
  std::optional<Error> look_after_workers();
  bool healthy() const;
  void append_statistics(std::vector<LiveStatistic>& out) const;

  const DaemonSetup setup_;
  std::unique_ptr<Engine> engine_;
  LogSink log_;
  Descriptor signals_;
  std::vector<std::unique_ptr<WorkerThread>> threads_;
  ControlServer control_;
  const Nanoseconds begun_;
  Nanoseconds saved_;  ///< when the table was last saved, or was to be
  DaemonCounters counters_;
  QueueTable queues_;
  std::optional<Metrics> metrics_;
  std::unique_ptr<MetricsServer> metrics_server_;  ///< gone before what it tells of
};

}  // namespace statewall
