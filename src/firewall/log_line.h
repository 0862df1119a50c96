#pragma once

#include "firewall/text_writer.h"
#include "rules/subject.h"
#include "rules/target.h"

namespace statewall {

/// Writes what LOG says of a packet, to the byte as a kernel does (H19-H23): prefix, interfaces,
/// the link's addresses, headers, and those of a packet that an ICMP error quotes. `modern`:
/// kernels since 2.6.
void write_log_line(TextWriter& out, const rules::LogTarget& target, const rules::Subject& subject,
                    bool modern);

}  // namespace statewall
