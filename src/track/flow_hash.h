#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "track/flow_key.h"
#include "track/siphash.h"

namespace statewall {

/// The hash of keys, under a secret. Words meet secret words and are multiplied in pairs; the two
/// halves of each product are laid over each other. Keys that somebody chooses who does not know
/// the secret collide as seldom as random ones: what a difference between two of them makes of a
/// product depends on the secret. It is no cryptographic hash, and need not be one: nobody outside
/// sees what it gives. It takes a tenth of the instructions of SipHash, which only makes the secret
/// words here.
class FlowHash {
 public:
  explicit FlowHash(const std::array<std::uint64_t, 2>& key) {
    for (std::uint64_t i = 0; i < secret_.size(); ++i) {
      secret_[i] = siphash13(key, std::array<std::uint64_t, 1>{i});
    }
  }

  /// IPv4 leaves most of the address bytes zero: both addresses fit one word.
  std::uint64_t operator()(const FlowKey& key) const {
    std::uint64_t rest;
    std::memcpy(&rest, reinterpret_cast<const std::byte*>(&key) + kRestOfKey, sizeof rest);
    if (key.family == Family::ipv6) return of_ipv6(key, rest);
    const std::uint64_t ends =
        load<std::uint32_t>(key.first, 0) << 32 | load<std::uint32_t>(key.second, 0);
    return finish(product(ends ^ secret_[0], rest ^ secret_[1]));
  }

 private:
  __extension__ using Wide = unsigned __int128;

  template <typename Word>
  static std::uint64_t load(const Address& address, std::size_t at) {
    Word word;
    std::memcpy(&word, address.bytes.data() + at, sizeof word);
    return word;
  }

  static std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    const Wide wide = Wide{a} * b;
    return static_cast<std::uint64_t>(wide) ^ static_cast<std::uint64_t>(wide >> 64);
  }

  std::uint64_t finish(std::uint64_t word) const { return product(word ^ secret_[2], secret_[3]); }

  std::uint64_t of_ipv6(const FlowKey& key, std::uint64_t rest) const {
    const auto pair = [&](const Address& address, std::size_t at) {
      return product(load<std::uint64_t>(address, 0) ^ secret_[at],
                     load<std::uint64_t>(address, 8) ^ secret_[at + 1]);
    };
    return finish(
        product(pair(key.first, 4) ^ secret_[0], pair(key.second, 6) ^ rest ^ secret_[1]));
  }

  std::array<std::uint64_t, 8> secret_;
};

}  // namespace statewall
