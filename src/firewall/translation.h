#pragma once

#include <cstdint>

#include "firewall/text_writer.h"
#include "rules/fixed_map.h"
#include "rules/target.h"
#include "statewall/connection.h"

namespace statewall {

/// The connections that a kernel would translate. Of more than there is room for the oldest are
/// forgotten.
class Translations {
 public:
  static constexpr std::uint32_t kRoom = 1 << 16;

  void add(ConnectionId id) {
    if (ids_.find(id.number)) return;
    if (ids_.full()) ids_.erase(*ids_.oldest());
    ids_.insert(id.number, 0);
  }
  bool holds(ConnectionId id) { return ids_.size() != 0 && ids_.find(id.number) != nullptr; }

 private:
  struct Hash {
    std::uint64_t operator()(std::uint64_t number) const { return number; }
  };
  rules::FixedMap<std::uint64_t, std::uint8_t, Hash> ids_{kRoom};
};

/// "DNAT to 10.0.0.5:80", "MASQUERADE", "REDIRECT to port 8080", ...
void write_translation(TextWriter& out, const rules::NatTarget& target, Family family);

}  // namespace statewall
