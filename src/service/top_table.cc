#include "service/top_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "rules/text.h"

namespace statewall {
namespace {

constexpr std::size_t kFields = 8;

/// What stands between the tabs of a line; nothing if these are not so many.
std::optional<std::array<std::string_view, kFields>> fields_of(std::string_view line) {
  std::array<std::string_view, kFields> fields;
  for (std::size_t i = 0; i < kFields; ++i) {
    const std::size_t tab = line.find('\t');
    if ((tab == line.npos) != (i + 1 == kFields)) return std::nullopt;
    fields[i] = line.substr(0, tab);
    if (tab != line.npos) line.remove_prefix(tab + 1);
  }
  return fields;
}

/// A connection's number, for what is older is greater.
std::uint64_t age(const TopRow& row) { return ~row.number; }

template <typename Measure>
void sort_by(std::vector<TopRow>& rows, Measure&& measure) {
  std::ranges::sort(rows, [&](const TopRow& a, const TopRow& b) {
    const auto of_a = measure(a), of_b = measure(b);
    return of_a != of_b ? of_a > of_b : a.number < b.number;
  });
}

std::size_t widest(std::span<const TopRow> rows, std::string TopRow::*column, std::size_t least) {
  for (const TopRow& row : rows) least = std::max(least, (row.*column).size());
  return least;
}

}  // namespace

bool TopTable::take(std::string_view line) {
  const auto fields = fields_of(line);
  if (!fields) return false;
  std::array<std::uint64_t, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = rules::parse_decimal((*fields)[i], ~std::uint64_t{0});
    if (!number) return false;
    numbers[i] = *number;
  }
  const auto text = [&](std::size_t i) { return std::string((*fields)[i]); };
  coming_.push_back({numbers[0], numbers[1], numbers[2], numbers[3], text(4), text(5), text(6),
                     text(7), std::nullopt, std::nullopt});
  return true;
}

void TopTable::finish(Nanoseconds now) {
  const double seconds =
      last_ && now > *last_ ? static_cast<double>(now - *last_) / kNanosecondsPerSecond : 0;
  std::unordered_map<std::uint64_t, Sum> sums;
  for (TopRow& row : coming_) {
    sums[row.number] = {row.packets, row.bytes};
    const auto before = before_.find(row.number);
    if (seconds == 0 || before == before_.end()) continue;
    row.packets_rate = static_cast<double>(row.packets - before->second.packets) / seconds;
    row.bytes_rate = static_cast<double>(row.bytes - before->second.bytes) / seconds;
  }
  before_ = std::move(sums);
  rows_ = std::exchange(coming_, {});
  last_ = now;
}

void TopTable::sort(TopOrder order) {
  switch (order) {
    case TopOrder::rate: return sort_by(rows_, [](auto& row) { return row.bytes_rate; });
    case TopOrder::bytes: return sort_by(rows_, [](auto& row) { return row.bytes; });
    case TopOrder::packets: return sort_by(rows_, [](auto& row) { return row.packets; });
    case TopOrder::age: return sort_by(rows_, age);
  }
}

bool TopTable::counted() const {
  return std::ranges::any_of(rows_, [](const TopRow& row) { return row.packets != 0; });
}

std::vector<std::string> top_lines(std::span<const TopRow> rows, std::size_t most) {
  rows = rows.first(std::min(rows.size(), most));
  const std::size_t protocol = widest(rows, &TopRow::protocol, 8);
  const std::size_t state = widest(rows, &TopRow::state, 11);
  const std::size_t source = widest(rows, &TopRow::source, 15);
  const std::size_t destination = widest(rows, &TopRow::destination, 15);
  std::vector<std::string> lines;
  const auto add = [&](auto... cells) {
    lines.push_back(
        fmt::format("{:>9} {:>8} {:>8} {:>9} {:>9} {:>6}  {:<{}} {:<{}} {:<{}} {:<{}}", cells...));
    lines.back().erase(lines.back().find_last_not_of(' ') + 1);
  };
  add("CONN", "BYTES/S", "PKTS/S", "BYTES", "PACKETS", "LEFT", "PROTOCOL", protocol, "STATE", state,
      "SOURCE", source, "DESTINATION", destination);
  for (const TopRow& row : rows) {
    add(row.number, rate_text(row.bytes_rate), rate_text(row.packets_rate),
        rate_text(static_cast<double>(row.bytes)), rate_text(static_cast<double>(row.packets)),
        row.seconds_left, row.protocol, protocol, row.state, state, row.source, source,
        row.destination, destination);
  }
  return lines;
}

std::string rate_text(std::optional<double> rate) {
  if (!rate) return "-";
  constexpr std::string_view kUnits[] = {"", "K", "M", "G", "T"};
  std::size_t unit = 0;
  double value = *rate;
  for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  // Two digits at least, and no more than there are.
  const bool fraction = value < 9.95 && unit != 0;
  return fmt::format("{:.{}f}{}", value, fraction ? 1 : 0, kUnits[unit]);
}

}  // namespace statewall
