#pragma once

#include "statewall/packet.h"
#include "wire/bytes.h"

// The packet that an ICMP error quotes, read as the kernel reads it: by what tells the connection,
// with no check of version, lengths or checksums (C9, C11).

namespace statewall {

/// Reads a quote, into an empty one; `quoted` is the rest of the ICMP message, as far as it was
/// captured. Behind the IP header come the ports or the ICMP fields, where at least 4 bytes are
/// there (C6) or 8 (C7).
void read_ipv4_quote(Bytes quoted, Quote& quote);
void read_ipv6_quote(Bytes quoted, Quote& quote);

}  // namespace statewall
