#include "kernel/router_hooks.h"

#include <fmt/format.h>

#include <string>

#include "kernel/nft.h"
#include "kernel/ruleset.h"

namespace statewall {
namespace {

std::string log(std::uint16_t group, std::string_view prefix) {
  return fmt::format("log prefix \"{}\" group {}", prefix, group);
}
std::string log(std::uint16_t group, char step) { return log(group, std::string_view(&step, 1)); }

std::string chain(std::string_view name, std::string_view hook, std::int32_t priority,
                  std::string_view rules) {
  return fmt::format("  chain {} {{\n    type filter hook {} priority {};\n{}  }}\n", name, hook,
                     priority, rules);
}

// Fragments are reassembled at -400, iptables' raw is at -300, connections are found at -200, and
// mangle is at -150 (B11).
constexpr std::int32_t kFirst = -450, kWhole = -399, kTracked = -199, kLast = 2147483647;

/// A rule for each state.
std::string states() {
  std::string rules;
  for (const Mark& mark : marks()) {
    const char prefix[] = {step::tracked, mark.letter};
    rules += fmt::format("    {} {} accept\n", mark.match, log(kStepGroup, {prefix, 2}));
  }
  return rules;
}

std::string fragments() {
  const std::string log_it = log(kStepGroup, step::fragment);
  return fmt::format("    ip frag-off & 0x3fff != 0 {} accept\n    exthdr frag exists {} accept\n",
                     log_it, log_it);
}

/// What a host says of its own accord, of groups and neighbours, is not the packets' doing.
std::string departures() {
  return fmt::format(
      "    meta l4proto icmpv6 icmpv6 type {{ 130-137, 143 }} drop\n    meta l4proto igmp drop\n"
      "    {}\n",
      log(kPacketGroup, step::sent));
}

std::string end(char step) { return fmt::format("    {} drop\n", log(kPacketGroup, step)); }

}  // namespace

// Of hooks with the same priority, conntrack's confirmation has the last one, the one that came
// first goes last.
std::optional<Error> load_router_ends() {
  return run_nft("table inet statewall_ends {\n" +
                 chain("delivered", "input", kLast, end(step::delivered)) +
                 chain("left", "postrouting", kLast,
                       fmt::format("    oifname lo {} accept\n", log(kStepGroup, step::looped)) +
                           end(step::left)) +
                 "}\n");
}

std::optional<Error> load_router_steps() {
  const std::string routed = fmt::format("    {}\n", log(kStepGroup, step::routed));
  return run_nft(
      "table inet statewall {\n" + chain("fragments", "prerouting", kFirst, fragments()) +
      chain("arrived", "prerouting", kWhole,
            fmt::format("    {}\n", log(kStepGroup, step::arrived))) +
      chain("tracked", "prerouting", kTracked, states()) +
      chain("looked_up", "prerouting", kLast,
            fmt::format("    {}\n", log(kStepGroup, step::looked_up))) +
      chain("for_us", "input", kFirst, routed) + chain("for_others", "forward", kFirst, routed) +
      chain("sent", "output", kFirst, departures()) +
      chain("sent_tracked", "output", kTracked, states()) + "}\n");
}

}  // namespace statewall
