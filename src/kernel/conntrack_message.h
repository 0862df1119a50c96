#pragma once

#include <optional>
#include <string>

#include "kernel/netlink_message.h"

namespace statewall {

/// A connection that the kernel tells of over netlink (ctnetlink), as a line of
/// /proc/net/nf_conntrack (F8, F9), but for what ctnetlink does not tell: GRE's timeouts. Nothing
/// if the message is of another kind, or lacks a tuple.
std::optional<std::string> conntrack_line(const NetlinkMessage& message);

}  // namespace statewall
