#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "statewall/address.h"

// What a rule does with a packet that it matches, as values: `-j NAME` and its options, one struct
// a target. Members follow the options.

namespace statewall::rules {

/// No `-j`: the rule only counts.
struct NoTarget {
  friend bool operator==(const NoTarget&, const NoTarget&) = default;
};
struct AcceptTarget {
  friend bool operator==(const AcceptTarget&, const AcceptTarget&) = default;
};
struct DropTarget {
  friend bool operator==(const DropTarget&, const DropTarget&) = default;
};
struct ReturnTarget {
  friend bool operator==(const ReturnTarget&, const ReturnTarget&) = default;
};

/// `-j CHAIN` or `-g CHAIN`.
struct JumpTarget {
  std::uint32_t chain = 0;  ///< index into Table::chains
  bool is_goto = false;
  friend bool operator==(const JumpTarget&, const JumpTarget&) = default;
};

/// What a REJECT sends: a RST, or an ICMP error of a type and code.
struct RejectTarget {
  bool tcp_reset = false;
  std::uint8_t icmp_type = 3;
  std::uint8_t icmp_code = 3;
  friend bool operator==(const RejectTarget&, const RejectTarget&) = default;
};

struct LogTarget {
  std::uint8_t level = 4;
  std::string prefix{};  ///< at most 29 bytes
  bool tcp_sequence = false, tcp_options = false, ip_options = false, uid = false,
       macdecode = false;
  friend bool operator==(const LogTarget&, const LogTarget&) = default;
};

struct NflogTarget {
  std::uint16_t group = 0;
  std::string prefix;  ///< at most 127 bytes
  std::uint32_t size = 0;
  std::uint16_t threshold = 0;  ///< 0: not given
  bool size_given = false;
  friend bool operator==(const NflogTarget&, const NflogTarget&) = default;
};

/// mark = (mark & ~mask) ^ value
struct MarkTarget {
  std::uint32_t value = 0;
  std::uint32_t mask = 0xffffffff;
  friend bool operator==(const MarkTarget&, const MarkTarget&) = default;
};

struct ConnmarkTarget {
  enum class What : std::uint8_t { set, save, restore };
  What what = What::set;
  std::uint32_t value = 0;  ///< set: connmark = (connmark & ~ctmask) ^ value
  std::uint32_t ctmask = 0xffffffff;
  std::uint32_t nfmask = 0xffffffff;
  std::uint8_t shift = 0;  ///< bits
  bool shift_right = false;
  friend bool operator==(const ConnmarkTarget&, const ConnmarkTarget&) = default;
};

/// `-j NOTRACK`, `-j CT --notrack` and `-j CT --zone ...`.
struct CtTarget {
  bool written_as_notrack = false;
  bool notrack = false;
  bool zone_given = false;
  bool zone_from_mark = false;
  std::uint16_t zone = 0;
  bool for_original = true, for_reply = true;  ///< --zone-orig, --zone-reply
  friend bool operator==(const CtTarget&, const CtTarget&) = default;
};

/// `-j TTL` and `-j HL`.
struct TtlTarget {
  enum class How : std::uint8_t { set, increase, decrease };
  How how = How::set;
  std::uint8_t value = 0;
  friend bool operator==(const TtlTarget&, const TtlTarget&) = default;
};

/// tos = (tos & ~mask) ^ value
struct TosTarget {
  std::uint8_t value = 0;
  std::uint8_t mask = 0xff;
  friend bool operator==(const TosTarget&, const TosTarget&) = default;
};

struct DscpTarget {
  std::uint8_t value = 0;  ///< 0 to 63
  friend bool operator==(const DscpTarget&, const DscpTarget&) = default;
};

/// The targets of table nat. They are evaluated and shown; nothing is translated yet.
struct NatTarget {
  enum class Kind : std::uint8_t { dnat, snat, masquerade, redirect, netmap };
  Kind kind = Kind::dnat;
  bool addresses_given = false;
  Address low, high;  ///< inclusive; NETMAP: address and mask
  bool ports_given = false;
  std::uint16_t port_low = 0, port_high = 0;
  std::uint16_t port_base = 0;  ///< DNAT: the `/PORT` behind a range of ports; 0: none
  bool random = false, random_fully = false, persistent = false;
  friend bool operator==(const NatTarget&, const NatTarget&) = default;
};

/// A target that is not supported, kept under `--unsupported skip`.
struct UnsupportedTarget {
  std::string name;
  std::string words;  ///< as written, from `-j` on
  friend bool operator==(const UnsupportedTarget&, const UnsupportedTarget&) = default;
};

using Target =
    std::variant<NoTarget, AcceptTarget, DropTarget, ReturnTarget, JumpTarget, RejectTarget,
                 LogTarget, NflogTarget, MarkTarget, ConnmarkTarget, CtTarget, TtlTarget, TosTarget,
                 DscpTarget, NatTarget, UnsupportedTarget>;

}  // namespace statewall::rules
