#include <algorithm>
#include <vector>

#include "rules/syntax_groups.h"

// The targets that decide: ACCEPT, DROP, RETURN and REJECT.

namespace statewall::rules {
namespace {

struct RejectWay {
  std::string_view name;   ///< which is printed
  std::string_view alias;  ///< which is read, too
  std::uint8_t type, code;
};

// H15.
constexpr RejectWay kWays4[] = {
    {"icmp-net-unreachable", "net-unreach", 3, 0},
    {"icmp-host-unreachable", "host-unreach", 3, 1},
    {"icmp-proto-unreachable", "proto-unreach", 3, 2},
    {"icmp-port-unreachable", "port-unreach", 3, 3},
    {"icmp-net-prohibited", "net-prohib", 3, 9},
    {"icmp-host-prohibited", "host-prohib", 3, 10},
    {"icmp-admin-prohibited", "admin-prohib", 3, 13},
};
constexpr RejectWay kWays6[] = {
    {"icmp6-no-route", "no-route", 1, 0},
    {"icmp6-adm-prohibited", "adm-prohibited", 1, 1},
    {"icmp6-addr-unreachable", "addr-unreach", 1, 3},
    {"icmp6-port-unreachable", "port-unreach", 1, 4},
    {"icmp6-policy-fail", "policy-fail", 1, 5},
    {"icmp6-reject-route", "reject-route", 1, 6},
};
constexpr RejectWay kReset{"tcp-reset", "tcp-rst", 0, 0};

std::span<const RejectWay> ways(Family family) {
  return family == Family::ipv4 ? std::span<const RejectWay>(kWays4)
                                : std::span<const RejectWay>(kWays6);
}

/// The first whose name or other name begins so.
bool read_reject_with(Argument& argument, RejectTarget& reject) {
  const auto means = [&](const RejectWay& way) {
    return begins_word(way.name, argument.text()) || begins_word(way.alias, argument.text());
  };
  const auto known = ways(argument.family());
  const auto found = std::ranges::find_if(known, means);
  reject.tcp_reset = found == known.end() && means(kReset);
  if (found != known.end()) {
    reject.icmp_type = found->type;
    reject.icmp_code = found->code;
  }
  if (found != known.end() || reject.tcp_reset) return true;

  std::vector<std::string_view> names{kReset.name};
  for (const RejectWay& way : known) names.insert(names.end(), {way.name, way.alias});
  return argument.fail_unknown("kind of rejection", argument.text(), names);
}

std::string check_reject(const Surroundings& around, Target& target) {
  if (!std::get_if<RejectTarget>(&target)->tcp_reset) return {};
  if (around.protocol == 6 && !around.protocol_inverted) return {};
  return "tcp-reset answers TCP alone: the rule needs '-p tcp'";
}

void print_reject(RuleWriter& out, const RejectTarget& reject) {
  out.option("reject-with");
  if (reject.tcp_reset) {
    out.word(kReset.name);
    return;
  }
  const auto known = ways(out.family());
  const auto found = std::ranges::find_if(known, [&](const RejectWay& way) {
    return way.type == reject.icmp_type && way.code == reject.icmp_code;
  });
  if (found != known.end()) out.word(found->name);
}

/// Port unreachable.
Target make_reject(Family family) {
  if (family == Family::ipv4) return RejectTarget{};
  return RejectTarget{.icmp_type = 1, .icmp_code = 4};
}

constexpr TargetOption kRejectOptions[] = {
    {"reject-with", 1, 0, of_target<RejectTarget, read_reject_with>},
};

template <typename Verdict>
constexpr TargetSyntax verdict(std::string_view name, std::uint8_t tables = kEveryTable) {
  return {.name = name,
          .kind = kIndexIn<Verdict, Target>,
          .make = make<Verdict, Target>,
          .options = {},
          .tables = tables};
}

constexpr TargetSyntax kTargets[] = {
    verdict<AcceptTarget>("ACCEPT"),
    // iptables does not let the table of translations filter.
    verdict<DropTarget>("DROP", kEveryTable & ~bit(TableKind::nat)),
    verdict<ReturnTarget>("RETURN"),
    {.name = "REJECT",
     .kind = kIndexIn<RejectTarget, Target>,
     .make = make_reject,
     .options = kRejectOptions,
     .print = prints_target<RejectTarget, print_reject>,
     .finish = check_reject,
     .tables = bit(TableKind::filter),
     .hooks = bit(Hook::input) | bit(Hook::forward) | bit(Hook::output)},
};

}  // namespace

std::span<const TargetSyntax> verdict_targets() { return kTargets; }

}  // namespace statewall::rules
