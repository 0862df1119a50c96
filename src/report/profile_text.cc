#include "report/profile_text.h"

#include <fmt/format.h>

namespace statewall {
namespace {

std::string type_set_text(std::uint32_t set) {
  std::string text;
  for (unsigned type = 0; type < 32; ++type) {
    if (set >> type & 1) text += fmt::format("{}{}", text.empty() ? "" : ",", type);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string switch_value_text(const Switch& row, std::uint32_t value) {
  switch (row.kind) {
    case SwitchKind::flag: return value ? "on" : "off";
    case SwitchKind::icmp_types: return type_set_text(value);
    case SwitchKind::table_format: return std::string(name(static_cast<TableFormat>(value)));
    case SwitchKind::seconds:
    case SwitchKind::bytes:
    case SwitchKind::number:
    case SwitchKind::count: break;
  }
  return fmt::to_string(value);
}

std::string switch_range_text(const Switch& row) {
  switch (row.kind) {
    case SwitchKind::flag: return "on or off";
    case SwitchKind::icmp_types:
      return fmt::format("some of the ICMP types {}, or none", type_set_text(row.most));
    case SwitchKind::table_format: return "tutorial, ip_conntrack, nf_conntrack or conntrack";
    case SwitchKind::seconds: return fmt::format("{} to {} seconds", row.least, row.most);
    case SwitchKind::bytes: return fmt::format("{} to {} bytes", row.least, row.most);
    case SwitchKind::number:
    case SwitchKind::count: break;
  }
  return fmt::format("{} to {}", row.least, row.most);
}

std::vector<std::string_view> profile_names() {
  std::vector<std::string_view> names;
  for (const Profile& profile : profiles()) names.push_back(profile.name);
  return names;
}

std::vector<std::string_view> switch_names() {
  std::vector<std::string_view> names;
  for (const Switch& row : switches()) names.push_back(row.name);
  return names;
}

}  // namespace statewall
