#pragma once

#include <libmnl/libmnl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// A netlink socket of the namespace in which it was opened.
class NetlinkSocket {
 public:
  /// `bus` is NETLINK_ROUTE, NETLINK_NETFILTER. `room` is how many bytes may wait in it.
  static Result<NetlinkSocket> open(int bus, std::size_t room);

  /// For those who wait for several sockets, or read from it in their own way.
  int descriptor() const { return mnl_socket_get_fd(socket_.get()); }

  /// Sends one message. `what` is what it would do, for the error: "cannot bind ...".
  std::optional<Error> send(const nlmsghdr& message, const std::string& what);

  /// Sends one message and waits for its acknowledgement.
  std::optional<Error> request(nlmsghdr& message, const std::string& what);

  /// Waits until a datagram is there, so many milliseconds at most. True if one is.
  bool wait(int milliseconds);

  /// The datagram that waits, or an empty span: it does not wait for one. Valid until the next
  /// call. Datagrams that found no room and were lost are an error.
  Result<std::span<const std::uint8_t>> receive();

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  explicit NetlinkSocket(mnl_socket* socket) : socket_(socket), buffer_(kBuffer) {}

  // No message of the kernel's is longer, but for dumps, which come in pieces.
  static constexpr std::size_t kBuffer = std::size_t{1} << 17;

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace statewall
