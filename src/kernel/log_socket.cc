#include "kernel/log_socket.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>

#include <vector>

namespace statewall {
namespace {

constexpr std::size_t kRoom = std::size_t{1} << 25;
constexpr std::uint32_t kWhole = 0xffff;  // the kernel tells no more of a packet

nlmsghdr* begin_configuration(std::vector<char>& buffer, std::uint16_t group) {
  nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
  auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  general->nfgen_family = AF_UNSPEC;
  general->version = NFNETLINK_V0;
  general->res_id = htons(group);
  return header;
}

std::optional<Error> listen_to(NetlinkSocket& socket, const LogGroup& group) {
  constexpr const char* kWhat = "this kernel does not let us listen to what its rules log (NFLOG)";
  std::vector<char> buffer(256);
  nlmsghdr* header = begin_configuration(buffer, group.number);
  const nfulnl_msg_config_cmd command{NFULNL_CFG_CMD_BIND};
  mnl_attr_put(header, NFULA_CFG_CMD, sizeof command, &command);
  if (auto error = socket.request(*header, kWhat)) return error;

  // Each message at once.
  header = begin_configuration(buffer, group.number);
  const nfulnl_msg_config_mode mode{
      htonl(group.with_packets ? kWhole : 0),
      static_cast<std::uint8_t>(group.with_packets ? NFULNL_COPY_PACKET : NFULNL_COPY_META), 0};
  mnl_attr_put(header, NFULA_CFG_MODE, sizeof mode, &mode);
  mnl_attr_put_u32(header, NFULA_CFG_QTHRESH, htonl(1));
  return socket.request(*header, kWhat);
}

}  // namespace

Result<LogSocket> LogSocket::open(std::span<const LogGroup> groups) {
  auto socket = NetlinkSocket::open(NETLINK_NETFILTER, kRoom);
  if (!socket) return socket.error();
  for (const LogGroup& group : groups) {
    if (auto error = listen_to(*socket, group)) return *error;
  }
  return LogSocket(std::move(*socket));
}

}  // namespace statewall
