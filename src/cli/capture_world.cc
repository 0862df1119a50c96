#include "cli/capture_world.h"

#include <fmt/format.h>

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
  auto world = World::create(options.tracking.world(numbers_used));
  if (!world) return world.error();
  return std::unique_ptr<CaptureWorld>(new CaptureWorld(options, file, out, std::move(*world)));
}

CaptureWorld::CaptureWorld(const ReplayOptions& options, const std::string& file, Output& out,
                           std::unique_ptr<World> world)
    : options_(options), file_(file), out_(out), world_(std::move(world)) {}

void CaptureWorld::pass(const Frame& frame, ReplayTotals& totals) {
  advance(frame);
  const Packet packet = read_packet(frame, options_.tracking.reading);
  const Observation observation = world_->pass(packet).observation;
  ++totals.frames;
  ++totals.states[static_cast<std::size_t>(observation.state)];
  if (!options_.quiet) print(frame, packet, observation);
}

/// Time never runs backwards: it stands still until the capture catches up. Told once; so is the
/// first block without a time.
void CaptureWorld::advance(const Frame& frame) {
  const std::optional<Nanoseconds> before = world_->now();
  while (!world_->advance(frame.time)) {
  }
  if (!before || frame.time >= *before) return;
  if (std::exchange(ran_backwards_, true)) return;
  Buffer text;
  append(text, "{}: frame {}: ", file_, frame.number);
  if (frame.time == 0) {
    append(text, "has no time; tracking takes that of the frame before");
  } else {
    append(text, "time runs backwards by ");
    append_span(text, span_between(frame.time, *before));
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

void CaptureWorld::print_table(bool set_apart) {
  const Nanoseconds now = world_->now().value_or(0);
  const std::vector<Connection> all = world_->connections();
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
  totals.opened += world_->counters().opened;
  totals.left += world_->size();
}

}  // namespace statewall
