#include "tests/model/facts.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace statewall::model {

namespace {

struct QueryPair {
  std::uint8_t query;
  std::uint8_t reply;
};
constexpr std::array<QueryPair, 4> kPairs = {{{8, 0}, {13, 14}, {15, 16}, {17, 18}}};
constexpr std::array<std::uint8_t, 5> kErrors = {3, 4, 5, 11, 12};

/// The other type of its pair. REQUIRES: a query or a reply.
std::uint8_t inverse(std::uint8_t type) {
  for (const QueryPair& pair : kPairs) {
    if (pair.query == type) return pair.reply;
    if (pair.reply == type) return pair.query;
  }
  return type;
}

bool one_of(WireError error, std::initializer_list<WireError> list) {
  return std::find(list.begin(), list.end(), error) != list.end();
}

constexpr TcpState ES = TcpState::established, SS = TcpState::syn_sent, SR = TcpState::syn_recv,
                   FW = TcpState::fin_wait, TW = TcpState::time_wait, CL = TcpState::close,
                   CW = TcpState::close_wait, LA = TcpState::last_ack;

// A row an event, in the order of TcpEvent; columns in the order of TcpState:
// none ES SS SR FW TW CL CW LA.
using TcpTable = std::array<std::array<TcpState, kTcpStates>, 4>;
constexpr TcpTable kTcpOriginal = {{
    {CL, CL, SS, CL, CL, TW, CL, CL, CL},  // rst
    {SS, ES, SS, SR, SS, SS, SS, SS, SS},  // syn
    {TW, FW, SS, TW, FW, TW, CL, TW, LA},  // fin
    {ES, ES, SS, ES, FW, TW, CL, CW, LA},  // ack
}};
constexpr TcpTable kTcpReply = {{
    {CL, CL, CL, CL, CL, CL, CL, CL, LA},  // rst
    {SR, ES, SR, SR, SR, SR, SR, SR, SR},  // syn
    {CL, CW, SS, TW, TW, TW, CL, CW, LA},  // fin
    {CL, ES, SS, SR, FW, TW, CL, CW, CL},  // ack
}};

}  // namespace

bool is_query(std::uint8_t type) {
  return std::any_of(kPairs.begin(), kPairs.end(), [&](QueryPair p) { return p.query == type; });
}

bool is_reply(std::uint8_t type) {
  return std::any_of(kPairs.begin(), kPairs.end(), [&](QueryPair p) { return p.reply == type; });
}

bool is_error(std::uint8_t type) {
  return std::find(kErrors.begin(), kErrors.end(), type) != kErrors.end();
}

bool in_set(std::uint32_t set, std::uint8_t type) { return type < 32 && ((set >> type) & 1) != 0; }

bool is_other(std::uint8_t number) {
  return number != protocol::icmp && number != protocol::tcp && number != protocol::udp;
}

bool ip_header_short(WireError error) {
  return one_of(error, {WireError::ipv4_short, WireError::ipv4_options_short, WireError::ipv6_short,
                        WireError::ipv6_hop_by_hop, WireError::ipv6_fragment_short});
}

bool ip_header_wrong(WireError error) {
  return one_of(
      error, {WireError::ipv4_version, WireError::ipv4_header_length, WireError::ipv4_total_length,
              WireError::ipv4_truncated, WireError::ipv4_checksum, WireError::ipv6_version,
              WireError::ipv6_truncated});
}

bool transport_short(WireError error) {
  return one_of(error, {WireError::icmp_short, WireError::udp_short, WireError::tcp_short,
                        WireError::tcp_options_short});
}

Tuple tuple_of(const Headers& headers) {
  Tuple tuple;
  tuple.source = headers.source;
  tuple.destination = headers.destination;
  tuple.family = headers.family;
  tuple.protocol = headers.protocol;
  if (headers.protocol == protocol::tcp || headers.protocol == protocol::udp) {
    tuple.source_port = headers.source_port;
    tuple.destination_port = headers.destination_port;
  }
  if (headers.protocol == protocol::icmp) {
    tuple.icmp_type = headers.icmp_type;
    tuple.icmp_code = headers.icmp_code;
    tuple.icmp_id = headers.icmp_id;
  }
  return tuple;
}

Tuple inverted(Tuple tuple) {
  std::swap(tuple.source, tuple.destination);
  std::swap(tuple.source_port, tuple.destination_port);
  if (tuple.protocol == protocol::icmp) tuple.icmp_type = inverse(tuple.icmp_type);
  return tuple;
}

std::optional<TcpEvent> tcp_event(std::uint8_t flags) {
  if ((flags & tcp_flag::rst) != 0) return TcpEvent::rst;
  if ((flags & tcp_flag::syn) != 0) return TcpEvent::syn;
  if ((flags & tcp_flag::fin) != 0) return TcpEvent::fin;
  if ((flags & tcp_flag::ack) != 0) return TcpEvent::ack;
  return std::nullopt;
}

TcpState tcp_next(Direction direction, TcpEvent event, TcpState state) {
  const TcpTable& table = direction == Direction::reply ? kTcpReply : kTcpOriginal;
  return table[static_cast<std::size_t>(event)][static_cast<std::size_t>(state)];
}

bool beyond_the_model(Reason reason) {
  switch (reason) {
    case Reason::neighbor_discovery:
    case Reason::icmp_wrong_family:
    case Reason::extension_short:
    case Reason::no_transport:
    case Reason::length_wrong:
    case Reason::checksum_wrong:
    case Reason::dropped_before:
    case Reason::gre_unkeyed:
    case Reason::tcp_flags_wrong:
    case Reason::tcp_cannot_open:
    case Reason::tcp_not_picked_up:
    case Reason::tcp_out_of_state:
    case Reason::tcp_sequence_above:
    case Reason::tcp_ack_above:
    case Reason::tcp_rst_below:
    case Reason::sctp_chunks_wrong:
    case Reason::sctp_cannot_open:
    case Reason::sctp_tag:
    case Reason::sctp_out_of_state:
    case Reason::redirect_untrusted:
    case Reason::error_code_unassigned:
    case Reason::quote_checksum:
    case Reason::quote_out_of_window: return true;
    default: return false;
  }
}

State state_that_goes_with(Reason reason) {
  if (reason <= Reason::table_full) return State::none;
  if (reason <= Reason::neighbor_discovery) return State::untracked;
  if (reason <= Reason::still_unreplied) return State::new_;
  if (reason <= Reason::after_reply) return State::established;
  if (reason <= Reason::quotes_connection) return State::related;
  return State::invalid;
}

}  // namespace statewall::model
