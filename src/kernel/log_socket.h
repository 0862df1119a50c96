#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernel/log_message.h"
#include "kernel/netlink_socket.h"
#include "statewall/result.h"

namespace statewall {

/// A group of netfilter's log that is listened to.
struct LogGroup {
  std::uint16_t number = 0;
  bool with_packets = false;  ///< the IP packets themselves are told, too
};

/// Hears what netfilter logs in the namespace in which it was opened. A message is there as soon as
/// the packet has passed the rule that logs it.
class LogSocket {
 public:
  static Result<LogSocket> open(std::span<const LogGroup> groups);

  /// Waits for a message, so many milliseconds at most. True if one is there.
  bool wait(int milliseconds) { return socket_.wait(milliseconds); }

  /// Tells of the messages of the next datagram that waits. False if none does.
  template <typename Tell>
  Result<bool> hear(Tell&& tell) {
    const auto datagram = socket_.receive();
    if (!datagram) return datagram.error();
    NetlinkMessages messages(*datagram);
    while (const auto message = messages.next()) {
      if (const auto log = read_log_message(*message)) tell(*log);
    }
    return !datagram->empty();
  }

 private:
  explicit LogSocket(NetlinkSocket socket) : socket_(std::move(socket)) {}

  NetlinkSocket socket_;
};

}  // namespace statewall
