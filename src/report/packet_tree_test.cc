#include "report/packet_tree.h"

#include <gtest/gtest.h>

#include "report/tcp_options_text.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::icmp;
using testing::ipv4;
using testing::Octets;
using testing::read;

std::string tree(const Octets& frame, LinkType link = LinkType::raw) {
  const Packet packet = read(frame, link);
  std::string text;
  for (const TreeRow& row : packet_tree(packet, frame, link, frame.size())) {
    text += std::string(row.label) + ": " + row.text + "\n";
  }
  return text;
}

TEST(PacketTree, HasALineALayer) {
  const Octets quoted = ipv4(17, testing::udp(1025, 53));
  EXPECT_EQ(tree(ipv4(1, icmp(3, 3, 0, quoted))),
            "frame: 56 bytes, raw IP\n"
            "IPv4: 192.168.1.6 > 10.0.0.10, ttl 64, length 56, id 0, checksum good\n"
            "ICMP: type 3 code 3 port-unreachable: 10.0.0.10 udp port 53 unreachable, 36 bytes, "
            "checksum good\n"
            "quotes: 192.168.1.6 > 10.0.0.10, ttl 64; udp 1025 > 53; 8 bytes of it\n");
}

TEST(PacketTree, OfEthernetHasBothAddresses) {
  EXPECT_EQ(tree(hex("ffffffffffff 020000000006 0806 0001"), LinkType::ethernet),
            "frame: 16 bytes, Ethernet 02:00:00:00:00:06 > ff:ff:ff:ff:ff:ff, carries ARP "
            "(0x0806)\n");
}

TEST(PacketTree, TellsWhatIsWrong) {
  EXPECT_NE(tree(ipv4(6, Octets(10))).find("wrong: ends inside its TCP header [tcp-short]"),
            std::string::npos);
  Octets broken = ipv4(1, icmp(8, 0, 1));
  broken[22] ^= 1;
  EXPECT_NE(tree(broken).find("wrong: has a wrong checksum"), std::string::npos) << tree(broken);
}

// Whatever the bytes: each cut of each packet has a tree.
TEST(PacketTree, TakesAnyBytes) {
  const Octets error = ipv4(1, icmp(11, 0, 0, ipv4(6, testing::tcp({.flags = 2}))));
  for (const Octets& whole :
       {error, ipv4(6, testing::tcp({.flags = 2})), testing::ipv6(58, error)}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      EXPECT_FALSE(tree(testing::first(whole, size)).empty());
    }
  }
}

std::string options(const Octets& bytes) {
  Buffer out;
  append_tcp_options(out, std::span<const std::uint8_t>(bytes));
  return fmt::to_string(out);
}

TEST(TcpOptions, AreWrittenAsTcpdumpDoes) {
  EXPECT_EQ(options({}), "");
  EXPECT_EQ(options(hex("02 04 05b4 04 02 08 0a 00000001 00000002 01 03 03 07")),
            ", options [mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7]");
  EXPECT_EQ(options(hex("05 0a 00000001 00000005 01 00 ff")), ", options [sack 1:5,nop]");
  EXPECT_EQ(options(hex("fd 04 0000")), ", options [option 253]");
  EXPECT_EQ(options(hex("03 04 0000")), ", options [option 3]") << "not of its length";
}

TEST(TcpOptions, ThatLieEndTheList) {
  EXPECT_EQ(options(hex("01 02 09 00")), ", options [nop,[bad]]");
  EXPECT_EQ(options(hex("02 00")), ", options [[bad]]");
  EXPECT_EQ(options(hex("02")), ", options [[bad]]");
}

}  // namespace
}  // namespace statewall
