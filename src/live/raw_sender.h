#pragma once

#include <cstdint>
#include <span>

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// Sends whole IP packets, which the system then routes: what REJECT answers.
class RawSender {
 public:
  /// `mark` is the system's mark of what is sent, by which its own rules can let it pass.
  static Result<RawSender> open(std::uint32_t mark);

  /// `scope` is the interface behind which a link-local address lies; 0: unknown. False when the
  /// system did not take it.
  bool send(std::span<const std::uint8_t> packet, std::uint32_t scope) const;

 private:
  Descriptor ipv4_, ipv6_;
};

}  // namespace statewall
