#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
using enum LinkType;

const Octets kSnapIpv4 = hex("aaaa03 000000 0800");

TEST(Llc, SapAndSnap) {
  testing::expect_read({
      {"SNAP, IPv4", atm_rfc1483, kSnapIpv4, ok, 8, 0x0800},
      {"SNAP, IPv6", atm_rfc1483, hex("aaaa03 000000 86dd"), ok, 8, 0x86dd},
      {"SNAP of 802.1H", atm_rfc1483, hex("aaaa03 0000f8 0800"), ok, 8, 0x0800},
      {"SNAP, ARP", atm_rfc1483, hex("aaaa03 000000 0806"), other, 8, 0x0806},
      {"SNAP, tagged", atm_rfc1483, hex("aaaa03 000000 8100 0003 0800"), ok, 12, 0x0800, 1, 3},
      {"SNAP of Cisco", atm_rfc1483, hex("aaaa03 00000c 0800"), other, 8, 0},
      {"SNAP, a number of no type", atm_rfc1483, hex("aaaa03 000000 0004"), other, 8, 0},
      {"IP by its SAP", atm_rfc1483, hex("060603 45"), ok, 3, 0x0800},
      {"IP answered by another", atm_rfc1483, hex("064203 45"), other, 3, 0},
      {"supervisory", atm_rfc1483, hex("aaaa01 000000 0800"), other, 3, 0},
      {"spanning tree", atm_rfc1483, hex("424203"), other, 3, 0},
  });
}

TEST(Llc, TokenRing) {
  const Octets addresses = hex("020000000001 020000000002");
  const Octets routed = hex("020000000001 820000000002");
  testing::expect_read({
      {"IPv4", token_ring, hex("1040") + addresses + kSnapIpv4, ok, 22, 0x0800},
      {"routed", token_ring, hex("1040") + routed + hex("0690 00110020") + kSnapIpv4, ok, 28,
       0x0800},
      {"route of no length", token_ring, hex("1040") + routed + hex("0090") + kSnapIpv4, ok, 24,
       0x0800},
      {"MAC frame", token_ring, hex("1005") + addresses + kSnapIpv4, other, 14, 0},
  });
}

TEST(Llc, Fddi) {
  const Octets addresses = hex("020000000001 020000000002");
  testing::expect_read({
      {"IPv4", fddi, hex("57") + addresses + kSnapIpv4, ok, 21, 0x0800},
      {"IPv4, lowest priority", fddi, hex("50") + addresses + kSnapIpv4, ok, 21, 0x0800},
      {"station management", fddi, hex("41") + addresses + kSnapIpv4, other, 13, 0},
      {"token", fddi, hex("80") + addresses, other, 13, 0},
  });
}

TEST(Llc, Atm) {
  const Octets ethernet = hex("020000000001 020000000002 0800");
  testing::expect_read({
      {"Classical IP", atm_clip, kSnapIpv4, ok, 8, 0x0800},
      {"Classical IP without LLC", atm_clip, hex("45"), ok, 0, 0x0800},
      {"neither", atm_clip, hex("30"), other, 0, 0},
      {"nothing", atm_clip, {}, WireError::link_short, 0, 0},
      {"SunATM, LLC", sunatm, hex("02 00 0020") + kSnapIpv4, ok, 12, 0x0800},
      {"SunATM, LLC, sent", sunatm, hex("82 00 0020") + kSnapIpv4, ok, 12, 0x0800},
      {"SunATM, LAN emulation", sunatm, hex("01 00 0020 0000") + ethernet, ok, 20, 0x0800},
      {"SunATM, signalling", sunatm, hex("06 00 0005 0900"), other, 4, 0},
  });
}

}  // namespace
}  // namespace statewall
