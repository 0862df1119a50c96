#pragma once

#include "wire/link.h"

// The readers of single layers that link headers are made of. Each takes the layer that begins at
// header.length, moves header.length behind it and goes on with the reader of what comes next. The
// last one says in `header` what the payload is. A layer that the frame does not hold in full ends
// the reading with link_short before anything in it is believed.

namespace statewall {

/// Moves header.length behind the next `count` bytes. False, and link_short, if the frame ends
/// before that.
inline bool take(Bytes frame, LinkHeader& header, std::size_t count) {
  if (frame.size() - header.length < count) {
    header.error = WireError::link_short;
    return false;
  }
  header.length += static_cast<std::uint32_t>(count);
  return true;
}

/// Here the payload begins, which is of this type: 0 if it is unknown.
void end_with(LinkHeader& header, std::uint16_t type);

/// Here the payload begins, which is IP if its first nibble is a version of it.
void read_ip_version(Bytes frame, LinkHeader& header);

// ethertype.cc
/// Addresses, then an EtherType or an 802.3 length (IEEE 802.3 3.2).
void read_ethernet(Bytes frame, LinkHeader& header);
/// What follows an EtherType: VLAN tags, PPPoE, or the payload.
void read_ethertype(Bytes frame, std::uint16_t type, LinkHeader& header);

// llc.cc
/// IEEE 802.2 LLC, with SNAP or without.
void read_llc(Bytes frame, LinkHeader& header);
/// The five bytes of SNAP (IEEE 802): an organization and its number of the protocol.
void read_snap(Bytes frame, LinkHeader& header);
void read_token_ring(Bytes frame, LinkHeader& header);
void read_fddi(Bytes frame, LinkHeader& header);
void read_atm_clip(Bytes frame, LinkHeader& header);
void read_sunatm(Bytes frame, LinkHeader& header);

// ppp.cc
/// The protocol field of PPP (RFC 1661 2), behind address and control if these are there.
void read_ppp(Bytes frame, LinkHeader& header);
/// PPP or Cisco HDLC on a serial line (RFC 1662), told apart by the address.
void read_ppp_serial(Bytes frame, LinkHeader& header);
/// PPPoE of the session stage (RFC 2516).
void read_pppoe(Bytes frame, LinkHeader& header);
void read_cisco_hdlc(Bytes frame, LinkHeader& header);

// frame_relay.cc
void read_frame_relay(Bytes frame, LinkHeader& header);
void read_multilink_frame_relay(Bytes frame, LinkHeader& header);

// ieee80211.cc
void read_ieee80211(Bytes frame, LinkHeader& header);
void read_radiotap(Bytes frame, LinkHeader& header);

// arcnet.cc
void read_arcnet(Bytes frame, LinkHeader& header);
void read_arcnet_linux(Bytes frame, LinkHeader& header);

}  // namespace statewall
