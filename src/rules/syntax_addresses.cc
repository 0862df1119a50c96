#include <algorithm>

#include "rules/syntax_groups.h"

// Who sends and who receives, in other ways than by networks: iprange, addrtype, mac, pkttype.

namespace statewall::rules {
namespace {

/// `FIRST-LAST`, or one address.
bool read_range_of(Argument& argument, IpRangeMatch::Addresses& out) {
  std::string_view rest = argument.text();
  const bool two = rest.find('-') != rest.npos;
  const auto low = read_short_address(argument, split_off(rest, '-'));
  if (!low) return false;
  const auto high = two ? read_short_address(argument, rest) : low;
  if (!high) return false;
  out = {true, *low, *high, argument.inverted()};
  return true;
}

void print_range_of(RuleWriter& out, std::string_view option,
                    const IpRangeMatch::Addresses& addresses) {
  if (!addresses.given) return;
  out.option(option, addresses.inverted).address(addresses.low).text() += '-';
  append_address(out.text(), addresses.high, out.family());
}

void print_iprange(RuleWriter& out, const IpRangeMatch& match) {
  print_range_of(out, "src-range", match.source);
  print_range_of(out, "dst-range", match.destination);
}

using A = AddrtypeMatch;
constexpr BitName kTypes[] = {
    {"UNSPEC", A::kUnspec},
    {"UNICAST", A::kUnicast},
    {"LOCAL", A::kLocal},
    {"BROADCAST", A::kBroadcast},
    {"ANYCAST", A::kAnycast},
    {"MULTICAST", A::kMulticast},
    {"BLACKHOLE", A::kBlackhole},
    {"UNREACHABLE", A::kUnreachable},
    {"PROHIBIT", A::kProhibit},
    {"THROW", A::kThrow},
    {"NAT", A::kNat},
    {"XRESOLVE", A::kXresolve},
};
// Those that the kernel does not tell for IPv6.
constexpr unsigned kNotOfIpv6 =
    A::kBroadcast | A::kBlackhole | A::kProhibit | A::kThrow | A::kNat | A::kXresolve;

template <std::uint16_t A::*types, bool A::*inverted>
bool read_types(Argument& argument, A& match) {
  const auto bits = read_short_bits(argument, argument.text(), "type of address", kTypes);
  if (!bits) return false;
  match.*types = static_cast<std::uint16_t>(*bits);
  match.*inverted = argument.inverted();
  return true;
}

std::string check_addrtype(const Surroundings& around, Match& match) {
  const auto& types = *std::get_if<A>(&match);
  const unsigned asked = types.source | types.destination;
  if (around.family == Family::ipv4 || (asked & kNotOfIpv6) == 0) return {};
  return "addresses of IPv6 have no such type";
}

std::uint8_t addrtype_hooks(const Match& match) {
  const auto& types = *std::get_if<A>(&match);
  if (types.limit_iface_in) return bit(Hook::prerouting) | bit(Hook::input) | bit(Hook::forward);
  if (types.limit_iface_out) return bit(Hook::forward) | bit(Hook::output) | bit(Hook::postrouting);
  return kEveryHook;
}

void print_types(RuleWriter& out, std::string_view option, std::uint16_t types, bool inverted) {
  if (types == 0) return;
  out.option(option, inverted);
  const char* separator = " ";
  for (const BitName& row : kTypes) {
    if ((types & row.bits) == 0) continue;
    out.text().append(separator).append(row.name);
    separator = ",";
  }
}

void print_addrtype(RuleWriter& out, const A& match) {
  print_types(out, "src-type", match.source, match.source_inverted);
  print_types(out, "dst-type", match.destination, match.destination_inverted);
  if (match.limit_iface_in) out.option("limit-iface-in");
  if (match.limit_iface_out) out.option("limit-iface-out");
}

/// Six hexadecimal numbers of one or two digits, with colons between them.
bool read_mac(Argument& argument, MacMatch& match) {
  std::string_view rest = argument.text();
  for (std::uint8_t& byte : match.source) {
    const std::string_view part = split_off(rest, ':');
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), byte, 16);
    const bool last = &byte == &match.source.back();
    if (error != std::errc{} || end != part.data() + part.size() || part.size() > 2 ||
        last != rest.empty()) {
      return argument.fail_expected("a MAC address like 00:11:22:33:44:55", argument.text());
    }
  }
  match.inverted = argument.inverted();
  return true;
}

void print_mac(RuleWriter& out, const MacMatch& match) {
  out.option("mac-source", match.inverted);
  char separator = ' ';
  for (const std::uint8_t byte : match.source) {
    out.text() += separator;
    if (byte < 16) out.text() += '0';
    append_number(out.text(), byte, 16);
    separator = ':';
  }
}

using Type = PkttypeMatch::Type;
constexpr NamedNumber kPacketTypes[] = {
    {"unicast", int(Type::unicast)},     {"broadcast", int(Type::broadcast)},
    {"multicast", int(Type::multicast)}, {"otherhost", int(Type::otherhost)},
    {"host", int(Type::unicast)},        {"bcast", int(Type::broadcast)},
    {"mcast", int(Type::multicast)},
};

bool read_packet_type(Argument& argument, PkttypeMatch& match) {
  const auto* row = find_named(kPacketTypes, argument.text());
  if (!row) {
    return argument.fail_unknown("type of packet", argument.text(), names_of(kPacketTypes));
  }
  match = {static_cast<Type>(row->number), argument.inverted()};
  return true;
}

void print_pkttype(RuleWriter& out, const PkttypeMatch& match) {
  out.option("pkt-type", match.inverted).word(kPacketTypes[static_cast<int>(match.type)].name);
}

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;
constexpr MatchOption kIpRangeOptions[] = {
    {"src-range", 1, kNot, into_match<&IpRangeMatch::source, read_range_of>},
    {"dst-range", 2, kNot, into_match<&IpRangeMatch::destination, read_range_of>},
};
constexpr MatchOption kAddrtypeOptions[] = {
    {"src-type", 1, kNot, of_match<A, read_types<&A::source, &A::source_inverted>>},
    {"dst-type", 2, kNot, of_match<A, read_types<&A::destination, &A::destination_inverted>>},
    {"limit-iface-in", 4, kAlone, into_match<&A::limit_iface_in, read_flag>, 8},
    {"limit-iface-out", 8, kAlone, into_match<&A::limit_iface_out, read_flag>, 4},
};
constexpr MatchOption kMacOptions[] = {{"mac-source", 1, kNot, of_match<MacMatch, read_mac>}};
constexpr MatchOption kPkttypeOptions[] = {
    {"pkt-type", 1, kNot, of_match<PkttypeMatch, read_packet_type>}};

constexpr MatchSyntax kMatches[] = {
    {.name = "iprange",
     .kind = kIndexIn<IpRangeMatch, Match>,
     .make = make<IpRangeMatch, Match>,
     .options = kIpRangeOptions,
     .print = prints_match<IpRangeMatch, print_iprange>,
     .any_of = 3},
    {.name = "addrtype",
     .kind = kIndexIn<A, Match>,
     .make = make<A, Match>,
     .options = kAddrtypeOptions,
     .print = prints_match<A, print_addrtype>,
     .any_of = 3,
     .finish = check_addrtype,
     .hooks_of = addrtype_hooks},
    {.name = "mac",
     .kind = kIndexIn<MacMatch, Match>,
     .make = make<MacMatch, Match>,
     .options = kMacOptions,
     .print = prints_match<MacMatch, print_mac>,
     .required = 1,
     .hooks = bit(Hook::prerouting) | bit(Hook::input) | bit(Hook::forward)},
    {.name = "pkttype",
     .kind = kIndexIn<PkttypeMatch, Match>,
     .make = make<PkttypeMatch, Match>,
     .options = kPkttypeOptions,
     .print = prints_match<PkttypeMatch, print_pkttype>,
     .required = 1},
};

}  // namespace

std::span<const MatchSyntax> address_matches() { return kMatches; }

}  // namespace statewall::rules
