#include "cli/capture_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/packet_json.h"
#include "report/packet_line.h"
#include "report/table_text.h"
#include "report/time_text.h"

namespace statewall {

Result<std::unique_ptr<CaptureWorld>> CaptureWorld::create(const ReplayOptions& options,
                                                           const std::string& file,
                                                           std::uint64_t numbers_used,
                                                           Output& out) {
  TableConfig config;
  config.profile = options.profile;
  config.hash_key = options.hash_key;
  Result<TableMemory> memory = TableMemory::reserve(ConnectionTable::memory_needed(config));
  if (!memory) return memory.error();
  const ConnectionTable::Created created = ConnectionTable::create(config, memory->bytes());
  if (!created.table) {
    return Error{ErrorKind::usage, "", std::string(sentence(created.error))};
  }
  return std::unique_ptr<CaptureWorld>(
      new CaptureWorld(options, file, numbers_used, out, std::move(*memory), *created.table));
}

CaptureWorld::CaptureWorld(const ReplayOptions& options, const std::string& file,
                           std::uint64_t numbers_used, Output& out, TableMemory memory,
                           ConnectionTable& table)
    : options_(options),
      file_(file),
      first_number_(numbers_used),
      numbers_used_(numbers_used),
      out_(out),
      memory_(std::move(memory)),
      table_(table),
      tracker_(table, 0) {}

void CaptureWorld::pass(const Frame& frame, ReplayTotals& totals) {
  advance(frame);
  const Packet packet =
      read_frame(frame.bytes, frame.link, frame.original_length, options_.checksums);
  while (!tracker_.expire(*clock_)) {
  }
  Observation observation = tracker_.observe(packet, *clock_);
  tracker_.confirm();

  for (ConnectionId* id : {&observation.connection, &observation.related_to}) {
    if (*id) id->number += first_number_;
  }
  numbers_used_ = std::max(numbers_used_, observation.connection.number);
  ++totals.frames;
  ++totals.states[static_cast<std::size_t>(observation.state)];
  if (!options_.quiet) print(frame, packet, observation);
}

/// Time never runs backwards: it stands still until the capture catches up. Told once; so is the
/// first block without a time.
void CaptureWorld::advance(const Frame& frame) {
  if (!clock_ || frame.time >= *clock_) {
    clock_ = frame.time;
    return;
  }
  if (std::exchange(ran_backwards_, true)) return;
  Buffer text;
  append(text, "{}: frame {}: ", file_, frame.number);
  if (frame.time == 0) {
    append(text, "has no time; tracking takes that of the frame before");
  } else {
    append(text, "time runs backwards by ");
    append_span(text, span_between(frame.time, *clock_));
    append(text, " s; tracking waits until the capture catches up");
  }
  out_.flush();
  say(fmt::to_string(text));
}

void CaptureWorld::print(const Frame& frame, const Packet& packet, const Observation& observation) {
  const PacketRecord record{file_, frame.number, frame.time, packet, observation};
  if (options_.json) {
    append_packet_json(out_.buffer(), record);
  } else {
    append_packet_line(out_.buffer(), record);
  }
  out_.line_done();
}

std::vector<Connection> CaptureWorld::connections() const {
  std::vector<Connection> all;
  std::vector<Connection> chunk(1024);
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t listed = tracker_.list(cursor, chunk);
    all.insert(all.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(listed));
  }
  std::sort(all.begin(), all.end(),
            [](const Connection& a, const Connection& b) { return a.id.number < b.id.number; });
  for (Connection& connection : all) connection.id.number += first_number_;
  return all;
}

void CaptureWorld::print_table(bool set_apart) {
  const Nanoseconds now = clock_.value_or(0);
  const std::vector<Connection> all = connections();
  if (set_apart && !all.empty()) out_.line_done();
  for (const Connection& connection : all) {
    switch (options_.table) {
      case TableOutput::none: return;
      case TableOutput::json: append_connection_json(out_.buffer(), file_, connection, now); break;
      case TableOutput::tutorial:
        append_table_line(out_.buffer(), connection, now, TableFormat::tutorial);
        break;
      case TableOutput::ip_conntrack:
        append_table_line(out_.buffer(), connection, now, TableFormat::ip_conntrack);
        break;
    }
    out_.line_done();
  }
}

void CaptureWorld::add_to(ReplayTotals& totals) const {
  totals.opened += table_.counters().opened;
  totals.left += table_.size();
}

}  // namespace statewall
