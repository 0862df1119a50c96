#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "statewall/result.h"

// The settings of the calling thread's namespace, which is one of our own.

namespace statewall {

/// Devices made from now on have no IPv6 address, so that they say nothing of their own.
std::optional<Error> quiet_ipv6();

/// What crosses a bridge goes through the hooks of IPv4 and IPv6.
std::optional<Error> send_bridged_packets_to_netfilter();

/// Checksums are verified, what is INVALID is explained over NFLOG; with `raise_timeouts`, no
/// connection and no fragment ends by itself within days.
std::optional<Error> set_up_conntrack(bool raise_timeouts);

/// It forwards packets of both families, whatever their source, answers every error at once, and
/// says nothing of its own accord. REQUIRES: no device but the loopback is there yet.
std::optional<Error> set_up_router();

/// Makes settings of the configuration; tells of those that this kernel does not have, or not for a
/// namespace.
Result<std::vector<std::string>> apply_settings(
    const std::vector<std::pair<std::string, std::string>>& settings);

/// Where the setting of that name is below /proc/sys, if there is one that belongs to a namespace:
/// "nf_conntrack_acct", "ipfrag_time". The sizes of the table are those of the whole machine.
std::optional<std::string> path_of_setting(const std::string& name);

}  // namespace statewall
