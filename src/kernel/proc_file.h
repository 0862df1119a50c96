#pragma once

#include <optional>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// Writes one setting of the calling thread's namespace; `path` is below /proc/sys
/// ("net/netfilter/nf_conntrack_acct").
std::optional<Error> write_setting(const std::string& path, const std::string& value);

/// All of a file of /proc.
Result<std::string> read_proc_file(const std::string& path);

}  // namespace statewall
