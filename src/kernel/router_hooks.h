#pragma once

#include <cstdint>
#include <optional>

#include "statewall/result.h"

// The nft rules with which a router tells where each packet got to. They stand before and behind
// those of iptables, and touch nothing that those see.

namespace statewall {

/// Log groups of our own, out of the way of those that rulesets name.
inline constexpr std::uint16_t kStepGroup = 0xfe01;    ///< a step, without the packet
inline constexpr std::uint16_t kPacketGroup = 0xfe02;  ///< one with it: sent, and the last

/// What stands in the prefix of a message: where the packet is. Behind `tracked` stands a letter of
/// `marks()`.
namespace step {
inline constexpr char fragment = 'f';   ///< it came from an interface, in a fragment
inline constexpr char arrived = 'a';    ///< it came, and is whole, or was made so
inline constexpr char sent = 's';       ///< by the router itself
inline constexpr char tracked = 't';    ///< conntrack has seen it
inline constexpr char looked_up = 'p';  ///< it is through with PREROUTING
inline constexpr char routed = 'r';     ///< it is let into INPUT or FORWARD
inline constexpr char delivered = 'd';  ///< through all, to the router itself
inline constexpr char left = 'l';       ///< through all, and out
inline constexpr char looped = 'b';     ///< out to the router itself: it comes in again
}  // namespace step

/// Loads the rules that stand behind all others, confirmation by conntrack among them, and that
/// make every packet end there, so that nobody answers. REQUIRES: nothing in the calling thread's
/// namespace tracks connections yet.
std::optional<Error> load_router_ends();

/// Loads the others, with which the kernel begins to track.
std::optional<Error> load_router_steps();

}  // namespace statewall
