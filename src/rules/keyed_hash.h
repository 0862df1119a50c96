#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "statewall/address.h"
#include "track/siphash.h"

namespace statewall::rules {

/// Whose packets are counted together: by `hashlimit`, `connlimit` and `recent`. What does not
/// count is zero.
struct HostKey {
  Address source;
  Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t zone = 0;
  std::uint16_t family = 0;
  friend bool operator==(const HostKey&, const HostKey&) = default;
};
static_assert(sizeof(HostKey) == 40);

/// A hash of host keys under a secret.
struct HostHash {
  std::array<std::uint64_t, 2> secret{};

  std::uint64_t operator()(const HostKey& key) const {
    std::array<std::uint64_t, 5> words;
    std::memcpy(words.data(), &key, sizeof key);
    return siphash13(secret, words);
  }
};

/// The first `length` bits of an address.
inline Address first_bits(Address address, unsigned length) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = length > i * 8 ? length - i * 8 : 0;
    if (kept < 8) {
      address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xff00 >> kept));
    }
  }
  return address;
}

}  // namespace statewall::rules
