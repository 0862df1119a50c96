#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
using enum LinkType;

const Octets kAddresses = hex("0000 020000000001 020000000002 020000000003");
const Octets kFourth = hex("020000000004");
const Octets kSnap = hex("aaaa03 000000 0800");

TEST(Ieee80211, DataFrames) {
  testing::expect_read({
      {"from a station", ieee80211, hex("0801") + kAddresses + hex("1000") + kSnap, ok, 32, 0x0800},
      {"bridged", ieee80211, hex("0803") + kAddresses + hex("1000") + kFourth + kSnap, ok, 38,
       0x0800},
      {"QoS", ieee80211, hex("8802") + kAddresses + hex("1000 0000") + kSnap, ok, 34, 0x0800},
      {"QoS, bridged", ieee80211,
       hex("8803") + kAddresses + hex("1000") + kFourth + hex("0000") + kSnap, ok, 40, 0x0800},
      {"QoS, HT control", ieee80211, hex("8882") + kAddresses + hex("1000 0000 00000000") + kSnap,
       ok, 38, 0x0800},
      {"not IP", ieee80211, hex("0801") + kAddresses + hex("1000 aaaa03 000000 888e"), other, 32,
       0x888e},
  });
}

TEST(Ieee80211, FramesWithoutAPacket) {
  testing::expect_read({
      {"beacon", ieee80211, hex("8000") + kAddresses, other, 2, 0},
      {"acknowledgement", ieee80211, hex("d400"), other, 2, 0},
      {"no data", ieee80211, hex("4801") + kAddresses, other, 2, 0},
      {"version 1", ieee80211, hex("0901") + kAddresses + hex("1000") + kSnap, other, 2, 0},
      {"encrypted", ieee80211, hex("0841") + kAddresses + hex("1000") + kSnap, other, 24, 0},
      {"first fragment", ieee80211, hex("0805") + kAddresses + hex("1000") + kSnap, other, 24, 0},
      {"last fragment", ieee80211, hex("0801") + kAddresses + hex("1100") + kSnap, other, 24, 0},
      {"A-MSDU", ieee80211, hex("8802") + kAddresses + hex("1000 8000") + kSnap, other, 26, 0},
  });
}

TEST(Ieee80211, Radiotap) {
  const Octets data = hex("0801") + kAddresses + hex("1000") + kSnap;
  const Octets qos = hex("8802") + kAddresses + hex("1000 0000");
  const Octets timer(8);
  testing::expect_read({
      {"no fields", radiotap, hex("0000 0800 00000000") + data, ok, 40, 0x0800},
      {"flags", radiotap, hex("0000 0900 02000000 10") + data, ok, 41, 0x0800},
      {"padded", radiotap, hex("0000 0900 02000000 20") + qos + hex("0000") + kSnap, ok, 45,
       0x0800},
      {"padded, needs none", radiotap, hex("0000 0900 02000000 20") + data, ok, 41, 0x0800},
      {"a field that is not flags", radiotap, hex("0000 0900 04000000 20") + qos + kSnap, ok, 43,
       0x0800},
      {"timer before flags", radiotap,
       hex("0000 1100 03000000") + timer + hex("20") + qos + hex("0000") + kSnap, ok, 53, 0x0800},
      {"two words, timer aligned", radiotap,
       hex("0000 1900 03000080 00000000 00000000") + timer + hex("20") + qos + hex("0000") + kSnap,
       ok, 61, 0x0800},
      {"version 1", radiotap, hex("0100 0800 00000000") + data, other, 8, 0},
      {"shorter than its head", radiotap, hex("0000 0700 00000000") + data, other, 8, 0},
  });
}

}  // namespace
}  // namespace statewall
