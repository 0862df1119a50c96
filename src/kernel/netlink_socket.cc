#include "kernel/netlink_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "kernel/failure.h"
#include "kernel/netlink_message.h"

namespace statewall {
namespace {

constexpr int kPatience = 10'000;  // milliseconds, for an acknowledgement that comes at once

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open(int bus, std::size_t room) {
  mnl_socket* const socket = mnl_socket_open2(bus, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (!socket) return system_failure("cannot talk to the kernel over netlink", errno);
  NetlinkSocket opened(socket);
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
    return system_failure("cannot bind a netlink socket", errno);
  }
  const int bytes = static_cast<int>(room);
  ::setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  return opened;
}

std::optional<Error> NetlinkSocket::send(const nlmsghdr& message, const std::string& what) {
  if (mnl_socket_sendto(socket_.get(), &message, message.nlmsg_len) >= 0) return std::nullopt;
  return system_failure(what, errno);
}

std::optional<Error> NetlinkSocket::request(nlmsghdr& message, const std::string& what) {
  message.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
  if (auto error = send(message, what)) return error;
  for (;;) {
    if (!wait(kPatience)) return failure(what + ": the kernel does not answer");
    const auto datagram = receive();
    if (!datagram) return datagram.error();
    NetlinkMessages messages(*datagram);
    while (const auto answer = messages.next()) {
      const auto number = error_number(*answer);
      if (number == 0) return std::nullopt;
      if (number) return system_failure(what, *number);
    }
  }
}

bool NetlinkSocket::wait(int milliseconds) {
  pollfd waiting{mnl_socket_get_fd(socket_.get()), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready != 0;
}

Result<std::span<const std::uint8_t>> NetlinkSocket::receive() {
  for (;;) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (got >= 0)
      return std::span<const std::uint8_t>(buffer_).first(static_cast<std::size_t>(got));
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return std::span<const std::uint8_t>();
    if (errno == ENOBUFS) {
      return failure(
          "messages of the kernel were lost, since they came faster than they were read");
    }
    return system_failure("cannot read what the kernel says", errno);
  }
}

}  // namespace statewall
