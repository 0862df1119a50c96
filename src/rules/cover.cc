#include "rules/cover.h"

#include <algorithm>
#include <array>

#include "rules/text.h"

namespace statewall::rules {
namespace {

template <typename Number>
bool covers(const Range<Number>& wide, const Range<Number>& narrow) {
  if (wide == narrow) return true;
  return !wide.inverted && !narrow.inverted && wide.low <= narrow.low && narrow.high <= wide.high;
}

bool covers(const Network& wide, const Network& narrow) {
  if (wide.mask == Address{}) return !wide.inverted;
  if (wide == narrow) return true;
  // The other way round, too: what is outside a network is outside each part of it.
  if (wide.inverted != narrow.inverted) return false;
  const Network& outer = wide.inverted ? narrow : wide;
  const Network& inner = wide.inverted ? wide : narrow;
  return masked(inner.mask, outer.mask) == outer.mask &&
         masked(inner.address, outer.mask) == outer.address;
}

bool covers(const InterfaceCondition& wide, const InterfaceCondition& narrow) {
  if (!wide.given() || wide == narrow) return true;
  return wide.prefix && !wide.inverted && !narrow.inverted && narrow.name.starts_with(wide.name);
}

bool protocol_covers(const Rule& wide, const Rule& narrow) {
  if (narrow.protocol == 0) return false;
  const bool same = wide.protocol == narrow.protocol;
  // What is another protocol is not this one.
  if (wide.protocol_inverted && !narrow.protocol_inverted) return !same;
  return same && wide.protocol_inverted == narrow.protocol_inverted;
}

/// Does the condition of one of the rules leave nothing but what `wide` holds?
template <typename Condition>
bool one_covers(const Rule& wide, Met narrow, Condition Rule::*part) {
  return covers(wide.*part, Condition{}) || std::ranges::any_of(narrow, [&](const Rule* rule) {
           return covers(wide.*part, rule->*part);
         });
}

bool head_covers(const Rule& wide, Met narrow) {
  const bool protocol = wide.protocol == 0 || std::ranges::any_of(narrow, [&](const Rule* rule) {
                          return protocol_covers(wide, *rule);
                        });
  const bool fragment = !wide.fragment || std::ranges::any_of(narrow, [&](const Rule* rule) {
    return rule->fragment && wide.fragment_inverted == rule->fragment_inverted;
  });
  return protocol && fragment && one_covers(wide, narrow, &Rule::source) &&
         one_covers(wide, narrow, &Rule::destination) && one_covers(wide, narrow, &Rule::in) &&
         one_covers(wide, narrow, &Rule::out);
}

bool covers(const TcpMatch& wide, const TcpMatch& narrow) {
  const auto flags = [](const TcpMatch& tcp) {
    return std::array<int, 3>{tcp.flags_mask, tcp.flags, tcp.flags_inverted};
  };
  const bool no_flags = wide.flags_mask == 0 && wide.flags == 0 && !wide.flags_inverted;
  const bool option = wide.option == 0 || (wide.option == narrow.option &&
                                           wide.option_inverted == narrow.option_inverted);
  return option && (no_flags || flags(wide) == flags(narrow)) &&
         covers(wide.source_port, narrow.source_port) &&
         covers(wide.destination_port, narrow.destination_port);
}

bool covers(const UdpMatch& wide, const UdpMatch& narrow) {
  return covers(wide.source_port, narrow.source_port) &&
         covers(wide.destination_port, narrow.destination_port);
}

bool covers(const IcmpMatch& wide, const IcmpMatch& narrow) {
  if (wide == narrow) return true;
  if (wide.inverted || narrow.inverted) return false;
  if (wide.any || narrow.any) return wide.any;
  return wide.type == narrow.type && wide.code_low <= narrow.code_low &&
         narrow.code_high <= wide.code_high;
}

/// The states that the match lets through; 0 if it asks for more than those, or cannot be told.
unsigned states_of(const ConntrackMatch& match) {
  // SNAT and DNAT are no states of their own, so that nothing is the complement of a set of them.
  constexpr unsigned real = 0x1f;
  if (match.given != ConntrackMatch::kState) return 0;
  if (!match.states_inverted) return match.states;
  return (match.states & ~real) == 0 ? ~unsigned{match.states} & real : 0;
}

bool covers(const ConntrackMatch& wide, const ConntrackMatch& narrow) {
  const unsigned outer = states_of(wide), inner = states_of(narrow);
  if (outer != 0 && inner != 0) return (inner & ~outer) == 0;
  ConntrackMatch same = narrow;
  same.written_as_state = wide.written_as_state;
  return wide == same;
}

bool covers(const LengthMatch& wide, const LengthMatch& narrow) {
  return covers(wide.length, narrow.length);
}

/// Those whose answer depends on what came before, or on when it came.
bool is_lasting(const Match& match) {
  return !std::get_if<LimitMatch>(&match) && !std::get_if<HashlimitMatch>(&match) &&
         !std::get_if<ConnlimitMatch>(&match) && !std::get_if<RecentMatch>(&match) &&
         !std::get_if<StatisticMatch>(&match) && !std::get_if<UnsupportedMatch>(&match);
}

template <typename One>
bool both_cover(const Match& wide, const Match& narrow) {
  const One* outer = std::get_if<One>(&wide);
  const One* inner = std::get_if<One>(&narrow);
  return outer && inner && covers(*outer, *inner);
}

bool covers(const Match& wide, const Match& narrow) {
  return both_cover<TcpMatch>(wide, narrow) || both_cover<UdpMatch>(wide, narrow) ||
         both_cover<IcmpMatch>(wide, narrow) || both_cover<ConntrackMatch>(wide, narrow) ||
         both_cover<LengthMatch>(wide, narrow) || (is_lasting(wide) && wide == narrow);
}

bool is_any(const Match& match) {
  const auto* tcp = std::get_if<TcpMatch>(&match);
  const auto* udp = std::get_if<UdpMatch>(&match);
  const auto* icmp = std::get_if<IcmpMatch>(&match);
  return (tcp && *tcp == TcpMatch{}) || (udp && *udp == UdpMatch{}) ||
         (icmp && icmp->any && !icmp->inverted);
}

}  // namespace

bool covers(const Rule& wide, Met narrow, Changes changed) {
  if (!head_covers(wide, narrow)) return false;
  const auto holds = [&](const Match& outer, const Rule& rule) {
    // Nothing is asked of the protocol, which the head has compared.
    if (is_any(outer) && wide.protocol == rule.protocol) return true;
    return std::ranges::any_of(rule.matches,
                               [&](const Match& inner) { return covers(outer, inner); });
  };
  return std::ranges::all_of(wide.matches, [&](const Match& outer) {
    if (std::get_if<CommentMatch>(&outer)) return true;
    return (looks_at(outer) & changed) == 0 &&
           std::ranges::any_of(narrow, [&](const Rule* rule) { return holds(outer, *rule); });
  });
}

bool takes_all(const Rule& rule) { return covers(rule, {}); }

bool is_verdict(const Target& target) {
  return std::get_if<AcceptTarget>(&target) || std::get_if<DropTarget>(&target) ||
         std::get_if<RejectTarget>(&target) || std::get_if<NatTarget>(&target);
}

bool is_final(const Rule& rule) {
  const auto* jump = std::get_if<JumpTarget>(&rule.target);
  return is_verdict(rule.target) || std::get_if<ReturnTarget>(&rule.target) ||
         (jump && jump->is_goto);
}

}  // namespace statewall::rules
