#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "statewall/connection.h"

namespace statewall {

/// Why a packet has its state: one enumerator for each way to reach one. The comments name the
/// state it goes with; the specification's numbers say where it comes from.
enum class Reason : std::uint8_t {
  // none: never reaches tracking, or cannot be told
  not_ip,             ///< not an IPv4 or IPv6 packet
  link_unreadable,    ///< the link layer is unknown or too short
  ip_unreadable,      ///< a broken IP header: hosts drop it before tracking (A21)
  cut_short,          ///< the capture holds too little of the packet to tell
  not_tracked,        ///< IPv6, which the profile does not track
  fragment_held,      ///< waits for the rest of its datagram (see reassembly.h, also for these:)
  fragment_repeated,  ///< all of it was received before
  fragment_overlaps,  ///< part of it was received before: RFC 5722, in both families
  fragment_misfit,    ///< ends beyond its datagram's end, or tells of another one
  fragment_empty,     ///< holds not one byte of its datagram
  fragment_too_long,  ///< of a datagram of more than 65535 bytes
  fragment_ecn,       ///< completes a datagram whose fragments differ in that they know ECN
  fragment_no_room,   ///< the fragments' memory is full
  dropped_before,     ///< a rule of table raw dropped it (the firewall tells this, not the tracker)
  table_full,         ///< no room and nothing to evict: dropped by the tracker itself (B13)
  // untracked
  notrack,             ///< exempted by a rule (B17)
  neighbor_discovery,  ///< neighbour or multicast listener discovery, which is never tracked (J2)
  // new
  opens_query,      ///< an ICMP query that opens a connection (T2, A24)
  opens_syn,        ///< a TCP SYN without ACK that opens one
  opens_midstream,  ///< any other TCP packet that does: SYN/ACK, ACK, FIN, RST (E23)
  opens_udp,        ///< UDP
  opens_other,      ///< any other protocol (D26)
  further_query,    ///< asks again on a live connection, NEW for each query (profile tutorial)
  still_unreplied,  ///< original direction, and no reply was seen yet (B3)
  // established
  query_answered_before,  ///< asks again on a connection that has seen a reply (B2, A28)
  replies_to_query,       ///< an ICMP reply to an open connection (T2, A26)
  first_reply,            ///< the first packet in reply direction (B2)
  reply_direction,        ///< a further one
  after_reply,            ///< original direction, after a reply was seen (B2)
  // related
  quotes_connection,  ///< an ICMP error that quotes a packet of a connection (T11, C2)
  // invalid
  reply_without_query,    ///< an ICMP reply to which no query is open (A10, A18)
  icmp_type_untracked,    ///< an ICMP type that is neither query, reply nor error (A16, A17)
  later_fragment,         ///< a later fragment that was not reassembled: no ports (J4)
  icmp_wrong_family,      ///< ICMPv6 in IPv4, or ICMP in IPv6 (A20)
  extension_short,        ///< ends inside an IPv6 extension header
  no_transport,           ///< IPv6 that says that nothing follows (RFC 8200 4.7)
  header_short,           ///< shorter than the header of its protocol (A13, D25, E23)
  length_wrong,           ///< UDP or UDP-Lite whose length is not the packet's (D25)
  checksum_wrong,         ///< a wrong checksum of the transport (A14, D25, E2)
  gre_unkeyed,            ///< GRE version 1 that carries no PPP (E28)
  tcp_no_flags,           ///< none of SYN, FIN, ACK and RST (E23)
  tcp_flags_wrong,        ///< a combination of flags that no host sends (E2)
  tcp_cannot_open,        ///< SYN/ACK, FIN or RST of no known connection (E3)
  tcp_not_picked_up,      ///< midstream, of no known connection, and tcp_loose is off (E3)
  tcp_out_of_state,       ///< not possible in the connection's state (E.1)
  tcp_sequence_above,     ///< begins behind the receiver's window (E16)
  tcp_ack_above,          ///< acknowledges what was not sent (E17)
  tcp_rst_below,          ///< an RST below what was acknowledged (E7)
  sctp_chunks_wrong,      ///< no chunk, or chunks that may not be bundled (E27)
  sctp_cannot_open,       ///< begins with chunks that open nothing (RFC 9260 8.4)
  sctp_tag,               ///< another verification tag than the association's (8.5)
  sctp_out_of_state,      ///< not possible in the association's state
  icmp_checksum,          ///< an ICMP error with a wrong checksum (A15)
  redirect_untrusted,     ///< a redirect that is not a neighbour's (J5)
  error_code_unassigned,  ///< an error with a code that means nothing (profile strict)
  quote_short,            ///< quotes too little to tell what it is about (C5-C9)
  quote_fragment,         ///< quotes a later fragment, which has no ports (C10)
  quote_checksum,         ///< quotes an IPv4 header with a wrong checksum (profile strict)
  quote_out_of_window,    ///< quotes a TCP segment that is not on its way (profile strict)
  quote_untracked,        ///< quotes an ICMP message that never belongs to a connection (C15)
  quotes_unknown,         ///< quotes a packet of no known connection (A19)
  error_misdirected,      ///< its destination is not the host that sent the quoted packet (C12)
  count
};

namespace internal {
/// By reason: they stand above in the order of their states.
inline constexpr auto kStates = [] {
  std::array<State, static_cast<std::size_t>(Reason::count)> states{};
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    states[i] = reason < Reason::notrack                 ? State::none
                : reason < Reason::opens_query           ? State::untracked
                : reason < Reason::query_answered_before ? State::new_
                : reason < Reason::quotes_connection     ? State::established
                : reason == Reason::quotes_connection    ? State::related
                                                         : State::invalid;
  }
  return states;
}();
}  // namespace internal

/// The state that a reason goes with. REQUIRES: the reason is not `count`.
constexpr State state_of(Reason reason) {
  return internal::kStates[static_cast<std::size_t>(reason)];
}

/// A stable slug for programs: "quotes-connection".
std::string_view slug(Reason reason);

/// One sentence for people, without its subject, which is the packet. It may hold placeholders for
/// the caller to fill in: {query} (the kind of query: "echo"), {a_query} (the same with its
/// article: "an echo"), {conn} (the connection's number), {wire} (the sentence of the wire error),
/// {type} (the ICMP type), {protocol} (its name): "replies to the {query} query of connection
/// {conn}".
std::string_view sentence(Reason reason);

}  // namespace statewall
