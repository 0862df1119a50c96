#include <algorithm>
#include <cstddef>

#include "rules/conditions.h"

namespace statewall::rules {
namespace {

std::uint8_t state_bit(const Subject& subject) {
  using Ct = ConntrackMatch;
  switch (subject.state) {
    case State::new_: return Ct::kNew;
    case State::established: return Ct::kEstablished;
    case State::related: return Ct::kRelated;
    case State::untracked: return Ct::kUntracked;
    // In table raw nobody has tracked it yet, and to a kernel it is INVALID.
    case State::none:
    case State::invalid: break;
  }
  return Ct::kInvalid;
}

std::uint8_t status_bits(const Connection& entry) {
  using Ct = ConntrackMatch;
  const auto bit = [&](std::uint8_t ours, std::uint8_t theirs) {
    return (entry.status & ours) != 0 ? theirs : std::uint8_t{0};
  };
  return static_cast<std::uint8_t>(bit(status::seen_reply, Ct::kSeenReply) |
                                   bit(status::assured, Ct::kAssured) |
                                   bit(status::confirmed, Ct::kConfirmed));
}

bool in_network(const Address& address, const Network& network) {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    if (((address.bytes[i] ^ network.address.bytes[i]) & network.mask.bytes[i]) != 0) {
      return network.inverted;
    }
  }
  return !network.inverted;
}

/// The number in the place of a port, as the kernel lays it out (H13): of ICMP the id stands in
/// that of the source, type and code in that of the destination.
std::uint16_t source_slot(const Tuple& tuple) {
  const bool icmp = tuple.protocol == protocol::icmp || tuple.protocol == protocol::icmpv6;
  return icmp ? tuple.icmp_id : tuple.source_port;
}
std::uint16_t destination_slot(const Tuple& tuple) {
  const bool icmp = tuple.protocol == protocol::icmp || tuple.protocol == protocol::icmpv6;
  return icmp ? static_cast<std::uint16_t>(tuple.icmp_type << 8 | tuple.icmp_code)
              : tuple.destination_port;
}

/// Whole seconds that the entry has left; 0 before it is confirmed (H12).
std::uint32_t seconds_left(const Connection& entry, Nanoseconds now) {
  if ((entry.status & status::confirmed) == 0 || entry.deadline <= now) return 0;
  const std::uint64_t left =
      static_cast<std::uint64_t>(entry.deadline) - static_cast<std::uint64_t>(now);
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(left / kNanosecondsPerSecond, 0xffffffff));
}

bool addresses_hold(const ConntrackMatch& match, const Connection& entry) {
  using Ct = ConntrackMatch;
  const auto holds = [&](std::uint16_t bit, const Address& address, const Network& network) {
    return (match.given & bit) == 0 || in_network(address, network);
  };
  return holds(Ct::kOrigSrc, entry.original.source, match.original_source) &&
         holds(Ct::kOrigDst, entry.original.destination, match.original_destination) &&
         holds(Ct::kReplSrc, entry.reply.source, match.reply_source) &&
         holds(Ct::kReplDst, entry.reply.destination, match.reply_destination);
}

bool slots_hold(const ConntrackMatch& match, const Connection& entry) {
  using Ct = ConntrackMatch;
  const auto holds = [&](std::uint16_t bit, std::uint16_t port, const Range<std::uint16_t>& range) {
    return (match.given & bit) == 0 || range.holds(port);
  };
  return holds(Ct::kOrigSrcPort, source_slot(entry.original), match.original_source_port) &&
         holds(Ct::kOrigDstPort, destination_slot(entry.original),
               match.original_destination_port) &&
         holds(Ct::kReplSrcPort, source_slot(entry.reply), match.reply_source_port) &&
         holds(Ct::kReplDstPort, destination_slot(entry.reply), match.reply_destination_port);
}

}  // namespace

Matching test(const ConntrackMatch& match, const Subject& subject, MatchMemory&) {
  using Ct = ConntrackMatch;
  const auto given = [&](std::uint16_t bit) { return (match.given & bit) != 0; };
  if (given(Ct::kState) && ((match.states & state_bit(subject)) != 0) == match.states_inverted) {
    return Matching::no;
  }
  if ((match.given & ~Ct::kState) == 0) return Matching::yes;
  const Connection* entry = subject.entry();
  // H10: without an entry a modern kernel lets the state alone decide.
  if (!entry) return to_matching(given(Ct::kState) && !subject.conditions_need_entry);
  if (given(Ct::kDirection) && (subject.direction == Direction::reply) != match.reply) {
    return Matching::no;
  }
  if (given(Ct::kProto) &&
      (entry->original.protocol == match.protocol) == match.protocol_inverted) {
    return Matching::no;
  }
  if (given(Ct::kStatus) &&
      ((status_bits(*entry) & match.statuses) != 0) == match.statuses_inverted) {
    return Matching::no;
  }
  if (given(Ct::kExpire) && !match.expire.holds(seconds_left(*entry, subject.now))) {
    return Matching::no;
  }
  return to_matching(addresses_hold(match, *entry) && slots_hold(match, *entry));
}

namespace {

bool holds(const Masked& masked, std::uint32_t mark) {
  return ((mark & masked.mask) == masked.value) != masked.inverted;
}

}  // namespace

Matching test(const MarkMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching(holds(match.mark, subject.mark));
}

Matching test(const ConnmarkMatch& match, const Subject& subject, MatchMemory&) {
  const Connection* entry = subject.entry();
  return to_matching(entry != nullptr && holds(match.mark, entry->mark));
}

}  // namespace statewall::rules
