#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/chart.h"

// What all charts say in the same words.

namespace statewall {

/// How a state is drawn: a shape, so that no colour is needed, and a word.
struct StateSign {
  std::string_view glyph;  ///< one character, one column wide
  std::string_view word;
  std::string_view slug;     ///< lower-case, for names in a document
  std::string_view meaning;  ///< for the legend
};
const StateSign& sign(State state);

/// The states that packets of the chart have, in the order of `State`, none last.
std::vector<State> states_in(const Chart& chart);

/// "ping.pcap", "ping.pcap, connection 1".
std::string heading(const Chart& chart);

/// "2 packets: 1 NEW, 1 ESTABLISHED; 1 entry".
std::string summary(const Chart& chart);

/// Seconds and microseconds: "0.000083".
std::string time_text(std::uint64_t nanoseconds);

/// What the packet is to the firewall: "NEW #1".
std::string verdict(const ChartPacket& packet);

/// What the packet does to its entry: "creates entry #1 (30 s)", "destroys entry #1: replied"; or
/// nothing.
std::string deed(const ChartPacket& packet);

/// What a row says that is no packet: "entry #1 expired", "2.500 s pass", "the capture ends".
std::string row_text(const Chart& chart, const ChartRow& row);

/// How an entry ended: "replied at 0.000083 s", "still there, 25 s left", "goes on".
std::string fate(const Chart& chart, const ChartLife& life);

/// What stands below the chart: what was left out, and that there is nothing to see.
std::vector<std::string> footnotes(const Chart& chart);

/// `text` in at most `width` columns: what does not fit is replaced by "…".
std::string fitted(std::string_view text, std::size_t width);

/// Columns that UTF-8 text takes, where each character takes one.
std::size_t columns(std::string_view text);

}  // namespace statewall
