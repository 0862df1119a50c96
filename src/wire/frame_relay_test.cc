#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
using enum LinkType;

TEST(FrameRelay, Encapsulations) {
  testing::expect_read({
      {"IPv4", frame_relay, hex("1861 03 cc"), ok, 4, 0x0800},
      {"IPv6", frame_relay, hex("1861 03 8e"), ok, 4, 0x86dd},
      {"padded", frame_relay, hex("1861 03 00 cc"), ok, 5, 0x0800},
      {"SNAP", frame_relay, hex("1861 03 00 80 000000 86dd"), ok, 10, 0x86dd},
      {"bridged", frame_relay, hex("1861 03 00 80 0080c2 0007"), other, 10, 0},
      {"PPP", frame_relay, hex("1861 03 cf 0021"), ok, 6, 0x0800},
      {"OSI", frame_relay, hex("1861 03 82"), other, 4, 0},
      {"signalling", frame_relay, hex("0001 03 08 00"), other, 4, 0},
      {"Cisco, IPv4", frame_relay, hex("1861 0800"), ok, 4, 0x0800},
      {"Cisco, discovery", frame_relay, hex("1861 2000"), other, 4, 0x2000},
  });
}

TEST(FrameRelay, Addresses) {
  testing::expect_read({
      {"three bytes", frame_relay, hex("80ea9d 0800"), ok, 5, 0x0800},
      {"four bytes", frame_relay, hex("18100201 03 cc"), ok, 6, 0x0800},
      {"one byte", frame_relay, hex("19 0800"), other, 1, 0},
      {"without end", frame_relay, hex("18100202 03 cc"), other, 4, 0},
  });
}

TEST(FrameRelay, Multilink) {
  testing::expect_read({
      {"whole", multilink_frame_relay, hex("c005 1861 03 cc"), ok, 6, 0x0800},
      {"first fragment", multilink_frame_relay, hex("8005 1861 03 cc"), other, 2, 0},
      {"last fragment", multilink_frame_relay, hex("4005 1861 03 cc"), other, 2, 0},
      {"control", multilink_frame_relay, hex("e100 0100"), other, 2, 0},
  });
}

}  // namespace
}  // namespace statewall
