#include "replay/chart_lines.h"

#include <fmt/format.h>

#include "report/address_text.h"

namespace statewall {
namespace {

Side opposite(Side side) { return side == Side::left ? Side::right : Side::left; }

}  // namespace

ChartLines::Ends ChartLines::of(const Headers& headers) {
  const Host source{headers.family, headers.source};
  const Host destination{headers.family, headers.destination};
  std::optional<std::size_t> from = find(source);
  if (!from) {
    const std::optional<std::size_t> to = find(destination);
    from = add(source, to ? opposite(lines_[*to].side) : Side::left);
  }
  std::optional<std::size_t> to = find(destination);
  if (!to) to = add(destination, opposite(lines_[*from].side));
  return {*from, *to};
}

std::optional<std::size_t> ChartLines::find(const Host& host) const {
  const auto found = hosts_.find(host);
  return found == hosts_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t ChartLines::add(const Host& host, Side side) {
  Edge& there = edge(side);
  if (there.lines < kOwnLines) return add_line(host, side);
  ++there.sharing;
  if (!there.shared) there.shared = add_line(host, side);
  hosts_.emplace(host, *there.shared);
  return *there.shared;
}

std::size_t ChartLines::add_line(const Host& host, Side side) {
  const std::size_t number = lines_.size();
  lines_.push_back({side, address_text(host.second, host.first), edge(side).lines++});
  hosts_.emplace(host, number);
  return number;
}

std::vector<Lifeline> ChartLines::take() {
  for (const Edge& there : edges_) {
    if (there.sharing > 1) lines_[*there.shared].name = fmt::format("{} others", there.sharing);
  }
  return std::move(lines_);
}

}  // namespace statewall
