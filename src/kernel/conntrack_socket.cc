#include "kernel/conntrack_socket.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>

#include <array>

#include "kernel/conntrack_message.h"
#include "kernel/failure.h"
#include "kernel/netlink_message.h"

namespace statewall {
namespace {

constexpr std::size_t kRoom = std::size_t{1} << 20;
constexpr int kPatience = 10'000;  // milliseconds, for what comes at once

/// A message without attributes: of all connections of both families.
class Request {
 public:
  Request(std::uint16_t kind, std::uint16_t flags) : header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK << 8 | kind);
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    general->nfgen_family = AF_UNSPEC;
    general->version = NFNETLINK_V0;
  }
  nlmsghdr& header() { return *header_; }

 private:
  alignas(nlmsghdr) std::array<char, 64> buffer_{};
  nlmsghdr* header_;
};

}  // namespace

Result<ConntrackSocket> ConntrackSocket::open() {
  auto socket = NetlinkSocket::open(NETLINK_NETFILTER, kRoom);
  if (!socket) return socket.error();
  return ConntrackSocket(std::move(*socket));
}

Result<std::vector<std::string>> ConntrackSocket::list() {
  constexpr const char* kWhat = "cannot list the kernel's connections";
  Request request(IPCTNL_MSG_CT_GET, NLM_F_DUMP);
  if (auto error = socket_.send(request.header(), kWhat)) return *error;
  std::vector<std::string> lines;
  for (;;) {
    if (!socket_.wait(kPatience)) return failure(std::string(kWhat) + ": it does not answer");
    const auto datagram = socket_.receive();
    if (!datagram) return datagram.error();
    NetlinkMessages messages(*datagram);
    while (const auto message = messages.next()) {
      if (message->type == NLMSG_DONE) return lines;
      const int number = error_number(*message).value_or(0);
      if (number != 0) return system_failure(kWhat, number);
      if (auto line = conntrack_line(*message)) lines.push_back(std::move(*line));
    }
  }
}

std::optional<Error> ConntrackSocket::flush() {
  Request request(IPCTNL_MSG_CT_DELETE, 0);
  return socket_.request(request.header(), "cannot end the kernel's connections");
}

}  // namespace statewall
