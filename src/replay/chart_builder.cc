#include "replay/chart_builder.h"

#include <algorithm>
#include <utility>

#include "report/address_text.h"
#include "report/packet_label.h"
#include "report/reason_text.h"
#include "report/table_text.h"
#include "report/time_text.h"
#include "report/utf8.h"

namespace statewall {
namespace {

constexpr auto kSecond = static_cast<std::uint64_t>(kNanosecondsPerSecond);

/// A longer silence is drawn as a break.
constexpr std::uint64_t kPause = kSecond;
/// Entries that end by themselves within this time share a row.
constexpr std::uint64_t kTogether = kSecond;

/// Of a path the last part: a chart must not depend on where the capture lies.
std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

}  // namespace

ChartBuilder::ChartBuilder(World& world, const ChartOptions& options)
    : world_(world), options_(options) {
  chart_.name = options.name == "-" ? "standard input" : shown(base_name(options.name));
  chart_.settings = shown(options.settings);
  chart_.connection = options.connection;
}

void ChartBuilder::pass(std::uint64_t frame, Nanoseconds time, const Packet& packet,
                        std::span<const std::uint8_t> bytes) {
  world_.advance(time, [&](const Event& event) { end_alone(event); });
  const World::Passage passage = world_.pass(packet, bytes);
  const Observation seen = passage.observation;
  std::vector<Event> own;
  world_.take_events([&](const Event& event) {
    if (event.connection.id == seen.connection) {
      own.push_back(event);
    } else {
      end_alone(event);
    }
  });
  if (!wanted(seen)) return;
  if (packet.headers.family == Family::none) {
    ++chart_.not_ip;
  } else if (packets_ >= options_.limit) {
    ++chart_.more_packets;
  } else {
    draw(frame, packet, passage.tracked ? *passage.tracked : packet, seen, own);
  }
}

bool ChartBuilder::wanted(const Observation& seen) const {
  return options_.connection == 0 || seen.connection.number == options_.connection;
}

void ChartBuilder::draw(std::uint64_t frame, const Packet& packet, const Packet& subject,
                        const Observation& seen, const std::vector<Event>& events) {
  ++packets_;
  if (!start_) start_ = world_.now();
  ChartPacket& drawn = add_row(ChartRow::Kind::packet, since_start(*world_.now())).packet;
  const std::size_t row = chart_.rows.size() - 1;
  const auto [from, to] = lines_.of(packet.headers);
  drawn.frame = frame;
  drawn.from = from;
  drawn.to = to;
  drawn.source = address_text(packet.headers.source, packet.headers.family);
  drawn.destination = address_text(packet.headers.destination, packet.headers.family);
  drawn.label = packet_label(packet);
  drawn.state = seen.state;
  drawn.direction = seen.direction;
  drawn.connection = seen.connection.number;
  drawn.reason = reason_text(subject, seen);
  for (const Event& event : events) {
    if (event.kind == EventKind::new_) {
      begin(event, row);
      drawn.opens = true;
      drawn.timeout = static_cast<std::uint64_t>(seconds_left(event.connection, event.time));
    }
  }
  ChartLife* life = living(seen.connection.number);
  if (!life) return;
  if ((seen.status & status::seen_reply) && !life->replied) life->replied = row;
  for (const Event& event : events) {
    if (event.kind != EventKind::destroy) continue;
    drawn.ends = event.cause;
    end(*life, row, event);
  }
}

void ChartBuilder::begin(const Event& event, std::size_t row) {
  ChartLife life;
  life.connection = event.connection.id.number;
  life.begin = row;
  const auto free = std::find(lanes_.begin(), lanes_.end(), false);
  const auto lane = static_cast<std::size_t>(free - lanes_.begin());
  if (lane < Chart::kLanes) {
    if (free == lanes_.end()) lanes_.push_back(false);
    lanes_[lane] = true;
    life.lane = lane;
  }
  living_.emplace(life.connection, chart_.lives.size());
  ids_.push_back(event.connection.id);
  chart_.lives.push_back(std::move(life));
}

ChartLife* ChartBuilder::living(std::uint64_t connection) {
  const auto found = living_.find(connection);
  return found == living_.end() ? nullptr : &chart_.lives[found->second];
}

void ChartBuilder::end_alone(const Event& event) {
  ChartLife* life = living(event.connection.id.number);
  const bool over = chart_.more_packets > 0;
  if (event.kind != EventKind::destroy || !life || over) return;
  const std::uint64_t time = since_start(event.time);
  const ChartRow& last = chart_.rows.back();
  const bool join = last.kind == ChartRow::Kind::ends && time - last.time < kTogether &&
                    chart_.lives[last.ends.front()].cause == event.cause;
  if (!join) add_row(ChartRow::Kind::ends, time);
  chart_.rows.back().ends.push_back(living_.at(life->connection));
  end(*life, chart_.rows.size() - 1, event);
}

void ChartBuilder::end(ChartLife& life, std::size_t row, const Event& event) {
  life.end = row;
  life.cause = event.cause;
  life.end_time = since_start(event.time);
  if (life.lane) lanes_[*life.lane] = false;
  living_.erase(life.connection);
}

/// The row at `time`, behind a pause if there was one.
ChartRow& ChartBuilder::add_row(ChartRow::Kind kind, std::uint64_t time) {
  if (!chart_.rows.empty()) {
    const std::uint64_t before = chart_.rows.back().time;
    if (time > before && time - before > kPause) {
      ChartRow pause;
      pause.kind = ChartRow::Kind::pause;
      pause.time = before;
      pause.length = time - before;
      chart_.rows.push_back(pause);
    }
  }
  ChartRow row;
  row.kind = kind;
  row.time = time;
  chart_.rows.push_back(std::move(row));
  return chart_.rows.back();
}

/// An entry's time may have run out a little before a row that stands above.
std::uint64_t ChartBuilder::since_start(Nanoseconds time) const {
  const std::uint64_t span = time > *start_ ? span_between(*start_, time) : 0;
  return chart_.rows.empty() ? span : std::max(span, chart_.rows.back().time);
}

Chart ChartBuilder::finish() {
  chart_.lifelines = lines_.take();
  chart_.lanes = lanes_.size();
  if (living_.empty() || chart_.more_packets > 0) return std::move(chart_);
  const std::uint64_t now = since_start(*world_.now());
  if (now > chart_.rows.back().time) add_row(ChartRow::Kind::end, now);
  for (const auto& [number, index] : living_) {
    const std::optional<Connection> connection = world_.find(ids_[index]);
    if (!connection) continue;
    chart_.lives[index].seconds_left =
        static_cast<std::uint64_t>(seconds_left(*connection, *world_.now()));
  }
  return std::move(chart_);
}

}  // namespace statewall
