#include "replay/what_if.h"

#include <algorithm>

#include "report/profile_text.h"

namespace statewall {
namespace {

/// No state of a packet depends on these, with one thread and without rules.
bool idle(const Switch& row) {
  return row.kind == SwitchKind::table_format || row.field == &Profile::buckets ||
         row.field == &Profile::clash_joins || row.field == &Profile::reject_modern ||
         row.field == &Profile::reject_closes || row.field == &Profile::log_modern ||
         row.field == &Profile::conntrack_match_needs_entry;
}

std::vector<std::uint32_t> other_values(const Switch& row, std::uint32_t value) {
  std::vector<std::uint32_t> others(row.values.begin(), row.values.end());
  switch (row.kind) {
    case SwitchKind::flag: others.push_back(1 - value); break;
    case SwitchKind::seconds: others.push_back(row.most); break;
    case SwitchKind::bytes: others.push_back(row.least); break;
    default: break;
  }
  std::ranges::sort(others);
  const auto [first, last] = std::ranges::unique(others);
  others.erase(first, last);
  std::erase(others, value);
  return others;
}

}  // namespace

std::vector<Variant> variants(const Profile& profile) {
  std::vector<Variant> all;
  for (const Switch& row : switches()) {
    if (idle(row)) continue;
    for (const std::uint32_t value : other_values(row, profile.*row.field)) {
      Variant variant{std::string(row.name) + "=" + switch_value_text(row, value), profile};
      variant.profile.*row.field = value;
      all.push_back(std::move(variant));
    }
  }
  return all;
}

}  // namespace statewall
