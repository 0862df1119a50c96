#pragma once

#include "traffic/draft.h"
#include "wire/build.h"

namespace statewall {

Octets tcp_options(const TcpOptionFields& fields);

/// What no host sends: lengths of 0 and 1, lengths beyond the end, SACK in pieces, kinds twice,
/// kinds that nobody knows. At most 40 bytes.
Octets broken_options(Random& random, std::uint32_t near);

}  // namespace statewall
