#include "track/flow_hash.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

namespace statewall {
namespace {

FlowKey ipv4_key(std::uint32_t first, std::uint32_t second, std::uint16_t first_port,
                 std::uint16_t second_port) {
  FlowKey key;
  key.first = Address::ipv4(first);
  key.second = Address::ipv4(second);
  key.first_port = first_port;
  key.second_port = second_port;
  key.protocol = protocol::udp;
  key.family = Family::ipv4;
  return key;
}

/// `value` in two bytes of both addresses' network part, or of one's interface identifier.
FlowKey ipv6_key(std::uint32_t value, std::size_t at, bool both) {
  FlowKey key;
  key.first.bytes = key.second.bytes = {0x20, 0x01, 0x0d, 0xb8};
  key.second.bytes[15] = 1;
  for (Address* address : {&key.first, &key.second}) {
    if (address == &key.second && !both) break;
    address->bytes[at] = static_cast<std::uint8_t>(value >> 8);
    address->bytes[at + 1] = static_cast<std::uint8_t>(value);
  }
  key.protocol = protocol::tcp;
  key.family = Family::ipv6;
  return key;
}

struct KeySet {
  const char* name;
  std::function<FlowKey(std::uint32_t)> key;
};

constexpr std::uint16_t low(std::uint32_t n) { return static_cast<std::uint16_t>(n); }

// What traffic and attackers do: 65,536 keys that differ in two bytes alone.
const KeySet kSets[] = {
    {"neighbouring clients", [](auto n) { return ipv4_key(0x0a000000 + n, 0xc0a8010a, 53, 53); }},
    {"clients 64 Ki apart", [](auto n) { return ipv4_key(n << 16, 0xc0a8010a, 53, 53); }},
    {"neighbouring servers", [](auto n) { return ipv4_key(0x0a000001, 0xc0a80000 + n, 7, 80); }},
    {"hosts to themselves", [](auto n) { return ipv4_key(n, n, 7, 7); }},
    {"all ids of one pair", [](auto n) { return ipv4_key(0x0a000001, 0xc0a8010a, low(n), 0x800); }},
    {"all ports of one pair", [](auto n) { return ipv4_key(0x0a000001, 0xc0a8010a, 80, low(n)); }},
    {"equal ports", [](auto n) { return ipv4_key(0x0a000001, 0xc0a8010a, low(n), low(n)); }},
    {"hosts and ports alike",
     [](auto n) { return ipv4_key(0x0a000000 + n, 0xc0a8010a, low(n), 80); }},
    {"networks of IPv6", [](auto n) { return ipv6_key(n, 6, false); }},
    {"hosts of IPv6", [](auto n) { return ipv6_key(n, 14, false); }},
    {"both networks of IPv6", [](auto n) { return ipv6_key(n, 4, true); }},
};
constexpr std::uint32_t kKeys = 65536;
constexpr std::uint64_t kSecrets = 20;

/// How many pairs of the keys have an equal `part` of the hash.
template <typename Part>
double pairs_that_meet(const KeySet& set, const FlowHash& hash, Part&& part) {
  std::map<std::uint64_t, std::uint64_t> met;
  double pairs = 0;
  for (std::uint32_t n = 0; n < kKeys; ++n)
    pairs += static_cast<double>(met[part(hash(set.key(n)))]++);
  return pairs;
}

// Six keys to a home, as the index has them: as many pairs meet as among random numbers, whose
// count has a deviation of its root.
TEST(FlowHash, SpreadsKeysOverHomesAsIfTheyWereRandom) {
  constexpr std::uint64_t kHomes = kKeys / 6;
  constexpr double kExpected = double{kKeys} * (kKeys - 1) / 2 / kHomes;
  for (const KeySet& set : kSets) {
    for (std::uint64_t secret = 1; secret <= kSecrets; ++secret) {
      const FlowHash hash({secret, ~secret});
      const double pairs = pairs_that_meet(
          set, hash, [](std::uint64_t value) { return (value >> 32) * kHomes >> 32; });
      EXPECT_NEAR(pairs, kExpected, 6 * std::sqrt(kExpected)) << set.name << ", " << secret;
    }
  }
}

// The tag comes from the other end of the hash: two keys seldom share both.
TEST(FlowHash, TagsTellKeysOfOneHomeApart) {
  for (const KeySet& set : kSets) {
    double pairs = 0;
    for (std::uint64_t secret = 1; secret <= kSecrets; ++secret) {
      pairs += pairs_that_meet(set, FlowHash({secret, ~secret}), [](std::uint64_t value) {
        return (value >> 48) << 16 | (value & 0xffff);
      });
    }
    EXPECT_LE(pairs, 40) << set.name << ": half a pair a secret would be random";
  }
}

TEST(FlowHash, EachBitOfTheKeyAndOfTheSecretChangesHalfOfTheHash) {
  const FlowKey key = ipv4_key(0x0a000001, 0xc0a8010a, 1000, 53);
  for (unsigned bit = 0; bit < 32; ++bit) {
    FlowKey other = key;
    other.first.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    int changed = 0;
    for (std::uint64_t secret = 0; secret < 256; ++secret) {
      const FlowHash hash({secret, secret * secret});
      changed += std::popcount(hash(key) ^ hash(other));
    }
    EXPECT_NEAR(changed, 256 * 32, 256 * 3) << "bit " << bit;
  }
  int changed = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    changed += std::popcount(FlowHash({1, 2})(key) ^ FlowHash({1 ^ 1ULL << bit, 2})(key));
    changed += std::popcount(FlowHash({1, 2})(key) ^ FlowHash({1, 2 ^ 1ULL << bit})(key));
  }
  EXPECT_NEAR(changed, 128 * 32, 128 * 3);
}

TEST(FlowHash, EveryFieldCounts) {
  const FlowHash hash({1, 2});
  for (FlowKey key : {ipv4_key(1, 2, 3, 4), ipv6_key(5, 6, true)}) {
    const std::uint64_t before = hash(key);
    const auto differs = [&](auto&& change) {
      FlowKey other = key;
      change(other);
      EXPECT_NE(hash(other), before);
    };
    differs([](FlowKey& k) { k.first.bytes[3] ^= 1; });
    differs([](FlowKey& k) { k.second.bytes[3] ^= 1; });
    differs([](FlowKey& k) { k.first_port ^= 1; });
    differs([](FlowKey& k) { k.second_port ^= 1; });
    differs([](FlowKey& k) { k.zone ^= 1; });
    differs([](FlowKey& k) { k.protocol ^= 1; });
    differs([](FlowKey& k) { std::swap(k.first, k.second); });
  }
}

}  // namespace
}  // namespace statewall
