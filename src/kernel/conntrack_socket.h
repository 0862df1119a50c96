#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/netlink_socket.h"
#include "statewall/result.h"

namespace statewall {

/// The kernel's table of the namespace in which it was opened, over netlink.
class ConntrackSocket {
 public:
  static Result<ConntrackSocket> open();

  /// The connections, a line each as `conntrack_line`, in no order.
  Result<std::vector<std::string>> list();

  /// Ends all connections.
  std::optional<Error> flush();

 private:
  explicit ConntrackSocket(NetlinkSocket socket) : socket_(std::move(socket)) {}

  NetlinkSocket socket_;
};

}  // namespace statewall
