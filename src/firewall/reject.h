#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "rules/subject.h"
#include "rules/target.h"

namespace statewall {

/// Bytes that an answer takes at most: an ICMPv6 error of 1280.
inline constexpr std::size_t kLongestAnswer = 1280;

/// Writes the IP packet that REJECT sends for this one, and returns how long it is; 0 where a
/// kernel sends none (H17): to later fragments, RSTs, ICMP errors, broadcasts, and packets whose
/// checksum is wrong. `modern`: kernels since 2.6 (H18).
///
/// An error comes from the address that the packet went to, if that is the firewall's own, else
/// from the firewall's address towards the sender; where the topology names none, from the address
/// that the packet went to.
std::size_t write_answer(std::span<std::uint8_t, kLongestAnswer> out,
                         const rules::RejectTarget& target, const rules::Subject& subject,
                         bool modern);

}  // namespace statewall
