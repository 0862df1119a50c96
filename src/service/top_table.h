#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "statewall/time.h"

// The greatest connections, as `top` shows them. The firewall tells sums; what passes in a second
// is the difference of two answers, by the numbers of connections.

namespace statewall {

struct TopRow {
  std::uint64_t number = 0;
  std::uint64_t packets = 0, bytes = 0;  ///< of both directions, if they are counted
  std::uint64_t seconds_left = 0;
  std::string protocol;  ///< "tcp", "icmp:8/0:33029"
  std::string state;
  std::string source, destination;                 ///< of the first packet, with their ports
  std::optional<double> packets_rate, bytes_rate;  ///< a second; nothing: not known yet
};

enum class TopOrder : std::uint8_t { rate, bytes, packets, age };

class TopTable {
 public:
  /// A line of an answer. False if it is none.
  bool take(std::string_view line);
  /// The answer is complete, at this moment.
  void finish(Nanoseconds now);

  /// The greatest first; of two that are equal the older.
  void sort(TopOrder order);
  std::span<const TopRow> rows() const { return rows_; }
  /// Did anything pass at all? Else packets and bytes are not counted.
  bool counted() const;

 private:
  struct Sum {
    std::uint64_t packets = 0, bytes = 0;
  };
  std::vector<TopRow> coming_, rows_;
  std::unordered_map<std::uint64_t, Sum> before_;  ///< of the answer before, by number
  std::optional<Nanoseconds> last_;
};

/// A heading, and a line for each of the first rows, in columns.
std::vector<std::string> top_lines(std::span<const TopRow> rows, std::size_t most);

/// "999", "1.5K", "12M".
std::string rate_text(std::optional<double> rate);

}  // namespace statewall
