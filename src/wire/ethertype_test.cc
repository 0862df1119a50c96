#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
constexpr auto ethernet = LinkType::ethernet;

const Octets kMacs = hex("020000000001 020000000002");

Octets tagged(int tags) {
  Octets frame = kMacs;
  for (int i = 0; i < tags; ++i) frame = frame + hex("8100 2001");
  return frame + hex("0800");
}

TEST(Ethertype, Ethernet) {
  testing::expect_read({
      {"IPv4", ethernet, kMacs + hex("0800"), ok, 14, 0x0800},
      {"IPv6", ethernet, kMacs + hex("86dd"), ok, 14, 0x86dd},
      {"ARP", ethernet, kMacs + hex("0806 0001"), other, 14, 0x0806},
      {"MPLS", ethernet, kMacs + hex("8847 00001140 45"), other, 14, 0x8847},
      {"lowest type", ethernet, kMacs + hex("0600"), other, 14, 0x0600},
      {"neither length nor type", ethernet, kMacs + hex("05dd aaaa03 000000 0800"), other, 14, 0},
  });
}

TEST(Ethertype, Lengths) {
  testing::expect_read({
      {"SNAP, IPv4", ethernet, kMacs + hex("05dc aaaa03 000000 0800"), ok, 22, 0x0800},
      {"SNAP, tagged", ethernet, kMacs + hex("8100 0005 0040 aaaa03 000000 86dd"), ok, 26, 0x86dd,
       1, 5},
      {"spanning tree", ethernet, kMacs + hex("0026 424203 0000"), other, 17, 0},
      {"Novell IPX", ethernet, kMacs + hex("0030 ffff 0030"), other, 17, 0},
  });
}

TEST(Ethertype, Tags) {
  testing::expect_read({
      {"802.1Q", ethernet, kMacs + hex("8100 e064 0800"), ok, 18, 0x0800, 1, 100},
      {"802.1ad", ethernet, kMacs + hex("88a8 0fff 8100 0002 86dd"), ok, 22, 0x86dd, 2, 4095},
      {"QinQ", ethernet, kMacs + hex("9100 0001 8100 0002 0806"), other, 22, 0x0806, 2, 1},
      {"eight tags", ethernet, tagged(8), ok, 46, 0x0800, 8, 1},
      {"nine tags", ethernet, tagged(9), other, 46, 0x8100, 8, 1},
      {"VN-Tag", ethernet, kMacs + hex("8926 00000033 8100 00fa 0800"), ok, 24, 0x0800, 1, 250},
      {"FabricPath", ethernet, kMacs + hex("8903 0420") + kMacs + hex("8100 0007 0800"), ok, 34,
       0x0800, 1, 7},
      {"802.1BR", ethernet, kMacs + hex("893f 000000000000 0800"), ok, 22, 0x0800},
  });
}

TEST(Ethertype, Macsec) {
  testing::expect_read({
      {"in the clear", ethernet, kMacs + hex("88e5 0000 00000001 0800"), ok, 22, 0x0800},
      {"with its channel", ethernet,
       kMacs + hex("88e5 2000 00000001 0200000000010001 8100 0005 0800"), ok, 34, 0x0800, 1, 5},
      {"encrypted", ethernet, kMacs + hex("88e5 0c00 00000001 0800"), other, 14, 0x88e5},
      {"changed", ethernet, kMacs + hex("88e5 0400 00000001 0800"), other, 14, 0x88e5},
  });
}

// The EtherType is that of what the session carries.
TEST(Ethertype, PppoeSessions) {
  testing::expect_read({
      {"IPv4", ethernet, kMacs + hex("8864 1100 0001 0016 0021"), ok, 22, 0x0800},
      {"IPv6", ethernet, kMacs + hex("8864 1100 0001 0016 0057"), ok, 22, 0x86dd},
      {"tagged", ethernet, kMacs + hex("8100 0007 8864 1100 0001 0016 0021"), ok, 26, 0x0800, 1, 7},
      {"LCP", ethernet, kMacs + hex("8864 1100 0001 000a c021"), other, 22, 0x8864},
      {"MPLS", ethernet, kMacs + hex("8864 1100 0001 000a 0281"), other, 22, 0x8847},
      {"compressed protocol", ethernet, kMacs + hex("8864 1100 0001 0016 21"), ok, 21, 0x0800},
      {"not of the session", ethernet, kMacs + hex("8864 11a7 0001 0000 0021"), other, 20, 0x8864},
      {"version 2", ethernet, kMacs + hex("8864 2100 0001 0016 0021"), other, 20, 0x8864},
      {"discovery", ethernet, kMacs + hex("8863 1109 0000 0000"), other, 14, 0x8863},
  });
}

}  // namespace
}  // namespace statewall
