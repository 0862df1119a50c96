#include "service/crc64.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace statewall {
namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Crc64, IsThatOfXz) {
  Crc64 crc;
  EXPECT_EQ(crc.value(), 0U) << "of nothing";
  crc.add(bytes_of("123456789"));
  EXPECT_EQ(crc.value(), 0x995dc9bbdf1939faU);
}

TEST(Crc64, DoesNotDependOnHowItIsGiven) {
  std::vector<std::uint8_t> bytes(100);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * i);
  Crc64 whole;
  whole.add(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Crc64 parts;
    parts.add(std::span(bytes).first(cut));
    parts.add(std::span(bytes).subspan(cut));
    EXPECT_EQ(parts.value(), whole.value()) << cut;
  }
}

TEST(Crc64, FindsEveryBit) {
  std::vector<std::uint8_t> bytes(40, 7);
  Crc64 before;
  before.add(bytes);
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    bytes[i / 8] ^= static_cast<std::uint8_t>(1U << i % 8);
    Crc64 after;
    after.add(bytes);
    EXPECT_NE(after.value(), before.value()) << i;
    bytes[i / 8] ^= static_cast<std::uint8_t>(1U << i % 8);
  }
}

}  // namespace
}  // namespace statewall
