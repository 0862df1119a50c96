#pragma once

#include <functional>

#include "bench/attacks/flows.h"
#include "bench/attacks/site.h"

// What is measured. Each function makes a table in the state that the case begins with, and returns
// what lets a round of packets through it.

namespace statewall::bench {

using Round = std::function<Sample()>;

/// Packets of both directions of random flows, all of them established.
Round established(const Frames& frames, Flows flows);

/// The first packet of each of these flows.
Round opening(const Frames& frames, Flows flows);

/// Echo replies and ICMP errors from anywhere, beside as many connections as elsewhere.
Round replies_to_nothing();
Round errors_about_nothing();

/// Queries of ever new flows in a full table: of connections that early drop may take, and of TCP
/// connections that it may not.
Round flooding();
Round flooding_assured();

/// Packets of established flows, each so much later than the one before, while the time of a
/// million other connections runs out within one second.
Round expiring(std::uint64_t packets, Nanoseconds apart);

/// Queries of random hosts, and at random their replies, which end the connection.
Round queries_and_replies();

/// Queries of ever new flows, each with its reply right behind it.
Round answered_pings();

}  // namespace statewall::bench
