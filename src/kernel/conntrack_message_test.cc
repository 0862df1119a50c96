#include "kernel/conntrack_message.h"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace statewall {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint16_t kNew = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW;

Bytes attribute(std::uint16_t type, const Bytes& value) {
  const std::size_t length = 4 + value.size();
  Bytes bytes((length + 3) / 4 * 4);
  bytes[0] = static_cast<std::uint8_t>(length);
  bytes[1] = static_cast<std::uint8_t>(length >> 8);
  bytes[2] = static_cast<std::uint8_t>(type);
  std::ranges::copy(value, bytes.begin() + 4);
  return bytes;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes tuple(std::uint8_t protocol, const Bytes& source, const Bytes& destination,
            const Bytes& keys) {
  const bool ipv6 = source.size() == 16;
  return attribute(CTA_TUPLE_IP, attribute(ipv6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, source) +
                                     attribute(ipv6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, destination)) +
         attribute(CTA_TUPLE_PROTO, attribute(CTA_PROTO_NUM, {protocol}) + keys);
}

Bytes ports(std::uint8_t source, std::uint8_t destination) {
  return attribute(CTA_PROTO_SRC_PORT, {1, source}) +
         attribute(CTA_PROTO_DST_PORT, {1, destination});
}

const Bytes kA{192, 168, 1, 6}, kB{10, 0, 0, 10};
const Bytes kGeneralIpv4{2, 0, 0, 0};

std::string line(const Bytes& payload) { return conntrack_line({kNew, payload}).value_or("none"); }

TEST(ConntrackLine, Tcp) {
  const Bytes state = attribute(
      CTA_PROTOINFO, attribute(CTA_PROTOINFO_TCP, attribute(CTA_PROTOINFO_TCP_STATE, {3})));
  const Bytes counters = attribute(CTA_COUNTERS_PACKETS, {0, 0, 0, 0, 0, 0, 0, 2}) +
                         attribute(CTA_COUNTERS_BYTES, {0, 0, 0, 0, 0, 0, 1, 0});
  EXPECT_EQ(line(kGeneralIpv4 + attribute(CTA_TUPLE_ORIG, tuple(6, kA, kB, ports(1, 2))) +
                 attribute(CTA_TUPLE_REPLY, tuple(6, kB, kA, ports(2, 1))) +
                 attribute(CTA_STATUS, {0, 0, 0, IPS_SEEN_REPLY | IPS_ASSURED}) +
                 attribute(CTA_TIMEOUT, {0, 6, 0x97, 0x7f}) + state +
                 attribute(CTA_COUNTERS_ORIG, counters) + attribute(CTA_COUNTERS_REPLY, counters) +
                 attribute(CTA_USE, {0, 0, 0, 1})),
            "ipv4     2 tcp      6 431999 ESTABLISHED src=192.168.1.6 dst=10.0.0.10 sport=257 "
            "dport=258 packets=2 bytes=256 src=10.0.0.10 dst=192.168.1.6 sport=258 dport=257 "
            "packets=2 bytes=256 [ASSURED] mark=0 zone=0 use=1");
}

TEST(ConntrackLine, IcmpIsUnreplied) {
  const auto keys = [](std::uint8_t type) {
    return attribute(CTA_PROTO_ICMP_TYPE, {type}) + attribute(CTA_PROTO_ICMP_CODE, {0}) +
           attribute(CTA_PROTO_ICMP_ID, {0x12, 0x34});
  };
  EXPECT_EQ(line(kGeneralIpv4 + attribute(CTA_TUPLE_ORIG, tuple(1, kA, kB, keys(8))) +
                 attribute(CTA_TUPLE_REPLY, tuple(1, kB, kA, keys(0)))),
            "ipv4     2 icmp     1 0 src=192.168.1.6 dst=10.0.0.10 type=8 code=0 id=4660 "
            "[UNREPLIED] src=10.0.0.10 dst=192.168.1.6 type=0 code=0 id=4660 mark=0 zone=0 use=0");
}

TEST(ConntrackLine, Ipv6AndAProtocolKnownByItsNumberAlone) {
  Bytes a(16), b(16);
  a[0] = 0xfd;
  b[15] = 2;
  EXPECT_EQ(line(Bytes{10, 0, 0, 0} + attribute(CTA_TUPLE_ORIG, tuple(33, a, b, {})) +
                 attribute(CTA_TUPLE_REPLY, tuple(33, b, a, {}))),
            "ipv6     10 unknown  33 0 src=fd00:0000:0000:0000:0000:0000:0000:0000 "
            "dst=0000:0000:0000:0000:0000:0000:0000:0002 [UNREPLIED] "
            "src=0000:0000:0000:0000:0000:0000:0000:0002 "
            "dst=fd00:0000:0000:0000:0000:0000:0000:0000 mark=0 zone=0 use=0");
}

TEST(ConntrackLine, OtherMessagesAreNone) {
  EXPECT_FALSE(conntrack_line({kNew, {}}));
  EXPECT_FALSE(conntrack_line({NLMSG_DONE, kGeneralIpv4}));
  EXPECT_EQ(line(kGeneralIpv4 + attribute(CTA_TUPLE_ORIG, tuple(6, kA, kB, ports(1, 2)))), "none");
}

}  // namespace
}  // namespace statewall
