#pragma once

#include <string_view>

#include "report/buffer.h"
#include "statewall/icmp.h"
#include "statewall/result.h"

// The annex of ICMP types as a table for people and as JSON Lines.

namespace statewall {

/// The row as a whole is shown on the type's own line: an only code 0 that has no name.
bool folded_in_annex(const IcmpName& row);

void append_annex_heading(Buffer& out);

/// "   8    0  query, reply is 0  echo-request (ping)                Echo".
void append_annex_line(Buffer& out, const IcmpName& row);

/// "type":"icmp".
void append_annex_json(Buffer& out, const IcmpName& row);

/// A type as people write it: 0 to 255, or an iptables name of it or of one of its codes.
Result<std::uint8_t> parse_icmp_type(std::string_view text);

/// The row of a type that the annex does not have.
IcmpName unassigned_icmp(std::uint8_t type);

}  // namespace statewall
