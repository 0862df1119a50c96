#include <cstddef>
#include <iterator>

#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/tracker.h"

// The words in which states, events and errors are printed.

namespace statewall {

std::string_view name(State state) {
  constexpr std::string_view names[] = {"none",    "NEW",     "ESTABLISHED",
                                        "RELATED", "INVALID", "UNTRACKED"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name(Direction direction) {
  constexpr std::string_view names[] = {"none", "original", "reply"};
  return names[static_cast<std::size_t>(direction)];
}

std::string_view name(TcpState state) {
  constexpr std::string_view names[kTcpStates] = {
      "NONE",      "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT",
      "TIME_WAIT", "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "SYN_SENT2"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name(SctpState state) {
  constexpr std::string_view names[kSctpStates] = {
      "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
      "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name(EventKind kind) {
  constexpr std::string_view names[] = {"NEW", "UPDATE", "DESTROY"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name(DestroyCause cause) {
  constexpr std::string_view names[] = {"",        "replied", "error", "expired",
                                        "evicted", "flushed", "reset", "reopened"};
  static_assert(std::size(names) == kDestroyCauses);
  return names[static_cast<std::size_t>(cause)];
}

std::string_view sentence(ConfigError error) {
  constexpr std::string_view sentences[] = {
      "the configuration is valid", "threads must be 1 to 64",
      "max and buckets must be 1 to 2^30, and every timeout at most 2147483 seconds",
      "the memory is too small, or not aligned to 64 bytes"};
  return sentences[static_cast<std::size_t>(error)];
}

}  // namespace statewall
