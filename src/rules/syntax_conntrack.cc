#include <algorithm>
#include <array>

#include "rules/protocol_names.h"
#include "rules/syntax_groups.h"

// conntrack, and state, which is the same with one option.

namespace statewall::rules {
namespace {

using M = ConntrackMatch;

// In the order in which they are printed.
constexpr BitName kStates[] = {
    {"INVALID", M::kInvalid},     {"NEW", M::kNew},
    {"RELATED", M::kRelated},     {"ESTABLISHED", M::kEstablished},
    {"UNTRACKED", M::kUntracked}, {"SNAT", M::kSnat},
    {"DNAT", M::kDnat},
};
constexpr std::span<const BitName> kPlainStates = std::span(kStates).first(5);

constexpr BitName kStatuses[] = {
    {"NONE", 0},
    {"EXPECTED", M::kExpected},
    {"SEEN_REPLY", M::kSeenReply},
    {"ASSURED", M::kAssured},
    {"CONFIRMED", M::kConfirmed},
};

bool read_state(Argument& argument, M& match) {
  const auto names = match.written_as_state ? kPlainStates : std::span(kStates);
  const auto bits = read_short_bits(argument, argument.text(), "state", names);
  if (!bits) return false;
  match.given |= M::kState;
  match.states = static_cast<std::uint8_t>(*bits);
  match.states_inverted = argument.inverted();
  return true;
}

bool read_status(Argument& argument, M& match) {
  const auto bits = read_short_bits(argument, argument.text(), "status", kStatuses);
  if (!bits) return false;
  match.given |= M::kStatus;
  match.statuses = static_cast<std::uint8_t>(*bits);
  match.statuses_inverted = argument.inverted();
  return true;
}

bool read_protocol(Argument& argument, M& match) {
  const auto protocol = parse_protocol(argument.text());
  if (!protocol) return argument.fail_unknown("protocol", argument.text(), known_protocols());
  match.given |= M::kProto;
  match.protocol = *protocol;
  match.protocol_inverted = argument.inverted();
  return true;
}

bool read_direction(Argument& argument, M& match) {
  constexpr std::string_view names[] = {"ORIGINAL", "REPLY"};
  const auto found = std::ranges::find_if(
      names, [&](std::string_view name) { return same_word(name, argument.text()); });
  if (found == std::end(names)) {
    return argument.fail_unknown("direction", argument.text(), names);
  }
  match.given |= M::kDirection;
  match.reply = found != std::begin(names);
  return true;
}

bool read_expire(Argument& argument, M& match) {
  match.given |= M::kExpire;
  return read_range_into<0xffffffff>(argument, match.expire);
}

template <Network M::*member, std::uint16_t bit>
bool read_end(Argument& argument, M& match) {
  match.given |= bit;
  return read_network(argument, match.*member);
}

template <Range<std::uint16_t> M::*member, std::uint16_t bit>
bool read_end_ports(Argument& argument, M& match) {
  match.given |= bit;
  return read_any_ports(argument, match.*member);
}

void print_names(RuleWriter& out, std::uint8_t bits, std::span<const BitName> names) {
  const char* separator = " ";
  for (const BitName& row : names) {
    if (row.bits == 0 ? bits != 0 : (bits & row.bits) == 0) continue;
    out.text().append(separator).append(row.name);
    separator = ",";
  }
}

/// Without the mask where it is whole, and never with a host part set to zero.
void print_network(RuleWriter& out, std::string_view option, const Network& network) {
  out.option(option, network.inverted);
  if (network.mask == mask_of_prefix(address_bits(out.family()))) {
    out.address(network.address);
  } else {
    out.network(network);
  }
}

struct NetworkOption {
  std::string_view name;
  std::uint16_t given;
  Network M::*member;
};
struct PortOption {
  std::string_view name;
  std::uint16_t given;
  Range<std::uint16_t> M::*member;
};
constexpr NetworkOption kNetworks[] = {
    {"ctorigsrc", M::kOrigSrc, &M::original_source},
    {"ctorigdst", M::kOrigDst, &M::original_destination},
    {"ctreplsrc", M::kReplSrc, &M::reply_source},
    {"ctrepldst", M::kReplDst, &M::reply_destination},
};
constexpr PortOption kPorts[] = {
    {"ctorigsrcport", M::kOrigSrcPort, &M::original_source_port},
    {"ctorigdstport", M::kOrigDstPort, &M::original_destination_port},
    {"ctreplsrcport", M::kReplSrcPort, &M::reply_source_port},
    {"ctrepldstport", M::kReplDstPort, &M::reply_destination_port},
};

void print_conntrack(RuleWriter& out, const M& match) {
  if (match.given & M::kState) {
    out.option(match.written_as_state ? "state" : "ctstate", match.states_inverted);
    print_names(out, match.states, kStates);
  }
  if (match.given & M::kProto) {
    out.option("ctproto", match.protocol_inverted).number(match.protocol);
  }
  for (const NetworkOption& row : kNetworks) {
    if (match.given & row.given) print_network(out, row.name, match.*row.member);
  }
  for (const PortOption& row : kPorts) {
    const Range<std::uint16_t>& ports = match.*row.member;
    if (match.given & row.given) out.option(row.name, ports.inverted).range(ports);
  }
  if (match.given & M::kStatus) {
    out.option("ctstatus", match.statuses_inverted);
    print_names(out, match.statuses, kStatuses);
  }
  if (match.given & M::kExpire) out.option("ctexpire", match.expire.inverted).range(match.expire);
  if (match.given & M::kDirection) out.option("ctdir").word(match.reply ? "REPLY" : "ORIGINAL");
}

Match make_state(Family) {
  M match;
  match.written_as_state = true;
  return match;
}

template <Network M::*member, std::uint16_t bit>
constexpr auto kEnd = of_match<M, read_end<member, bit>>;
template <Range<std::uint16_t> M::*member, std::uint16_t bit>
constexpr auto kEndPorts = of_match<M, read_end_ports<member, bit>>;

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kOptions[] = {
    {"ctstate", M::kState, kNot, of_match<M, read_state>},
    {"ctproto", M::kProto, kNot, of_match<M, read_protocol>},
    {"ctorigsrc", M::kOrigSrc, kNot, kEnd<&M::original_source, M::kOrigSrc>},
    {"ctorigdst", M::kOrigDst, kNot, kEnd<&M::original_destination, M::kOrigDst>},
    {"ctreplsrc", M::kReplSrc, kNot, kEnd<&M::reply_source, M::kReplSrc>},
    {"ctrepldst", M::kReplDst, kNot, kEnd<&M::reply_destination, M::kReplDst>},
    {"ctorigsrcport", M::kOrigSrcPort, kNot, kEndPorts<&M::original_source_port, M::kOrigSrcPort>},
    {"ctorigdstport", M::kOrigDstPort, kNot,
     kEndPorts<&M::original_destination_port, M::kOrigDstPort>},
    {"ctreplsrcport", M::kReplSrcPort, kNot, kEndPorts<&M::reply_source_port, M::kReplSrcPort>},
    {"ctrepldstport", M::kReplDstPort, kNot,
     kEndPorts<&M::reply_destination_port, M::kReplDstPort>},
    {"ctstatus", M::kStatus, kNot, of_match<M, read_status>},
    {"ctexpire", M::kExpire, kNot, of_match<M, read_expire>},
    {"ctdir", M::kDirection, 0, of_match<M, read_direction>},
};
constexpr MatchOption kStateOptions[] = {{"state", 1, kNot, of_match<M, read_state>}};

constexpr bool is_state(const Match& match) { return std::get_if<M>(&match)->written_as_state; }
constexpr bool is_conntrack(const Match& match) { return !is_state(match); }

constexpr MatchSyntax kMatches[] = {
    {.name = "conntrack",
     .kind = kIndexIn<M, Match>,
     .make = make<M, Match>,
     .options = kOptions,
     .print = prints_match<M, print_conntrack>,
     .any_of = 0xffff,
     .owns = is_conntrack},
    {.name = "state",
     .kind = kIndexIn<M, Match>,
     .make = make_state,
     .options = kStateOptions,
     .print = prints_match<M, print_conntrack>,
     .required = 1,
     .owns = is_state},
};

}  // namespace

std::span<const MatchSyntax> conntrack_matches() { return kMatches; }

}  // namespace statewall::rules
