#include "wire/bytes.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;

constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();

TEST(Bytes, ReadsNumbersInNetworkOrder) {
  const auto octets = hex("01 02 03 04 05");
  const Bytes bytes(octets);
  EXPECT_EQ(bytes.u8(4), 5);
  EXPECT_EQ(bytes.u16(0), 0x0102);
  EXPECT_EQ(bytes.u16(3), 0x0405);
  EXPECT_EQ(bytes.u32(1), 0x02030405u);
  EXPECT_EQ(bytes.ipv4(0), Address::ipv4(0x01020304));
}

TEST(Bytes, ReadsZeroWhereANumberIsNotWhollyThere) {
  const auto octets = hex("01 02 03 04 05");
  const Bytes bytes(octets);
  EXPECT_EQ(bytes.u8(5), 0);
  EXPECT_EQ(bytes.u16(4), 0);
  EXPECT_EQ(bytes.u32(2), 0u);
  EXPECT_EQ(bytes.ipv4(2), Address());
  EXPECT_EQ(bytes.ipv6(0), Address());
  EXPECT_EQ(bytes.u8(kHuge), 0);
  EXPECT_EQ(bytes.u16(kHuge), 0);
  EXPECT_EQ(bytes.u32(kHuge - 1), 0u);
  EXPECT_EQ(Bytes().u32(0), 0u);
}

TEST(Bytes, PartsEndWhereTheWholeEnds) {
  const auto octets = hex("01 02 03 04 05");
  const Bytes bytes(octets);
  EXPECT_EQ(bytes.from(2).size(), 3u);
  EXPECT_EQ(bytes.from(2).u8(0), 3);
  EXPECT_EQ(bytes.from(5).size(), 0u);
  EXPECT_EQ(bytes.from(kHuge).size(), 0u);
  EXPECT_EQ(bytes.first(2).size(), 2u);
  EXPECT_EQ(bytes.first(kHuge).size(), 5u);
  EXPECT_EQ(bytes.first(2).u16(1), 0);
}

}  // namespace
}  // namespace statewall
