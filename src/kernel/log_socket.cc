#include "kernel/log_socket.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>

#include <vector>

#include "kernel/ruleset.h"

namespace statewall {
namespace {

constexpr std::size_t kRoom = std::size_t{1} << 25;

nlmsghdr* begin_configuration(std::vector<char>& buffer, std::uint16_t group) {
  nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
  auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  general->nfgen_family = AF_UNSPEC;
  general->version = NFNETLINK_V0;
  general->res_id = htons(group);
  return header;
}

std::optional<Error> listen_to(NetlinkSocket& socket, std::uint16_t group) {
  constexpr const char* kWhat = "this kernel does not let us listen to what its rules log (NFLOG)";
  std::vector<char> buffer(256);
  nlmsghdr* header = begin_configuration(buffer, group);
  const nfulnl_msg_config_cmd command{NFULNL_CFG_CMD_BIND};
  mnl_attr_put(header, NFULA_CFG_CMD, sizeof command, &command);
  if (auto error = socket.request(*header, kWhat)) return error;

  // Each message at once, and the packet itself we have.
  header = begin_configuration(buffer, group);
  const nfulnl_msg_config_mode mode{htonl(0), NFULNL_COPY_META, 0};
  mnl_attr_put(header, NFULA_CFG_MODE, sizeof mode, &mode);
  mnl_attr_put_u32(header, NFULA_CFG_QTHRESH, htonl(1));
  return socket.request(*header, kWhat);
}

}  // namespace

Result<LogSocket> LogSocket::open() {
  auto socket = NetlinkSocket::open(NETLINK_NETFILTER, kRoom);
  if (!socket) return socket.error();
  for (const std::uint16_t group : {kWordsGroup, kStateGroup}) {
    if (auto error = listen_to(*socket, group)) return *error;
  }
  return LogSocket(std::move(*socket));
}

}  // namespace statewall
