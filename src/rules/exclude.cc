#include "rules/exclude.h"

#include <algorithm>

#include "rules/text.h"

namespace statewall::rules {
namespace {

/// Of two conditions that may be inverted each: do they contradict each other, if `apart` says
/// that what they name has nothing in common, and `within` that the first lies within the second?
template <typename Condition, typename Apart, typename Within>
bool contradict(const Condition& one, const Condition& other, Apart apart, Within within) {
  if (one.inverted && other.inverted) return false;
  if (one.inverted) return within(other, one);
  return other.inverted ? within(one, other) : apart(one, other);
}

template <typename Number>
bool excludes(const Range<Number>& one, const Range<Number>& other) {
  using R = Range<Number>;
  return contradict(
      one, other, [](const R& a, const R& b) { return a.high < b.low || b.high < a.low; },
      [](const R& a, const R& b) { return b.low <= a.low && a.high <= b.high; });
}

bool excludes(const Network& one, const Network& other) {
  return contradict(
      one, other,
      [](const Network& a, const Network& b) {
        const Address common = masked(a.mask, b.mask);
        return masked(a.address, common) != masked(b.address, common);
      },
      [](const Network& a, const Network& b) {
        return masked(a.mask, b.mask) == b.mask &&
               masked(a.address, b.mask) == masked(b.address, b.mask);
      });
}

bool excludes(const InterfaceCondition& one, const InterfaceCondition& other) {
  using I = InterfaceCondition;
  if (!one.given() || !other.given()) return false;
  // "eth+" holds all that begins so, "eth0" only itself.
  const auto holds = [](const I& a, const I& b) {
    return a.prefix ? b.name.starts_with(a.name) : !b.prefix && a.name == b.name;
  };
  return contradict(
      one, other, [&](const I& a, const I& b) { return !holds(a, b) && !holds(b, a); },
      [&](const I& a, const I& b) { return holds(b, a); });
}

bool protocols_exclude(const Rule& one, const Rule& other) {
  if (one.protocol == 0 || other.protocol == 0) return false;
  if (one.protocol_inverted && other.protocol_inverted) return false;
  return (one.protocol == other.protocol) == (one.protocol_inverted || other.protocol_inverted);
}

bool heads_exclude(const Rule& one, const Rule& other) {
  const bool fragments =
      one.fragment && other.fragment && one.fragment_inverted != other.fragment_inverted;
  return fragments || protocols_exclude(one, other) || excludes(one.source, other.source) ||
         excludes(one.destination, other.destination) || excludes(one.in, other.in) ||
         excludes(one.out, other.out);
}

/// TCP, UDP.
template <typename Ports>
bool ports_exclude(const Ports& one, const Ports& other) {
  return excludes(one.source_port, other.source_port) ||
         excludes(one.destination_port, other.destination_port);
}

bool excludes(const TcpMatch& one, const TcpMatch& other) { return ports_exclude(one, other); }
bool excludes(const UdpMatch& one, const UdpMatch& other) { return ports_exclude(one, other); }

bool excludes(const IcmpMatch& one, const IcmpMatch& other) {
  if (one.any || other.any || one.inverted || other.inverted) return false;
  return one.type != other.type || one.code_high < other.code_low || other.code_high < one.code_low;
}

bool excludes(const ConntrackMatch& one, const ConntrackMatch& other) {
  // A packet has one of these states. SNAT and DNAT it may have besides.
  constexpr unsigned real = 0x1f;
  unsigned common = real;
  for (const ConntrackMatch* match : {&one, &other}) {
    if ((match->given & ConntrackMatch::kState) == 0 || (match->states & ~real) != 0) return false;
    common &= match->states_inverted ? ~unsigned{match->states} : match->states;
  }
  return common == 0;
}

bool excludes(const LengthMatch& one, const LengthMatch& other) {
  return excludes(one.length, other.length);
}

template <typename One>
bool both_exclude(const Match& one, const Match& other) {
  const One* first = std::get_if<One>(&one);
  const One* second = std::get_if<One>(&other);
  return first && second && excludes(*first, *second);
}

bool excludes(const Match& one, const Match& other) {
  return both_exclude<TcpMatch>(one, other) || both_exclude<UdpMatch>(one, other) ||
         both_exclude<IcmpMatch>(one, other) || both_exclude<ConntrackMatch>(one, other) ||
         both_exclude<LengthMatch>(one, other);
}

}  // namespace

bool excludes(const Rule& one, const Rule& other, Changes changed) {
  if (heads_exclude(one, other)) return true;
  return std::ranges::any_of(one.matches, [&](const Match& first) {
    return (looks_at(first) & changed) == 0 &&
           std::ranges::any_of(other.matches,
                               [&](const Match& second) { return excludes(first, second); });
  });
}

}  // namespace statewall::rules
