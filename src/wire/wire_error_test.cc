#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::icmp;
using testing::ipv4;
using testing::ipv6;
using testing::Octets;
using testing::read;
using testing::with;

constexpr int kErrors = static_cast<int>(WireError::count);

// Each enumerator must be told apart from all others by its slug and its sentence.
TEST(WireError, EachHasItsOwnSlugAndSentence) {
  std::set<std::string_view> slugs, sentences;
  for (int i = 0; i < kErrors; ++i) {
    const WireError error{static_cast<std::uint8_t>(i)};
    EXPECT_TRUE(slugs.insert(slug(error)).second) << slug(error);
    EXPECT_TRUE(sentences.insert(sentence(error)).second) << sentence(error);
    EXPECT_FALSE(slug(error).empty());
    EXPECT_EQ(slug(error).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos);
    EXPECT_NE(sentence(error).find(' '), std::string_view::npos);
    EXPECT_NE(sentence(error).back(), '.');
  }
  EXPECT_EQ(slug(WireError::ipv4_checksum), "ipv4-checksum");
  EXPECT_EQ(sentence(WireError::ipv4_checksum), "has a wrong IPv4 header checksum");
}

// A frame for each error, by slug, and how the reader must call it.
std::map<std::string, Packet> frames() {
  const Octets packet = ipv4(253, hex("01020304"));
  const Octets packet6 = ipv6(253, hex("01020304"));
  const auto read4 = [](const Octets& octets) { return read(octets, LinkType::ipv4); };
  const auto read6 = [](const Octets& octets) { return read(octets, LinkType::ipv6); };
  const auto transport = [&](std::uint8_t protocol, const Octets& octets) {
    return read4(ipv4(protocol, octets));
  };
  return {
      {"none", read4(packet)},
      {"link-unsupported", read(packet, LinkType{147})},
      {"link-short", read(first(packet, 13), LinkType::ethernet)},
      {"not-ip", read(Octets(60), LinkType::ethernet)},
      {"ipv4-short", read4(first(packet, 19))},
      {"ipv4-version", read4(packet6)},
      {"ipv4-header-length", read4(with(packet, 0, hex("44")))},
      {"ipv4-options-short", read4(with(packet, 0, hex("4f")))},
      {"ipv4-total-length", read4(with(packet, 2, hex("0013")))},
      {"ipv4-truncated", read4(first(packet, 23))},
      {"ipv4-checksum", read4(with(packet, 8, hex("01")))},
      {"ipv6-short", read6(first(packet6, 39))},
      {"ipv6-version", read6(packet + Octets(20))},
      {"ipv6-truncated", read6(first(packet6, 43))},
      {"ipv6-hop-by-hop", read6(ipv6(0, hex("0600 0109")))},
      {"ipv6-fragment-short", read6(ipv6(44, hex("1100 00")))},
      {"ipv6-extension-short", read6(ipv6(60, hex("3b01 010400000000")))},
      {"icmp-short", transport(1, first(icmp(8, 0, 1), 7))},
      {"tcp-short", transport(6, Octets(19))},
      {"tcp-data-offset", transport(6, Octets(20))},
      {"tcp-options-short", transport(6, with(Octets(20), 12, hex("60")))},
      {"udp-short", transport(17, Octets(7))},
      {"udp-length", transport(17, Octets(8))},
      {"sctp-short", transport(132, Octets(11))},
      {"sctp-chunks", transport(132, Octets(12))},
      {"udplite-coverage", transport(136, hex("0001 0002 0007 1234"))},
      {"udplite-no-checksum", transport(136, hex("0001 0002 0008 0000"))},
      {"quote-short", transport(1, icmp(3, 0, 0, first(packet, 19)))},
      {"quote-options-short", transport(1, icmp(3, 0, 0, with(packet, 0, hex("4f"))))},
  };
}

TEST(WireError, EachIsReached) {
  const auto all = frames();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kErrors));
  for (const auto& [expected, packet] : all) {
    const bool of_quote = expected.starts_with("quote");
    EXPECT_EQ(slug(of_quote ? packet.quote.error : packet.error), expected);
    EXPECT_EQ(packet.has_quote, of_quote) << expected;
    if (of_quote) {
      EXPECT_EQ(packet.error, WireError::none);
    }
  }
}

TEST(Checksum, HasNames) {
  EXPECT_EQ(name(Checksum::none), "none");
  EXPECT_EQ(name(Checksum::good), "good");
  EXPECT_EQ(name(Checksum::bad), "bad");
  EXPECT_EQ(name(Checksum::offloaded), "offloaded");
  EXPECT_EQ(name(Checksum::cut), "cut");
}

}  // namespace
}  // namespace statewall
