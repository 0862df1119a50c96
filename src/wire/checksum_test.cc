#include "wire/checksum.h"

#include <gtest/gtest.h>

#include <random>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;

// RFC 1071 as its text has it: two bytes at a time, the carry added at once.
std::uint16_t slow_sum(const Octets& octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += i % 2 == 0 ? octets[i] << 8 : octets[i];
    if (sum > 0xffff) sum = (sum & 0xffff) + 1;
  }
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t sum_of(const Octets& octets) {
  InternetSum sum;
  sum.add(Bytes(octets));
  return sum.folded();
}

Octets random_octets(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Octets octets(count);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
  return octets;
}

TEST(InternetSum, ExampleOfRfc1071) { EXPECT_EQ(sum_of(hex("00 01 f2 03 f4 f5 f6 f7")), 0xddf2); }

TEST(InternetSum, OfNothingIsZero) {
  EXPECT_EQ(InternetSum().folded(), 0);
  EXPECT_EQ(InternetSum().checksum(), 0xffff);
}

TEST(InternetSum, EqualsTheSlowSumForEveryLength) {
  for (std::size_t length = 0; length < 200; ++length) {
    const Octets octets = random_octets(length, static_cast<std::uint32_t>(length));
    EXPECT_EQ(sum_of(octets), slow_sum(octets)) << length;
  }
}

TEST(InternetSum, DoesNotOverflow) { EXPECT_EQ(sum_of(Octets(1 << 20, 0xff)), 0xffff); }

TEST(InternetSum, OfPiecesIsThatOfTheWhole) {
  const Octets octets = random_octets(67, 1);
  for (std::size_t a = 0; a <= octets.size(); ++a) {
    for (std::size_t b = a; b <= octets.size(); ++b) {
      const Bytes bytes(octets);
      InternetSum sum;
      sum.add(bytes.first(a));
      sum.add(bytes.from(a).first(b - a));
      sum.add(bytes.from(b));
      ASSERT_EQ(sum.folded(), slow_sum(octets)) << a << ' ' << b;
    }
  }
}

TEST(InternetSum, OfThePseudoHeader) {
  const Octets pseudo = hex("c0a80106 0a00000a 00 11 0203");
  EXPECT_EQ(pseudo_header(testing::kA, testing::kB, 17, 0x203).folded(), slow_sum(pseudo));

  Address source, destination;
  source.bytes[0] = 0xfe;
  destination.bytes[15] = 0x77;
  const Octets pseudo6 =
      hex("fe000000000000000000000000000000 00000000000000000000000000000077 00012345 0000003a");
  EXPECT_EQ(pseudo_header(source, destination, 58, 0x12345).folded(), slow_sum(pseudo6));
}

TEST(JudgeChecksum, TellsGoodBadAndCut) {
  const Octets good = testing::icmp(8, 0, 0x81050001, hex("616263"));
  EXPECT_EQ(judge_checksum(Bytes(good), good.size()), Checksum::good);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Octets bad = good;
    bad[i] ^= 0x10;
    EXPECT_EQ(judge_checksum(Bytes(bad), bad.size()), Checksum::bad) << i;
  }
  EXPECT_EQ(judge_checksum(Bytes(good), good.size() + 1), Checksum::cut);
}

// 0 and 0xffff are equal as sums, though no sender makes the whole sum 0. Kernels take it, too.
TEST(JudgeChecksum, AllZeroIsGood) {
  EXPECT_EQ(judge_checksum(Bytes(Octets(8)), 8), Checksum::good);
}

}  // namespace
}  // namespace statewall
