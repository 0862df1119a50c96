#include "wire/crc32c.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace statewall {
namespace {

std::uint32_t crc(const std::vector<std::uint8_t>& bytes) {
  Crc32c sum;
  sum.add(Bytes(bytes));
  return sum.value();
}

// The examples of RFC 3720 B.4, and the check value that catalogues of CRCs give.
TEST(Crc32c, KnownValues) {
  std::vector<std::uint8_t> up(32);
  for (std::size_t i = 0; i < up.size(); ++i) up[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(crc(std::vector<std::uint8_t>(32, 0)), 0x8a9136aau);
  EXPECT_EQ(crc(std::vector<std::uint8_t>(32, 0xff)), 0x62a8ab43u);
  EXPECT_EQ(crc(up), 0x46dd794eu);
  constexpr std::string_view kDigits = "123456789";
  EXPECT_EQ(crc({kDigits.begin(), kDigits.end()}), 0xe3069283u);
  EXPECT_EQ(crc({}), 0u);
}

TEST(Crc32c, GoesOverPieces) {
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5};
  Crc32c sum;
  sum.add(Bytes(bytes).first(2));
  sum.add(Bytes(bytes).from(2));
  EXPECT_EQ(sum.value(), crc(bytes));
}

}  // namespace
}  // namespace statewall
