#pragma once

#include <cstdint>

#include "wire/bytes.h"

namespace statewall {

/// The CRC32c that SCTP has instead of a checksum (RFC 9260 appendix A). It goes over the whole
/// packet with the field's four bytes 0, and stands in the packet least significant byte first.
class Crc32c {
 public:
  void add(Bytes bytes);
  std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xffffffff;
};

}  // namespace statewall
