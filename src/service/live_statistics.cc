#include "service/live_statistics.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "report/json.h"
#include "report/json_members.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

/// Adds numbers to one group.
class Group {
 public:
  Group(std::vector<LiveStatistic>& all, std::string name) : all_(all), name_(std::move(name)) {}

  Group& add(std::string_view name, std::uint64_t value) {
    all_.push_back({name_, std::string(name), value});
    return *this;
  }
  Group& add_if_any(std::string_view name, std::uint64_t value) {
    return value == 0 ? *this : add(name, value);
  }

 private:
  std::vector<LiveStatistic>& all_;
  const std::string name_;
};

void add_packets(std::vector<LiveStatistic>& all, const LiveCounters& counted) {
  Group(all, "packets")
      .add("all", counted.packets())
      .add("bytes", counted.bytes)
      .add("held", counted.held)
      .add("table_full", counted.table_full)
      .add("answers", counted.answers)
      .add("log_lines", counted.log_lines);
  Group states(all, "state"), reasons(all, "reason"), verdicts(all, "verdict");
  for (std::size_t i = 0; i < counted.states.size(); ++i) {
    states.add_if_any(name(static_cast<State>(i)), counted.states[i]);
  }
  for (std::size_t i = 0; i < counted.reasons.size(); ++i) {
    reasons.add_if_any(slug(static_cast<Reason>(i)), counted.reasons[i]);
  }
  for (std::size_t i = 0; i < counted.verdicts.size(); ++i) {
    verdicts.add_if_any(name(static_cast<Verdict>(i)), counted.verdicts[i]);
  }
}

void add_table(std::vector<LiveStatistic>& all, const Engine& engine) {
  const Counters counted = engine.table_counters();
  Group(all, "table")
      .add("connections", engine.connections())
      .add("max", engine.profile().max)
      .add("opened", counted.opened)
      .add("dropped", counted.dropped)
      .add("destroyed", counted.destroyed)
      .add("evicted", counted.evicted)
      .add("refused", counted.refused)
      .add("clashed", counted.clashed);
}

void add_fragments(std::vector<LiveStatistic>& all, const Engine& engine) {
  const ReassemblyCounters counted = engine.fragment_counters();
  Group(all, "fragments")
      .add("all", counted.fragments)
      .add("completed", counted.completed)
      .add("timed_out", counted.timed_out)
      .add("failed", counted.failed)
      .add("refused", counted.refused)
      .add("waiting", counted.datagrams)
      .add("memory", counted.memory);
}

}  // namespace

std::vector<LiveStatistic> live_statistics(Engine& engine) {
  std::vector<LiveStatistic> all;
  LiveCounters sum;
  std::vector<std::uint64_t> of_workers;
  for (unsigned i = 0; i < engine.workers(); ++i) {
    const LiveCounters counted = engine.counters(i);
    of_workers.push_back(counted.packets());
    sum += counted;
  }
  add_packets(all, sum);
  Group workers(all, "worker");
  for (std::size_t i = 0; i < of_workers.size(); ++i) workers.add(std::to_string(i), of_workers[i]);
  add_table(all, engine);
  add_fragments(all, engine);
  Group(all, "rules").add("version", engine.rules()->version());
  return all;
}

void append_statistics(Buffer& out, std::span<const LiveStatistic> statistics) {
  std::string_view separator = "";
  for (const LiveStatistic& each : statistics) {
    append(out, "{}{:<10} {:<24} {:>14}", separator, each.group, each.name, each.value);
    separator = "\n";
  }
}

void append_statistics_json(Buffer& out, std::span<const LiveStatistic> statistics,
                            Nanoseconds now) {
  append_json_begin(out, "live_stats");
  append_json_time(out, "ts", now);
  std::string_view group;
  for (const LiveStatistic& each : statistics) {
    if (each.group != group) {
      append(out, group.empty() ? "," : "},");
      append_json_string(out, each.group);
      append(out, ":{");
    } else {
      append(out, ",");
    }
    group = each.group;
    append_json_string(out, each.name);
    append(out, ":{}", each.value);
  }
  append(out, group.empty() ? "}" : "}}");
}

}  // namespace statewall
