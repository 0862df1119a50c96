#pragma once

#include <cstdint>
#include <optional>

#include "statewall/connection.h"
#include "statewall/packet.h"
#include "statewall/reason.h"

// What the specification says of protocols, apart from any connection. All of it stands in the
// library, too; here it is written out a second time on purpose.

namespace statewall::model {

// ICMP types (A3, A4, C1).
bool is_query(std::uint8_t type);
bool is_reply(std::uint8_t type);
bool is_error(std::uint8_t type);
/// Is this type in a switch's set of types?
bool in_set(std::uint32_t set, std::uint8_t type);

/// A protocol that is known by its number alone.
bool is_other(std::uint8_t number);

/// The packet ends inside its IP header, or the capture does.
bool ip_header_short(WireError error);
bool ip_header_wrong(WireError error);
bool transport_short(WireError error);

/// A1, T8. REQUIRES: the transport's first bytes were read.
Tuple tuple_of(const Headers& headers);
/// What a reply to it looks like (A3, T7). REQUIRES: if ICMP, a query or a reply.
Tuple inverted(Tuple tuple);

/// What a TCP packet is to the state table: rst > syn (SYN/ACK too) > fin > ack (E.3).
enum class TcpEvent : std::uint8_t { rst, syn, fin, ack };
/// Nothing for a packet with none of these flags.
std::optional<TcpEvent> tcp_event(std::uint8_t flags);
TcpState tcp_next(Direction direction, TcpEvent event, TcpState state);

/// By the order in which reason.h tells of them.
/// Is this a reason that only the kernels in use and stricter profiles have? The comparison with
/// the kernel looks after those.
bool beyond_the_model(Reason reason);

State state_that_goes_with(Reason reason);

}  // namespace statewall::model
