#pragma once

#include "statewall/saved_connection.h"
#include "track/record.h"

// What is kept of a TCP connection by states and windows while it is in no table.

namespace statewall {

SavedConnection::Tcp kept_of(const TcpPart& part);

/// Can the numbers be those of a record?
bool possible(const SavedConnection::Tcp& kept);

/// The part again, but for its state. REQUIRES: possible(kept).
TcpPart part_of(const SavedConnection::Tcp& kept);

/// The part of a connection of which no number is known (E4): each side begins with its next
/// segment, and windows are not held against it. Where it is `closing`, a SYN may open it again
/// (E1), whichever side began to close.
TcpPart midstream_part(bool closing);

}  // namespace statewall
