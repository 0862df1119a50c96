#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <string>
#include <vector>

#include "live/engine.h"
#include "live/source.h"
#include "service/daemon_counters.h"
#include "service/queue_drops.h"

// What a firewall counted, in the form of Prometheus. Everything is counted where it happens, in
// plain numbers, and only summed up when somebody asks: packets pay nothing for it.

namespace statewall {

/// Where the numbers come from. All of it must outlive the metrics, and be thread-safe.
struct MetricsSources {
  Engine& engine;
  const DaemonCounters& daemon;
  const QueueTable& queues;
  std::vector<const SourceCounters*> sources;  ///< one a worker
  std::function<bool()> healthy;               ///< do all workers work?
};

/// Thread-safe.
class Metrics final : public prometheus::Collectable {
 public:
  explicit Metrics(MetricsSources from);

  std::vector<prometheus::MetricFamily> Collect() const override;

  /// What each rule in force counted, and each policy. Workers wait while a number is read.
  std::vector<prometheus::MetricFamily> collect_rules() const;

  /// In the text format of Prometheus; `rules`: with collect_rules().
  std::string text(bool rules) const;
  bool healthy() const { return from_.healthy(); }

 private:
  const MetricsSources from_;
  const double begun_;  ///< seconds since 1970
};

}  // namespace statewall
