#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace statewall {

/// Where a scenario and what came out part: one line of the scenario.
struct Failure {
  int line = 0;
  std::string subject;  ///< "packet 3, 192.168.1.10 > 192.168.1.6 icmp echo-reply", "table"

  /// What was expected and what was got instead, in as many parts as differ: "state ESTABLISHED",
  /// "state INVALID".
  struct Part {
    std::string expected, got;
  };
  std::vector<Part> parts;
  std::vector<std::string> details;  ///< a line each: the packet, its reason; the entries, events

  /// Several lines, the last without its newline:
  ///
  ///     packet 3, 192.168.1.10 > 192.168.1.6 icmp echo-reply
  ///         expected  state ESTABLISHED  conn 1
  ///         got       state INVALID      conn none
  ///         ...
  std::string text(Color color = Color::no) const;
};

}  // namespace statewall
