#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "statewall/result.h"

// What the kernel says over netlink (RFC 3549), read from any bytes at all: nothing here reads
// beyond the bytes it was given or trusts a length in them. Sockets, and messages to the kernel,
// are libmnl's.

namespace statewall {

/// One attribute: a type, without the flags that some carry, and its bytes.
struct NetlinkAttribute {
  std::uint16_t type = 0;
  std::span<const std::uint8_t> value;
};

/// Goes through attributes; it ends at the first that its bytes do not hold whole.
class NetlinkAttributes {
 public:
  explicit NetlinkAttributes(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  std::optional<NetlinkAttribute> next();

 private:
  std::span<const std::uint8_t> rest_;
};

struct NetlinkMessage {
  std::uint16_t type = 0;
  std::span<const std::uint8_t> payload;  ///< behind the header
};

/// Goes through the messages of a datagram, in the same way.
class NetlinkMessages {
 public:
  explicit NetlinkMessages(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  std::optional<NetlinkMessage> next();

 private:
  std::span<const std::uint8_t> rest_;
};

/// The errno of a message of type NLMSG_ERROR: 0 is an acknowledgement, EBADMSG stands for a number
/// that no kernel sends. Nothing if it is no such message.
std::optional<int> error_number(const NetlinkMessage& message);

}  // namespace statewall
