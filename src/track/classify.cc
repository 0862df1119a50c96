#include "track/classify.h"

#include <iterator>
#include <optional>

#include "statewall/icmp.h"
#include "track/flow_key.h"
#include "wire/ipv6.h"

namespace statewall {
namespace {

using Plan = Lookup::Plan;

// Of the functions that classify, each returns the headers whose connection is looked up, or
// nullptr where the packet alone decides.

const Headers* settle_as(Lookup& lookup, Plan plan, Reason reason) {
  lookup.plan = plan;
  lookup.reason = reason;
  return nullptr;
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
    case WireError::ipv6_hop_by_hop:
    case WireError::ipv6_fragment_short:
      reason = packet.cut ? Reason::cut_short : Reason::ip_unreadable;
      return true;
    case WireError::ipv4_version:
    case WireError::ipv4_header_length:
    case WireError::ipv4_total_length:
    case WireError::ipv4_truncated:
    case WireError::ipv4_checksum:
    case WireError::ipv6_version:
    case WireError::ipv6_truncated: reason = Reason::ip_unreadable; return true;
    default: return false;
  }
}

bool knows(std::uint8_t number, const Profile& profile) {
  switch (number) {
    case protocol::udplite:
    case protocol::sctp: return profile.known_protocols != 0;
    default: return true;
  }
}

/// Transport bytes that a packet must have (A13, D25, E23, E27).
std::uint32_t bytes_needed(const Headers& headers, const Profile& profile) {
  if (is_icmp(headers.protocol, headers.family)) return 8;
  if (!knows(headers.protocol, profile)) return profile.generic_bytes;
  switch (headers.protocol) {
    case protocol::udplite:
    case protocol::udp: return 8;
    case protocol::sctp: return 12;
    case protocol::tcp: return 20;
    default: return profile.generic_bytes;
  }
}

/// Is the packet itself too short for its protocol?
bool header_short(const Packet& packet, const Profile& profile) {
  if (packet.l4_length < bytes_needed(packet.headers, profile)) return true;
  if (packet.error == WireError::tcp_options_short) return true;
  return packet.error == WireError::tcp_data_offset && profile.tcp_windows != 0;
}

/// Is it long enough, but not all of its header was captured?
bool header_cut(const Packet& packet, const Profile& profile) {
  if (!packet.cut || !knows(packet.headers.protocol, profile)) return false;
  switch (packet.error) {
    case WireError::ipv6_extension_short:
    case WireError::icmp_short:
    case WireError::tcp_short:
    case WireError::udp_short:
    case WireError::sctp_short: return true;
    default: return false;
  }
}

/// A length in the header of UDP or UDP-Lite that cannot be (D25).
bool length_wrong(const Packet& packet, const Profile& profile) {
  switch (packet.error) {
    case WireError::udp_length: return profile.udp_length != 0;
    case WireError::udplite_coverage:
    case WireError::udplite_no_checksum: return profile.known_protocols != 0;
    default: return false;
  }
}

bool checksum_wrong(const Packet& packet, const Profile& profile) {
  const bool judged = packet.l4_checksum == Checksum::good || packet.l4_checksum == Checksum::bad;
  if (packet.headers.protocol == protocol::udplite && profile.udplite_as_udp != 0 && judged) {
    return profile.checksum != 0 && profile.known_protocols != 0 && !packet.udplite_as_udp;
  }
  return profile.checksum != 0 && packet.l4_checksum == Checksum::bad &&
         knows(packet.headers.protocol, profile);
}

std::uint32_t quote_bytes_needed(const Headers& quoted, const Profile& profile) {
  if (is_icmp(quoted.protocol, quoted.family)) return profile.quote_bytes_icmp;
  if (!protocol::has_ports(quoted.protocol) || !knows(quoted.protocol, profile)) {
    return profile.quote_bytes_other;
  }
  return profile.quote_bytes_ports;
}

/// Does a quoted ICMP message, or what follows the quoted header, belong to no connection ever?
bool untracked(const Headers& quoted, const Profile& profile) {
  if (quoted.gre_unkeyed && profile.known_protocols != 0) return true;
  if (quoted.family == Family::ipv6 && quoted.protocol == protocol::ipv6_no_next) return true;
  return is_icmp(quoted.protocol, quoted.family) &&
         icmp_meaning(quoted.family, quoted.icmp_type).kind == QueryKind::none;
}

/// Does the quote tell which connection it is about (C5-C10, C15, C16)? If not, `reason` says why.
bool telling(const Quote& quote, const Profile& profile, Reason& reason) {
  const Headers& quoted = quote.headers;
  if (quote.error != WireError::none) {
    reason = Reason::quote_short;
  } else if (quoted.fragment_offset != 0) {
    reason = Reason::quote_fragment;
  } else if (quote.l4_length < quote_bytes_needed(quoted, profile)) {
    reason = Reason::quote_short;
  } else if (untracked(quoted, profile)) {
    reason = Reason::quote_untracked;
  } else if (profile.quote_checksum != 0 && quote.ip_checksum == Checksum::bad) {
    reason = Reason::quote_checksum;
  } else {
    return true;
  }
  return false;
}

/// Neighbour discovery, multicast listener discovery, and multicast router discovery but for its
/// termination, which Linux leaves out (J2).
bool is_neighbor_discovery(std::uint8_t type) {
  return (type >= 130 && type <= 136) || type == 143 || type == 151 || type == 152;
}

/// Of a neighbour, as RFC 4861 8.1 demands it (J5).
bool redirect_trusted(const Headers& headers) {
  const bool link_local = headers.source.bytes[0] == 0xfe && headers.source.bytes[1] >> 6 == 2;
  return link_local && headers.ttl == 255 && headers.icmp_code == 0;
}

bool is_error_type(const Headers& headers, const Profile& profile) {
  const std::uint8_t type = headers.icmp_type;
  if (headers.family == Family::ipv4) return type < 32 && (profile.icmp_error_types >> type & 1);
  if (type == kIcmpv6Redirect) return profile.icmpv6_redirects != 0;
  constexpr std::uint8_t kAssigned = 4;
  if (type == 0 || type > kAssigned) return profile.icmpv6_other_errors != 0;
  return (profile.icmpv6_error_types >> type & 1) != 0;
}

/// Is this code of an error assigned (spec I, J)?
bool code_assigned(const Headers& headers) {
  if (headers.family == Family::ipv4) return icmp_name(headers.icmp_type, headers.icmp_code);
  constexpr std::uint8_t codes[] = {0, 9, 1, 2, 11};  // how many types 1 to 4 have
  return headers.icmp_type >= std::size(codes) || headers.icmp_code < codes[headers.icmp_type];
}

[[gnu::noinline]] const Headers* classify_error(const Packet& packet, const Profile& profile,
                                                Lookup& lookup) {
  const Headers& headers = packet.headers;
  const bool redirect = headers.family == Family::ipv6 && headers.icmp_type == kIcmpv6Redirect;
  Reason reason;
  if (!is_error_type(headers, profile)) {
    return settle_as(lookup, Plan::hopeless, Reason::icmp_type_untracked);
  }
  if (profile.icmp_error_checksum != 0 && packet.l4_checksum == Checksum::bad) {
    return settle_as(lookup, Plan::hopeless, Reason::icmp_checksum);
  }
  if (profile.error_codes_assigned != 0 && !code_assigned(headers)) {
    return settle_as(lookup, Plan::hopeless, Reason::error_code_unassigned);
  }
  if (redirect && !redirect_trusted(headers)) {
    return settle_as(lookup, Plan::hopeless, Reason::redirect_untrusted);
  }
  if (!packet.has_quote) {
    return packet.cut ? settle_as(lookup, Plan::settled, Reason::cut_short)
                      : settle_as(lookup, Plan::hopeless, Reason::quote_short);
  }
  if (telling(packet.quote, profile, reason)) {
    lookup.plan = Plan::error;
    return &packet.quote.headers;
  }
  if (reason == Reason::quote_short && packet.cut) {
    return settle_as(lookup, Plan::settled, Reason::cut_short);
  }
  return settle_as(lookup, Plan::hopeless, reason);
}

const Headers* classify_icmp(const Packet& packet, const Profile& profile, Lookup& lookup) {
  const Headers& headers = packet.headers;
  switch (icmp_meaning(headers.family, headers.icmp_type).role) {
    case IcmpRole::query:
    case IcmpRole::reply: lookup.plan = Plan::query; return &headers;
    case IcmpRole::error: return classify_error(packet, profile, lookup);
    case IcmpRole::none: break;
  }
  if (headers.family == Family::ipv6 && is_neighbor_discovery(headers.icmp_type)) {
    return settle_as(lookup, Plan::settled, Reason::neighbor_discovery);
  }
  return settle_as(lookup, Plan::hopeless, Reason::icmp_type_untracked);
}

/// What is wrong with the packet by itself, if anything is.
std::optional<Reason> flaw(const Packet& packet, const Profile& profile) {
  const Headers& headers = packet.headers;
  if (header_cut(packet, profile) && packet.l4_length == 0) return Reason::cut_short;
  if (packet.error == WireError::ipv6_extension_short && is_ipv6_extension(headers.protocol)) {
    return Reason::extension_short;
  }
  if (headers.family == Family::ipv6 && headers.protocol == protocol::ipv6_no_next) {
    return Reason::no_transport;
  }
  if (header_short(packet, profile)) return Reason::header_short;
  if (header_cut(packet, profile)) return Reason::cut_short;
  if (length_wrong(packet, profile)) return Reason::length_wrong;
  if (checksum_wrong(packet, profile)) return Reason::checksum_wrong;
  if (packet.error == WireError::sctp_chunks && profile.known_protocols != 0) {
    return Reason::sctp_chunks_wrong;
  }
  if (headers.gre_unkeyed && profile.known_protocols != 0) return Reason::gre_unkeyed;
  return std::nullopt;
}

/// ICMP is checked before an entry is made ready for it, other transports after that (A18).
bool judged_with_entry(const Headers& headers, Reason reason) {
  return !is_icmp(headers.protocol, headers.family) &&
         (reason == Reason::length_wrong || reason == Reason::checksum_wrong ||
          reason == Reason::sctp_chunks_wrong);
}

bool icmp_of_other_family(const Headers& headers, const Profile& profile) {
  const std::uint8_t other = headers.family == Family::ipv6 ? protocol::icmp : protocol::icmpv6;
  return headers.protocol == other && profile.track_ipv6 != 0;
}

const Headers* classify_sound(const Packet& packet, const Profile& profile, Lookup& lookup) {
  if (is_icmp(packet.headers.protocol, packet.headers.family)) {
    return classify_icmp(packet, profile, lookup);
  }
  lookup.plan = plan_of(packet.headers);
  return &packet.headers;
}

const Headers* classify_any(const Packet& packet, const Profile& profile, Lookup& lookup) {
  Reason reason;
  if (without_ip(packet, reason)) return settle_as(lookup, Plan::settled, reason);
  if (packet.headers.family == Family::ipv6 && profile.track_ipv6 == 0) {
    return settle_as(lookup, Plan::settled, Reason::not_tracked);
  }
  if (lookup.notrack) return settle_as(lookup, Plan::settled, Reason::notrack);
  if (packet.headers.fragment_offset != 0) {
    return settle_as(lookup, Plan::settled, Reason::later_fragment);
  }
  if (const auto found = flaw(packet, profile)) {
    const bool late = judged_with_entry(packet.headers, *found);
    return settle_as(lookup, late ? Plan::hopeless : Plan::settled, *found);
  }
  if (icmp_of_other_family(packet.headers, profile)) {
    return settle_as(lookup, Plan::hopeless, Reason::icmp_wrong_family);
  }
  return classify_sound(packet, profile, lookup);
}

}  // namespace

void classify_sound_error(const Packet& packet, const Profile& profile, Lookup& lookup) {
  const Headers* const subject = classify_error(packet, profile, lookup);
  if (subject != nullptr) find_key(*subject, profile, lookup);
}

void classify_slowly(const Packet& packet, const Profile& profile, Lookup& lookup) {
  const Headers* const subject = classify_any(packet, profile, lookup);
  if (subject != nullptr) find_key(*subject, profile, lookup);
}

}  // namespace statewall
