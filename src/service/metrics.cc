#include "service/metrics.h"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "report/version.h"
#include "rules/each_place.h"
#include "rules/printer.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

/// All that is told of the whole firewall, read once a scrape.
struct Sums {
  std::vector<LiveCounters> workers;
  LiveCounters packets;
  Counters table;
  ReassemblyCounters fragments;
  std::uint64_t connections = 0, limit = 0, rules_version = 0;
  bool healthy = false;
  double begun = 0;
};

struct Plain {
  const char* name;
  MetricType type;
  const char* help;
  double (*value)(const Sums&);
};

template <typename Number>
constexpr double number(Number value) {
  return static_cast<double>(value);
}

constexpr auto kCounter = MetricType::Counter, kGauge = MetricType::Gauge;

constexpr Plain kPlain[] = {
    {"statewall_start_time_seconds", kGauge, "When the firewall began, since 1970.",
     [](const Sums& sums) { return sums.begun; }},
    {"statewall_healthy", kGauge, "1 while every worker handles packets.",
     [](const Sums& sums) { return sums.healthy ? 1.0 : 0.0; }},
    {"statewall_rules_version", kGauge, "How often rules came into force; 1 is an empty set.",
     [](const Sums& sums) { return number(sums.rules_version); }},
    {"statewall_packet_bytes_total", kCounter, "Bytes of all packets that were handled.",
     [](const Sums& sums) { return number(sums.packets.bytes); }},
    {"statewall_table_full_packets_total", kCounter,
     "Packets dropped since the table of connections had no room.",
     [](const Sums& sums) { return number(sums.packets.table_full); }},
    {"statewall_answers_total", kCounter, "Packets that REJECT sent.",
     [](const Sums& sums) { return number(sums.packets.answers); }},
    {"statewall_log_lines_total", kCounter, "Lines that LOG made.",
     [](const Sums& sums) { return number(sums.packets.log_lines); }},
    {"statewall_connections", kGauge, "Connections in the table.",
     [](const Sums& sums) { return number(sums.connections); }},
    {"statewall_connections_limit", kGauge, "Connections that the table may hold.",
     [](const Sums& sums) { return number(sums.limit); }},
    {"statewall_connections_opened_total", kCounter, "Connections that were opened.",
     [](const Sums& sums) { return number(sums.table.opened); }},
    {"statewall_connections_unconfirmed_total", kCounter,
     "First packets of a connection that were not let out.",
     [](const Sums& sums) { return number(sums.table.dropped); }},
    {"statewall_connections_destroyed_total", kCounter, "Connections that ended, for any cause.",
     [](const Sums& sums) { return number(sums.table.destroyed); }},
    {"statewall_connections_evicted_total", kCounter,
     "Connections that ended early to make room for others.",
     [](const Sums& sums) { return number(sums.table.evicted); }},
    {"statewall_connections_refused_total", kCounter,
     "Packets that found no room in the table and nothing to evict.",
     [](const Sums& sums) { return number(sums.table.refused); }},
    {"statewall_connections_clashed_total", kCounter,
     "First packets whose connection another worker opened first.",
     [](const Sums& sums) { return number(sums.table.clashed); }},
    {"statewall_fragments_total", kCounter, "Fragments that came.",
     [](const Sums& sums) { return number(sums.fragments.fragments); }},
    {"statewall_fragments_held_total", kCounter,
     "Fragments that had to wait for the rest of their datagram.",
     [](const Sums& sums) { return number(sums.packets.held); }},
    {"statewall_fragments_refused_total", kCounter, "Fragments for which there was no room.",
     [](const Sums& sums) { return number(sums.fragments.refused); }},
    {"statewall_datagrams_completed_total", kCounter, "Datagrams put together from fragments.",
     [](const Sums& sums) { return number(sums.fragments.completed); }},
    {"statewall_datagrams_timed_out_total", kCounter,
     "Datagrams whose fragments did not come in time.",
     [](const Sums& sums) { return number(sums.fragments.timed_out); }},
    {"statewall_datagrams_failed_total", kCounter,
     "Datagrams given up for what their fragments said.",
     [](const Sums& sums) { return number(sums.fragments.failed); }},
    {"statewall_datagrams_waiting", kGauge, "Datagrams that wait for fragments.",
     [](const Sums& sums) { return number(sums.fragments.datagrams); }},
    {"statewall_fragment_memory_bytes", kGauge, "Memory that waiting fragments take.",
     [](const Sums& sums) { return number(sums.fragments.memory); }},
};

/// A family of several metrics, told apart by their labels.
class Labelled {
 public:
  Labelled(const char* name, MetricType type, const char* help) {
    family_.name = name;
    family_.type = type;
    family_.help = help;
  }

  Labelled& add(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    (family_.type == kCounter ? metric.counter.value : metric.gauge.value) = value;
    family_.metric.push_back(std::move(metric));
    return *this;
  }
  Labelled& add(const char* label, std::string_view text, double value) {
    return add({{label, std::string(text)}}, value);
  }

  MetricFamily take() { return std::move(family_); }

 private:
  MetricFamily family_;
};

Sums sums_of(const MetricsSources& from, double begun) {
  Sums sums;
  for (unsigned i = 0; i < from.engine.workers(); ++i) {
    sums.workers.push_back(from.engine.counters(i));
    sums.packets += sums.workers.back();
  }
  sums.table = from.engine.table_counters();
  sums.fragments = from.engine.fragment_counters();
  sums.connections = from.engine.connections();
  sums.limit = from.engine.profile().max;
  sums.rules_version = from.engine.rules()->version();
  sums.healthy = from.healthy();
  sums.begun = begun;
  return sums;
}

using Families = std::vector<MetricFamily>;

void add_packets(Families& all, const LiveCounters& counted) {
  Labelled states("statewall_packets_total", kCounter, "Packets that were handled, by state.");
  for (std::size_t i = 0; i < counted.states.size(); ++i) {
    states.add("state", name(static_cast<State>(i)), number(counted.states[i]));
  }
  Labelled invalid("statewall_invalid_packets_total", kCounter,
                   "Packets of state INVALID, by the reason for it.");
  for (std::size_t i = 0; i < counted.reasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (state_of(reason) != State::invalid) continue;
    invalid.add("reason", slug(reason), number(counted.reasons[i]));
  }
  Labelled verdicts("statewall_verdicts_total", kCounter,
                    "Verdicts of the rules; none: no rule saw the packet.");
  for (std::size_t i = 0; i < counted.verdicts.size(); ++i) {
    verdicts.add("verdict", name(static_cast<Verdict>(i)), number(counted.verdicts[i]));
  }
  for (Labelled* each : {&states, &invalid, &verdicts}) all.push_back(each->take());
}

void add_workers(Families& all, const std::vector<LiveCounters>& workers) {
  Labelled packets("statewall_worker_packets_total", kCounter, "Packets that a worker handled.");
  Labelled bytes("statewall_worker_bytes_total", kCounter, "Bytes of the packets it handled.");
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const std::string worker = std::to_string(i);
    packets.add("worker", worker, number(workers[i].packets()));
    bytes.add("worker", worker, number(workers[i].bytes));
  }
  all.push_back(packets.take());
  all.push_back(bytes.take());
}

struct SourceMetric {
  const char* name;
  const char* help;
  SourceCounters::Counter SourceCounters::*counter;
};
constexpr SourceMetric kSource[] = {
    {"statewall_source_received_frames_total", "Frames that came to a worker.",
     &SourceCounters::received},
    {"statewall_source_sent_frames_total", "Frames that went on.", &SourceCounters::sent},
    {"statewall_source_send_failures_total", "Frames that the system did not take.",
     &SourceCounters::send_failed},
    {"statewall_source_lost_frames_total",
     "Frames that came faster than they were taken, where that is told.", &SourceCounters::lost},
};

void add_sources(Families& all, const std::vector<const SourceCounters*>& sources) {
  for (const SourceMetric& metric : kSource) {
    Labelled family(metric.name, kCounter, metric.help);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto& counter = sources[i]->*metric.counter;
      family.add("worker", std::to_string(i), number(counter.load(std::memory_order_relaxed)));
    }
    all.push_back(family.take());
  }
}

void add_queues(Families& all, const std::vector<QueueDrops>& queues) {
  if (queues.empty()) return;
  Labelled full("statewall_queue_full_packets_total", kCounter,
                "Packets that found the kernel's queue full.");
  Labelled socket("statewall_queue_socket_full_packets_total", kCounter,
                  "Packets for which the socket of the queue had no room.");
  for (const QueueDrops& each : queues) {
    full.add("queue", std::to_string(each.queue), number(each.full));
    socket.add("queue", std::to_string(each.queue), number(each.socket));
  }
  all.push_back(full.take());
  all.push_back(socket.take());
}

void add_daemon(Families& all, const DaemonCounters& daemon) {
  const auto both = [&](const char* name, const char* help, const auto& good, const auto& bad) {
    all.push_back(Labelled(name, kCounter, help)
                      .add("result", "ok", number(good.load(std::memory_order_relaxed)))
                      .add("result", "failed", number(bad.load(std::memory_order_relaxed)))
                      .take());
  };
  both("statewall_reloads_total", "Times that the rules were to be read anew.", daemon.reloads,
       daemon.failed_reloads);
  both("statewall_savings_total", "Times that the table was to be saved.", daemon.savings,
       daemon.failed_savings);
}

/// Where packets are counted in a ruleset, and what is told of each place.
struct Places {
  std::vector<RulePlace> places;
  std::vector<Labels> labels;
};

Places places_of(const rules::Ruleset& ruleset) {
  Places all;
  const char* const family = ruleset.family == Family::ipv6 ? "ipv6" : "ipv4";
  rules::for_each_place(
      ruleset, [&](const rules::Table& table, const rules::Chain& chain, const RulePlace& place) {
        const bool policy = place.rule == RulePlace::kPolicy;
        if (policy && !chain.hook) return;
        std::string text;
        if (policy) {
          text = chain.policy_drop ? "DROP" : "ACCEPT";
        } else {
          rules::append_rule(text, ruleset, table, chain, chain.rules[place.rule]);
        }
        all.places.push_back(place);
        all.labels.push_back({{"family", family},
                              {"table", std::string(rules::name(table.kind))},
                              {"chain", chain.name},
                              {"rule", policy ? "policy" : std::to_string(place.rule + 1)},
                              {"text", std::move(text)}});
      });
  return all;
}

constexpr std::size_t kAtOnce = 128;  // places that are read while workers wait

double seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

Metrics::Metrics(MetricsSources from) : from_(std::move(from)), begun_(seconds_since_1970()) {}

Families Metrics::Collect() const {
  const Sums sums = sums_of(from_, begun_);
  Families all;
  all.push_back(Labelled("statewall_build_info", kGauge, "1; its label is the version.")
                    .add("version", kVersion, 1)
                    .take());
  for (const Plain& plain : kPlain) {
    all.push_back(Labelled(plain.name, plain.type, plain.help).add({}, plain.value(sums)).take());
  }
  add_packets(all, sums.packets);
  add_workers(all, sums.workers);
  add_sources(all, from_.sources);
  add_queues(all, from_.queues.drops());
  add_daemon(all, from_.daemon);
  return all;
}

Families Metrics::collect_rules() const {
  const auto rules = from_.engine.rules();
  Labelled packets("statewall_rule_packets_total", kCounter, "Packets that a rule counted.");
  Labelled bytes("statewall_rule_bytes_total", kCounter, "Bytes of the packets it counted.");
  for (const rules::Ruleset* ruleset : {rules->ipv4(), rules->ipv6()}) {
    if (!ruleset) continue;
    Places all = places_of(*ruleset);
    for (std::size_t first = 0; first < all.places.size(); first += kAtOnce) {
      const auto some = std::span(all.places).subspan(first);
      const auto counted = from_.engine.counters(*rules, ruleset->family,
                                                 some.first(std::min(some.size(), kAtOnce)));
      for (std::size_t i = 0; i < counted.size(); ++i) {
        packets.add(all.labels[first + i], number(counted[i].packets));
        bytes.add(std::move(all.labels[first + i]), number(counted[i].bytes));
      }
    }
  }
  Families all;
  all.push_back(packets.take());
  all.push_back(bytes.take());
  return all;
}

std::string Metrics::text(bool rules) const {
  Families all = Collect();
  if (rules) {
    for (MetricFamily& family : collect_rules()) all.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace statewall
