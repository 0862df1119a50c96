#include "report/chart_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/quantity.h"
#include "statewall/time.h"

namespace statewall {
namespace {

constexpr StateSign kSigns[] = {
    {"◌", "no state", "none", "the packet is not tracked"},
    {"○", "NEW", "new", "asks for a connection, or goes on asking"},
    {"●", "ESTABLISHED", "established", "belongs to a connection that has seen a reply"},
    {"◆", "RELATED", "related", "an error about a connection"},
    {"✕", "INVALID", "invalid", "belongs to no connection, and may open none"},
    {"◌", "UNTRACKED", "untracked", "exempted from tracking by a rule"},
};

constexpr State kOrder[] = {State::new_,    State::established, State::related,
                            State::invalid, State::untracked,   State::none};

constexpr auto kSecond = static_cast<std::uint64_t>(kNanosecondsPerSecond);

std::size_t packets_of(const Chart& chart, State state) {
  return static_cast<std::size_t>(std::ranges::count_if(chart.rows, [&](const ChartRow& row) {
    return row.kind == ChartRow::Kind::packet && row.packet.state == state;
  }));
}

/// "entry #1", "entries #1, #2, #3 and 13 more".
std::string entries(const Chart& chart, const std::vector<std::size_t>& lives) {
  constexpr std::size_t named = 3;
  std::string text = lives.size() == 1 ? "entry" : "entries";
  for (std::size_t i = 0; i < lives.size() && i < named; ++i) {
    text += fmt::format("{} #{}", i == 0 ? "" : ",", chart.lives[lives[i]].connection);
  }
  if (lives.size() > named) text += fmt::format(" and {} more", lives.size() - named);
  return text;
}

/// The entries that outlive the capture, the first few of them.
void add_open_lives(const Chart& chart, std::vector<std::string>& notes) {
  constexpr std::size_t named = 4;
  std::size_t open = 0;
  for (const ChartLife& life : chart.lives) {
    if (life.end || chart.more_packets > 0 || ++open > named) continue;
    notes.push_back(fmt::format("Entry #{}: {}.", life.connection, fate(chart, life)));
  }
  if (open <= named) return;
  notes.push_back(fmt::format("{} {} still there, too.",
                              quantity(open - named, "more entry", "more entries"),
                              open - named == 1 ? "is" : "are"));
}

}  // namespace

const StateSign& sign(State state) { return kSigns[static_cast<std::size_t>(state)]; }

std::vector<State> states_in(const Chart& chart) {
  std::vector<State> found;
  for (const State state : kOrder) {
    if (packets_of(chart, state) > 0) found.push_back(state);
  }
  return found;
}

std::string heading(const Chart& chart) {
  if (chart.connection == 0) return chart.name;
  return fmt::format("{}, connection {}", chart.name, chart.connection);
}

std::string summary(const Chart& chart) {
  std::string states;
  std::size_t packets = 0;
  for (const State state : states_in(chart)) {
    const std::size_t number = packets_of(chart, state);
    packets += number;
    states += fmt::format("{}{} {}", states.empty() ? ": " : ", ", number, sign(state).word);
  }
  return fmt::format("{}{}; {}", quantity(packets, "packet", "packets"), states,
                     quantity(chart.lives.size(), "entry", "entries"));
}

std::string time_text(std::uint64_t nanoseconds) {
  return fmt::format("{}.{:06}", nanoseconds / kSecond, nanoseconds % kSecond / 1000);
}

std::string verdict(const ChartPacket& packet) {
  const std::string_view word = sign(packet.state).word;
  if (packet.connection == 0) return std::string(word);
  return fmt::format("{} #{}", word, packet.connection);
}

std::string deed(const ChartPacket& packet) {
  const bool ends = packet.ends != DestroyCause::none;
  if (packet.opens && ends) {
    return fmt::format("creates and destroys entry #{}: {}", packet.connection, name(packet.ends));
  }
  if (packet.opens) {
    return fmt::format("creates entry #{} ({} s)", packet.connection, packet.timeout);
  }
  if (ends) return fmt::format("destroys entry #{}: {}", packet.connection, name(packet.ends));
  return "";
}

std::string row_text(const Chart& chart, const ChartRow& row) {
  switch (row.kind) {
    case ChartRow::Kind::packet: return row.packet.label;
    case ChartRow::Kind::end: return "the capture ends";
    case ChartRow::Kind::pause:
      return fmt::format("{}.{:03} s pass", row.length / kSecond,
                         row.length % kSecond / kNanosecondsPerMillisecond);
    case ChartRow::Kind::ends: break;
  }
  const DestroyCause cause = chart.lives[row.ends.front()].cause;
  return fmt::format("{} {}", entries(chart, row.ends), name(cause));
}

std::string fate(const Chart& chart, const ChartLife& life) {
  if (life.end) return fmt::format("{} at {} s", name(life.cause), time_text(life.end_time));
  if (chart.more_packets > 0) return "goes on";
  return fmt::format("still there, {} s left", life.seconds_left);
}

std::vector<std::string> footnotes(const Chart& chart) {
  std::vector<std::string> notes;
  const bool empty = chart.rows.empty() && chart.more_packets == 0;
  if (empty) notes.push_back("There is no packet to draw.");
  if (chart.more_packets > 0) {
    notes.push_back(
        fmt::format("… {} (--limit)", quantity(chart.more_packets, "more packet", "more packets")));
  }
  add_open_lives(chart, notes);
  const auto hidden =
      std::ranges::count_if(chart.lives, [](const auto& life) { return !life.lane; });
  if (hidden > 0) {
    notes.push_back(fmt::format("There is room for {} at once: {} of {} {} not drawn.",
                                quantity(chart.lanes, "life", "lives"),
                                hidden == 1 ? "that" : "those",
                                quantity(static_cast<std::uint64_t>(hidden), "entry", "entries"),
                                hidden == 1 ? "is" : "are"));
  }
  if (chart.not_ip > 0) {
    notes.push_back(fmt::format("{} without IP addresses {} not drawn.",
                                quantity(chart.not_ip, "frame", "frames"),
                                chart.not_ip == 1 ? "is" : "are"));
  }
  return notes;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xc0') != '\x80'; }));
}

std::string fitted(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  std::size_t end = 0;
  for (std::size_t taken = 0; end < text.size(); ++end) {
    const bool begins = (text[end] & '\xc0') != '\x80';
    if (begins && ++taken == width) break;
  }
  return width == 0 ? "" : std::string(text.substr(0, end)) + "…";
}

}  // namespace statewall
