#pragma once

#include "statewall/icmp.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/tracker.h"
#include "track/flow_key.h"

namespace statewall {

/// What the packet alone tells: its plan, and for a plan that looks a connection up its key.
/// `lookup.zone` and `lookup.notrack` are the caller's. For any packet.
void classify_slowly(const Packet& packet, const Profile& profile, Lookup& lookup);

/// The same for a plainly sound ICMP error.
void classify_sound_error(const Packet& packet, const Profile& profile, Lookup& lookup);

/// Of a packet that is looked up by its own key, and is no ICMP.
inline Lookup::Plan plan_of(const Headers& headers) {
  return headers.protocol == protocol::udp ? Lookup::Plan::datagram : Lookup::Plan::flow;
}

/// Nothing at all is wrong with it, whatever the profile: it is whole, with room for the header of
/// TCP, UDP or ICMP. So is nearly every packet.
inline bool plainly_sound(const Packet& packet, const Profile& profile) {
  const Headers& headers = packet.headers;
  return packet.error == WireError::none && packet.l4_checksum != Checksum::bad &&
         packet.l4_length >= 20 && headers.fragment_offset == 0 &&
         (headers.family == Family::ipv4 || profile.track_ipv6 != 0);
}

/// The same, told here where it is a plain one.
inline void classify(const Packet& packet, const Profile& profile, Lookup& lookup) {
  const Headers& headers = packet.headers;
  if (!plainly_sound(packet, profile) || lookup.notrack) {
    return classify_slowly(packet, profile, lookup);
  }
  if (is_icmp(headers.protocol, headers.family)) {
    const IcmpMeaning meaning = icmp_meaning(headers.family, headers.icmp_type);
    if (meaning.role == IcmpRole::error) return classify_sound_error(packet, profile, lookup);
    if (meaning.role == IcmpRole::none) return classify_slowly(packet, profile, lookup);
    lookup.plan = Lookup::Plan::query;
    finish_key(headers, find_icmp_ends(headers, meaning, lookup), lookup);
  } else if (headers.protocol == protocol::udp || headers.protocol == protocol::tcp) {
    lookup.plan = plan_of(headers);
    finish_key(headers,
               find_port_ends(headers, headers.source_port, headers.destination_port, lookup),
               lookup);
  } else {
    classify_slowly(packet, profile, lookup);
  }
}

}  // namespace statewall
