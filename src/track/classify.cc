#include "track/classify.h"

#include "statewall/icmp.h"
#include "track/flow_key.h"

namespace statewall {
namespace {

using Plan = Lookup::Plan;

void settle_as(Lookup& lookup, Plan plan, Reason reason) {
  lookup.plan = plan;
  lookup.reason = reason;
}

void look_up(Lookup& lookup, Plan plan, const Headers& headers,
             const std::array<std::uint64_t, 2>& hash_key) {
  const Flow flow = flow_of(headers, lookup.zone);
  lookup.plan = plan;
  lookup.key = flow.key;
  lookup.from_second = flow.from_second;
  lookup.same_ends = flow.same_ends;
  lookup.hash = hash_of(flow.key, hash_key);
}

/// A frame whose IP header cannot be used, if it is one. Where a header is not all there, the snap
/// length may be to blame, which says nothing against the packet.
bool without_ip(const Packet& packet, Reason& reason) {
  switch (packet.error) {
    case WireError::not_ip: reason = Reason::not_ip; return true;
    case WireError::link_unsupported: reason = Reason::link_unreadable; return true;
    case WireError::link_short:
      reason = packet.cut ? Reason::cut_short : Reason::link_unreadable;
      return true;
    case WireError::ipv4_short:
    case WireError::ipv4_options_short:
    case WireError::ipv6_short:
    case WireError::ipv6_extension_short:
      reason = packet.cut ? Reason::cut_short : Reason::ip_unreadable;
      return true;
    case WireError::ipv4_version:
    case WireError::ipv4_header_length:
    case WireError::ipv4_total_length:
    case WireError::ipv4_truncated:
    case WireError::ipv4_checksum:
    case WireError::ipv6_version:
    case WireError::ipv6_truncated:
    case WireError::ipv6_extensions_many: reason = Reason::ip_unreadable; return true;
    default: return false;
  }
}

/// Transport bytes that a packet must have (A13, D25, E23).
std::uint32_t bytes_needed(std::uint8_t protocol, const Profile& profile) {
  switch (protocol) {
    case protocol::icmp:
    case protocol::udp: return 8;
    case protocol::tcp: return 20;
    default: return profile.generic_bytes;
  }
}

/// Is the packet itself too short for its protocol?
bool header_short(const Packet& packet, const Profile& profile) {
  return packet.l4_length < bytes_needed(packet.headers.protocol, profile) ||
         packet.error == WireError::tcp_options_short;
}

/// Is it long enough, but not all of its header was captured?
bool header_cut(const Packet& packet) {
  switch (packet.error) {
    case WireError::icmp_short:
    case WireError::tcp_short:
    case WireError::udp_short: return true;
    default: return false;
  }
}

std::uint32_t quote_bytes_needed(std::uint8_t protocol, const Profile& profile) {
  switch (protocol) {
    case protocol::icmp: return profile.quote_bytes_icmp;
    case protocol::tcp:
    case protocol::udp: return profile.quote_bytes_ports;
    default: return profile.quote_bytes_other;
  }
}

/// Does the quote tell which connection it is about (C5-C10, C15)? If not, `reason` says why.
bool telling(const Quote& quote, const Profile& profile, Reason& reason) {
  const Headers& quoted = quote.headers;
  if (quote.error != WireError::none) {
    reason = Reason::quote_short;
  } else if (quoted.fragment_offset != 0) {
    reason = Reason::quote_fragment;
  } else if (quote.l4_length < quote_bytes_needed(quoted.protocol, profile)) {
    reason = Reason::quote_short;
  } else if (quoted.protocol == protocol::icmp &&
             icmp_meaning(quoted.icmp_type).kind == QueryKind::none) {
    reason = Reason::quote_untracked;
  } else {
    return true;
  }
  return false;
}

void classify_error(const Packet& packet, const Profile& profile,
                    const std::array<std::uint64_t, 2>& hash_key, Lookup& lookup) {
  Reason reason;
  if ((profile.icmp_error_types >> packet.headers.icmp_type & 1) == 0) {
    settle_as(lookup, Plan::hopeless, Reason::icmp_type_untracked);
  } else if (profile.icmp_error_checksum != 0 && packet.l4_checksum == Checksum::bad) {
    settle_as(lookup, Plan::hopeless, Reason::icmp_checksum);
  } else if (telling(packet.quote, profile, reason)) {
    look_up(lookup, Plan::error, packet.quote.headers, hash_key);
  } else if (reason == Reason::quote_short && packet.cut) {
    settle_as(lookup, Plan::settled, Reason::cut_short);
  } else {
    settle_as(lookup, Plan::hopeless, reason);
  }
}

void classify_icmp(const Packet& packet, const Profile& profile,
                   const std::array<std::uint64_t, 2>& hash_key, Lookup& lookup) {
  switch (icmp_meaning(packet.headers.icmp_type).role) {
    case IcmpRole::query:
    case IcmpRole::reply: look_up(lookup, Plan::flow, packet.headers, hash_key); break;
    case IcmpRole::error: classify_error(packet, profile, hash_key, lookup); break;
    case IcmpRole::none: settle_as(lookup, Plan::hopeless, Reason::icmp_type_untracked); break;
  }
}

}  // namespace

void classify(const Packet& packet, const Profile& profile,
              const std::array<std::uint64_t, 2>& hash_key, Lookup& lookup) {
  Reason reason;
  if (without_ip(packet, reason)) {
    settle_as(lookup, Plan::settled, reason);
  } else if (packet.headers.family == Family::ipv6) {
    settle_as(lookup, Plan::settled, Reason::not_tracked_yet);
  } else if (lookup.notrack) {
    settle_as(lookup, Plan::settled, Reason::notrack);
  } else if (packet.headers.fragment_offset != 0) {
    settle_as(lookup, Plan::settled, Reason::later_fragment);
  } else if (header_short(packet, profile)) {
    settle_as(lookup, Plan::settled, Reason::header_short);
  } else if (header_cut(packet)) {
    settle_as(lookup, Plan::settled, Reason::cut_short);
  } else if (packet.headers.protocol == protocol::icmp) {
    classify_icmp(packet, profile, hash_key, lookup);
  } else {
    look_up(lookup, Plan::flow, packet.headers, hash_key);
  }
}

}  // namespace statewall
