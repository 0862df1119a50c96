#include "live/raw_sender.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr std::size_t kIpv4Destination = 16, kIpv6Destination = 24;

Result<Descriptor> open_socket(int family, std::uint32_t mark) {
  Descriptor made(::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW));
  if (!made) return system_failure("cannot open a raw socket for answers of REJECT", errno);
  if (::setsockopt(made.number(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) < 0) {
    return system_failure("cannot mark the answers of REJECT", errno);
  }
  return made;
}

bool send_to(const Descriptor& socket, std::span<const std::uint8_t> packet, const sockaddr* to,
             socklen_t size) {
  return ::sendto(socket.number(), packet.data(), packet.size(), 0, to, size) >= 0;
}

}  // namespace

Result<RawSender> RawSender::open(std::uint32_t mark) {
  auto ipv4 = open_socket(AF_INET, mark);
  if (!ipv4) return ipv4.error();
  RawSender sender;
  sender.ipv4_ = std::move(*ipv4);
  // A machine may have no IPv6 at all.
  if (auto ipv6 = open_socket(AF_INET6, mark)) sender.ipv6_ = std::move(*ipv6);
  return sender;
}

bool RawSender::send(std::span<const std::uint8_t> packet, std::uint32_t scope) const {
  if (packet.size() < 40 && packet[0] >> 4 != 4) return false;
  if (packet[0] >> 4 == 4) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    std::memcpy(&to.sin_addr, packet.data() + kIpv4Destination, sizeof to.sin_addr);
    return send_to(ipv4_, packet, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  std::memcpy(&to.sin6_addr, packet.data() + kIpv6Destination, sizeof to.sin6_addr);
  if (IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr)) to.sin6_scope_id = scope;
  return send_to(ipv6_, packet, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

}  // namespace statewall
