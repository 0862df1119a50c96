#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
using enum LinkType;

TEST(Ppp, Protocols) {
  testing::expect_read({
      {"IPv4", ppp, hex("ff03 0021"), ok, 4, 0x0800},
      {"IPv6", ppp, hex("ff03 0057"), ok, 4, 0x86dd},
      {"MPLS", ppp, hex("ff03 0281"), other, 4, 0x8847},
      {"MPLS, upstream", ppp, hex("ff03 0283"), other, 4, 0x8848},
      {"LCP", ppp, hex("ff03 c021"), other, 4, 0},
      {"compressed TCP", ppp, hex("ff03 002d"), other, 4, 0},
      {"without address", ppp, hex("0021"), ok, 2, 0x0800},
      {"compressed protocol", ppp, hex("ff03 21 45"), ok, 3, 0x0800},
      {"both", ppp, hex("57 60"), ok, 1, 0x86dd},
      {"another control", ppp, hex("ff5f 0021"), other, 2, 0},
  });
}

TEST(Ppp, Serial) {
  testing::expect_read({
      {"PPP", ppp_serial, hex("ff03 0021"), ok, 4, 0x0800},
      {"PPP without address", ppp_serial, hex("0057"), ok, 2, 0x86dd},
      {"Cisco HDLC", ppp_serial, hex("0f00 0800"), ok, 4, 0x0800},
      {"Cisco HDLC, broadcast", ppp_serial, hex("8f00 2000"), other, 4, 0x2000},
  });
}

TEST(Ppp, OverEthernet) {
  testing::expect_read({
      {"IPv4", ppp_ethernet, hex("1100 0001 0016 0021"), ok, 8, 0x0800},
      {"LCP", ppp_ethernet, hex("1100 0001 0016 c021"), other, 8, 0x8864},
  });
}

TEST(Ppp, CiscoHdlc) {
  testing::expect_read({
      {"IPv4", cisco_hdlc, hex("0f00 0800"), ok, 4, 0x0800},
      {"IPv6", cisco_hdlc, hex("0f00 86dd"), ok, 4, 0x86dd},
      {"MPLS", cisco_hdlc, hex("0f00 8847"), other, 4, 0x8847},
      {"SLARP", cisco_hdlc, hex("8f00 8035"), other, 4, 0x8035},
      {"OSI", cisco_hdlc, hex("0f00 fefe 03 83"), other, 4, 0xfefe},
  });
}

}  // namespace
}  // namespace statewall
