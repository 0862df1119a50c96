#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "measure/measurement.h"
#include "measure/table_config.h"
#include "report/json.h"
#include "report/json_members.h"
#include "system/machine.h"

// statewall bench: how long packets take on this machine, beside what its memory takes.

namespace statewall {
namespace {

using bench::Clock;
using bench::SizeTimes;
using bench::Spread;
using bench::WorkTime;

struct Arguments {
  std::vector<std::uint32_t> flows;  ///< empty: kUsualFlows
  unsigned seconds = 60;
  bool json = false;
};

constexpr std::uint32_t kUsualFlows[] = {1000, 100'000, 1'000'000};
constexpr std::string_view kColumns = "{:<16}{:>12}{:>10}{:>18}{:>10}{}";

/// 1,000,000
std::string grouped(std::uint32_t number) {
  std::string text = fmt::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

template <typename... Columns>
void append_columns(Output& out, const Columns&... columns) {
  fmt::vformat_to(fmt::appender(out.buffer()), kColumns, fmt::make_format_args(columns...));
  out.line_done();
}

void print_heading(const std::string& processor, Output& out) {
  append(out.buffer(), "processor  {}", processor);
  out.line_done();
  append(out.buffer(), "profile    {}; of query and reply {}", profile_of(bench::Work::echo),
         profile_of(bench::Work::query_and_reply));
  out.line_done();
  append(out.buffer(), "packets    in batches of {}, by one thread, in a table made for {}",
         bench::kBatch, bench::kThreads);
  out.line_done();
  append(out.buffer(), "ns         processor time a packet, median of {} rounds", bench::kRounds);
  out.line_done();
}

void print_row(std::string_view work, const SizeTimes& times, const Spread& time,
               const std::string& bytes, Output& out) {
  append_columns(out, work, grouped(times.flows), fmt::format("{:.1f}", time.median),
                 fmt::format("{:.1f}-{:.1f}", time.smallest, time.largest),
                 fmt::format("{:.1f}", time.median / times.floor.median), bytes);
}

void print_table(const SizeTimes& times, Output& out) {
  out.line_done();
  append_columns(out, "work", "connections", "ns", "smallest-largest", "x floor", "   bytes each");
  print_row("memory floor", times, times.floor, "", out);
  for (const WorkTime& work : times.works) {
    print_row(name_of(work.work).words, times, work.time,
              fmt::format("{:>13.1f}", work.bytes_per_connection), out);
  }
}

void append_spread(Buffer& out, std::string_view key, const Spread& spread) {
  append(out, ",\"{0}\":{1:.2f},\"{0}_smallest\":{2:.2f},\"{0}_largest\":{3:.2f}", key,
         spread.median, spread.smallest, spread.largest);
}

void print_json(const SizeTimes& times, const std::string& processor, Output& out) {
  for (const WorkTime& work : times.works) {
    Buffer& line = out.buffer();
    append_json_begin(line, "bench");
    append_json_member(line, "work", name_of(work.work).slug);
    append_json_number(line, "flows", times.flows);
    append_spread(line, "ns", work.time);
    append_spread(line, "floor_ns", times.floor);
    append(line, ",\"times_floor\":{:.2f},\"bytes_per_connection\":{:.1f}",
           work.time.median / times.floor.median, work.bytes_per_connection);
    append_json_number(line, "packets", work.packets);
    append_json_number(line, "rounds", std::uint64_t{bench::kRounds});
    append_json_number(line, "batch", bench::kBatch);
    append_json_number(line, "threads", bench::kThreads);
    append_json_member(line, "profile", profile_of(work.work));
    append(line, ",\"processor\":");
    append_json_string(line, processor);
    append(line, "}");
    out.line_done();
  }
}

/// An Error where this machine has no room for it.
Result<std::size_t> check_memory(const std::vector<std::uint32_t>& flows) {
  const std::uint32_t most = *std::max_element(flows.begin(), flows.end());
  const std::size_t needed = bench::memory_needed(most);
  const std::optional<std::uint64_t> available = available_memory();
  if (!available || needed <= *available) return needed;
  return Error{ErrorKind::runtime, "",
               fmt::format("{} connections take {:.1f} GB, and this machine has {:.1f} GB free",
                           grouped(most), static_cast<double>(needed) / 1e9,
                           static_cast<double>(*available) / 1e9)};
}

/// Measures one size after the other, each with its part of the time that is left.
class Bench {
 public:
  explicit Bench(const Arguments& arguments)
      : arguments_(arguments), end_(Clock::now() + std::chrono::seconds(arguments.seconds)) {}

  int run(const std::vector<std::uint32_t>& flows) {
    if (!arguments_.json) print_heading(processor_, out_);
    int left = static_cast<int>(flows.size());
    for (const std::uint32_t size : flows) {
      out_.flush();
      const Result<SizeTimes> times = measure(size, (end_ - Clock::now()) / left--);
      if (!times) return out_.finish(fail(times.error()));
      print(*times);
      if (out_.broken()) break;
    }
    return out_.finish(kExitSuccess);
  }

 private:
  Result<SizeTimes> measure(std::uint32_t flows, Clock::duration time) {
    Result<SizeTimes> times = bench::measure(flows, time, [&](bench::Work work) {
      progress_.show(fmt::format("{} among {} connections", name_of(work).words, grouped(flows)));
    });
    progress_.clear();
    return times;
  }

  void print(const SizeTimes& times) {
    if (arguments_.json) {
      print_json(times, processor_, out_);
    } else {
      print_table(times, out_);
    }
  }

  const Arguments& arguments_;
  const Clock::time_point end_;
  const std::string processor_ = processor_name();
  Progress progress_{"statewall bench", true};
  Output out_;
};

int run(const Arguments& arguments) {
  std::vector<std::uint32_t> flows = arguments.flows;
  if (flows.empty()) flows.assign(std::begin(kUsualFlows), std::end(kUsualFlows));
  const Result<std::size_t> memory = check_memory(flows);
  return memory ? Bench(arguments).run(flows) : fail(memory.error());
}

}  // namespace

Run add_bench(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("--flows", arguments->flows,
                 "So many connections at a time; may be repeated (1000, 100000, 1000000)")
      ->type_name("N")
      ->allow_extra_args(false)
      ->check(CLI::Range(bench::kFewestFlows, bench::kMostFlows).description(""));
  app.add_option("--seconds", arguments->seconds, "About so long in all")
      ->type_name("N")
      ->check(CLI::Range(1U, 86400U).description(""))
      ->capture_default_str();
  app.add_flag("--json", arguments->json, "Print JSON Lines, one a kind of work and size");
  app.footer("Example: statewall bench --flows 1000 --flows 10000000");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
