#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
using enum LinkType;

TEST(Arcnet, OfBsd) {
  testing::expect_read({
      {"IPv4", arcnet, hex("0102 d4 00 0001"), ok, 6, 0x0800},
      {"IPv6", arcnet, hex("0102 c4 00 0001"), ok, 6, 0x86dd},
      {"ARP", arcnet, hex("0102 d5 00 0001"), other, 6, 0x0806},
      {"IPv4 of RFC 1051", arcnet, hex("0102 f0"), ok, 3, 0x0800},
      {"ARP of RFC 1051", arcnet, hex("0102 f1"), other, 3, 0x0806},
      {"another", arcnet, hex("0102 dd 0000"), other, 3, 0},
      {"fragment", arcnet, hex("0102 d4 01 0001"), other, 6, 0},
      {"filled up", arcnet, hex("0102 d4 ff ffff ff 00 0001"), ok, 10, 0x0800},
      {"fragment, filled up", arcnet, hex("0102 d4 ff ffff ff 02 0001"), other, 10, 0},
  });
}

TEST(Arcnet, OfLinux) {
  testing::expect_read({
      {"IPv4", arcnet_linux, hex("0102 00f0 d4 00 0001"), ok, 8, 0x0800},
      {"IPv4 of RFC 1051", arcnet_linux, hex("0102 00f0 f0"), ok, 5, 0x0800},
      {"fragment", arcnet_linux, hex("0102 00f0 d4 02 0001"), other, 8, 0},
  });
}

}  // namespace
}  // namespace statewall
