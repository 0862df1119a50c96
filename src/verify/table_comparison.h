#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/connection.h"

namespace statewall {

/// Entries of one table that the other does not have, each as `comparable_entry`.
struct TableDifference {
  std::vector<std::string> only_ours;
  std::vector<std::string> only_kernels;

  explicit operator bool() const { return !only_ours.empty() || !only_kernels.empty(); }
};

/// Holds our table against the lines of /proc/net/nf_conntrack.
TableDifference compare_tables(std::span<const Connection> ours,
                               std::span<const std::string> kernels);

/// What is compared of a line of /proc/net/nf_conntrack: all but what the time and the reader make
/// of it (seconds, timeouts, use).
std::string comparable_entry(std::string_view line);

}  // namespace statewall
