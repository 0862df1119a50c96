#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "statewall/address.h"
#include "statewall/time.h"

// The conditions of a rule, as values: what `-m NAME` and its options say, one struct a match.
// What they mean is in `matching.cc`; how they are written, in the files `syntax_*.cc`. Names of
// members follow the options. `inverted` is a `!` before the option. Numbers are in host order.

namespace statewall::rules {

/// An inclusive range of numbers, perhaps inverted: `! --sport 1024:65535`.
template <typename Number>
struct Range {
  Number low = 0;
  Number high = 0;
  bool inverted = false;

  /// Does it hold `number`, the inversion counted?
  constexpr bool holds(Number number) const {
    return (low <= number && number <= high) != inverted;
  }
  friend bool operator==(const Range&, const Range&) = default;
};

inline constexpr Range<std::uint16_t> kAnyPort{0, 65535};
inline constexpr Range<std::uint32_t> kAnySpi{0, 0xffffffff};

/// `value/mask`: true of numbers that, masked, equal the value.
struct Masked {
  std::uint32_t value = 0;
  std::uint32_t mask = 0xffffffff;
  bool inverted = false;
  friend bool operator==(const Masked&, const Masked&) = default;
};

/// An address and a mask, which need not be a prefix; a mask of zeros holds every address. IPv4 in
/// the first four bytes of both.
struct Network {
  Address address;
  Address mask;
  bool inverted = false;
  friend bool operator==(const Network&, const Network&) = default;
};

struct TcpMatch {
  Range<std::uint16_t> source_port = kAnyPort;
  Range<std::uint16_t> destination_port = kAnyPort;
  std::uint8_t flags_mask = 0;  ///< with `flags` and no inversion: no condition
  std::uint8_t flags = 0;
  bool flags_inverted = false;
  std::uint8_t option = 0;  ///< a TCP option by number; 0: no condition
  bool option_inverted = false;
  friend bool operator==(const TcpMatch&, const TcpMatch&) = default;
};

struct UdpMatch {
  Range<std::uint16_t> source_port = kAnyPort;
  Range<std::uint16_t> destination_port = kAnyPort;
  friend bool operator==(const UdpMatch&, const UdpMatch&) = default;
};

/// `-m icmp` and `-m icmp6`. Where `any`, the rest does not count.
struct IcmpMatch {
  bool any = false;
  std::uint8_t type = 0;
  std::uint8_t code_low = 0;
  std::uint8_t code_high = 255;
  bool inverted = false;
  friend bool operator==(const IcmpMatch&, const IcmpMatch&) = default;
};

/// `-m state`, an older way to write `-m conntrack --ctstate`, and `-m conntrack`.
struct ConntrackMatch {
  /// Bits of `states`.
  static constexpr std::uint8_t kInvalid = 1, kNew = 2, kRelated = 4, kEstablished = 8,
                                kUntracked = 16, kSnat = 32, kDnat = 64;
  /// Bits of `statuses`.
  static constexpr std::uint8_t kExpected = 1, kSeenReply = 2, kAssured = 4, kConfirmed = 8;
  /// Which options there are: bits of `given`.
  static constexpr std::uint16_t kState = 1, kProto = 2, kOrigSrc = 4, kOrigDst = 8, kReplSrc = 16,
                                 kReplDst = 32, kOrigSrcPort = 64, kOrigDstPort = 128,
                                 kReplSrcPort = 256, kReplDstPort = 512, kStatus = 1024,
                                 kExpire = 2048, kDirection = 4096;

  bool written_as_state = false;
  std::uint16_t given = 0;
  std::uint8_t states = 0;
  bool states_inverted = false;
  std::uint8_t statuses = 0;
  bool statuses_inverted = false;
  std::uint8_t protocol = 0;
  bool protocol_inverted = false;
  bool reply = false;  ///< --ctdir
  Network original_source{}, original_destination{}, reply_source{}, reply_destination{};
  Range<std::uint16_t> original_source_port{}, original_destination_port{}, reply_source_port{},
      reply_destination_port{};
  Range<std::uint32_t> expire{};  ///< seconds
  friend bool operator==(const ConntrackMatch&, const ConntrackMatch&) = default;
};

struct MultiportMatch {
  enum class Which : std::uint8_t { source, destination, either };
  Which which = Which::either;
  std::vector<Range<std::uint16_t>> ports{};  ///< at most 15, a range counts as two
  bool inverted = false;
  friend bool operator==(const MultiportMatch&, const MultiportMatch&) = default;
};

struct MarkMatch {
  Masked mark;
  friend bool operator==(const MarkMatch&, const MarkMatch&) = default;
};

struct ConnmarkMatch {
  Masked mark;
  friend bool operator==(const ConnmarkMatch&, const ConnmarkMatch&) = default;
};

struct CommentMatch {
  std::string text;
  friend bool operator==(const CommentMatch&, const CommentMatch&) = default;
};

struct IpRangeMatch {
  struct Addresses {
    bool given = false;
    Address low{}, high{};
    bool inverted = false;
    friend bool operator==(const Addresses&, const Addresses&) = default;
  };
  Addresses source{}, destination{};
  friend bool operator==(const IpRangeMatch&, const IpRangeMatch&) = default;
};

struct AddrtypeMatch {
  /// Bits of `source` and `destination`, by the kernel's names: 1 << RTN_...
  static constexpr std::uint16_t kUnspec = 1, kUnicast = 2, kLocal = 4, kBroadcast = 8,
                                 kAnycast = 16, kMulticast = 32, kBlackhole = 64,
                                 kUnreachable = 128, kProhibit = 256, kThrow = 512, kNat = 1024,
                                 kXresolve = 2048;
  std::uint16_t source = 0;  ///< 0: not asked for
  bool source_inverted = false;
  std::uint16_t destination = 0;
  bool destination_inverted = false;
  bool limit_iface_in = false, limit_iface_out = false;
  friend bool operator==(const AddrtypeMatch&, const AddrtypeMatch&) = default;
};

/// Bytes of the packet, IP header included, in either family.
struct LengthMatch {
  Range<std::uint16_t> length;
  friend bool operator==(const LengthMatch&, const LengthMatch&) = default;
};

/// `-m ttl`, and `-m hl` for IPv6.
struct TtlMatch {
  enum class How : std::uint8_t { equal, not_equal, less, greater };
  How how = How::equal;
  std::uint8_t value = 0;
  friend bool operator==(const TtlMatch&, const TtlMatch&) = default;
};

struct TosMatch {
  std::uint8_t value = 0;
  std::uint8_t mask = 0xff;
  bool inverted = false;
  friend bool operator==(const TosMatch&, const TosMatch&) = default;
};

struct DscpMatch {
  std::uint8_t value = 0;  ///< 0 to 63
  bool inverted = false;
  friend bool operator==(const DscpMatch&, const DscpMatch&) = default;
};

struct MacMatch {
  std::array<std::uint8_t, 6> source{};
  bool inverted = false;
  friend bool operator==(const MacMatch&, const MacMatch&) = default;
};

struct PkttypeMatch {
  enum class Type : std::uint8_t { unicast, broadcast, multicast, otherhost };
  Type type = Type::unicast;
  bool inverted = false;
  friend bool operator==(const PkttypeMatch&, const PkttypeMatch&) = default;
};

/// A rate as iptables keeps it: `period` is the time between two packets, in ten thousandths of a
/// second: 10/sec is 1000.
struct LimitMatch {
  std::uint32_t period = 12000000;  ///< default 3/hour
  std::uint32_t burst = 5;
  friend bool operator==(const LimitMatch&, const LimitMatch&) = default;
};

struct ConnlimitMatch {
  std::uint32_t limit = 0;
  bool above = false;  ///< --connlimit-above; else -upto
  std::uint8_t prefix_length = 32;
  bool by_destination = false;
  friend bool operator==(const ConnlimitMatch&, const ConnlimitMatch&) = default;
};

struct HashlimitMatch {
  /// Bits of `mode`.
  static constexpr std::uint8_t kDstIp = 1, kDstPort = 2, kSrcIp = 4, kSrcPort = 8;
  std::string name{};
  bool above = false;  ///< --hashlimit-above; else -upto
  bool bytes = false;  ///< the rate is in bytes a second: `512kb/s`
  bool rate_match = false;
  /// Packets: how many in `unit` seconds. Bytes: bytes a second, `unit` 1.
  std::uint64_t average = 0;
  std::uint32_t unit = 1;
  /// Packets; of bytes a multiple of `average`, 0 where none was given.
  std::uint64_t burst = 5;
  std::uint8_t mode = 0;
  std::uint8_t source_prefix_length = 32, destination_prefix_length = 32;
  std::uint32_t size = 0, max = 0;   ///< 0: not given
  std::uint32_t gc_interval = 1000;  ///< milliseconds
  std::uint32_t expire = 0;          ///< milliseconds; the loader fills in the default
  std::uint32_t rate_interval = 1;   ///< seconds, with rate_match
  friend bool operator==(const HashlimitMatch&, const HashlimitMatch&) = default;
};

struct RecentMatch {
  enum class What : std::uint8_t { set, rcheck, update, remove };
  What what = What::rcheck;
  bool inverted = false;
  std::uint32_t seconds = 0;   ///< 0: not given
  std::uint32_t hitcount = 0;  ///< 0: not given
  bool reap = false, rttl = false;
  std::string name = "DEFAULT";
  bool by_destination = false;
  Address mask{};  ///< all ones unless given
  friend bool operator==(const RecentMatch&, const RecentMatch&) = default;
};

struct StatisticMatch {
  bool nth = false;  ///< --mode nth; else random
  bool inverted = false;
  std::uint32_t probability = 0;  ///< of 2^31
  std::uint32_t every = 1;        ///< --every
  std::uint32_t packet = 0;
  friend bool operator==(const StatisticMatch&, const StatisticMatch&) = default;
};

/// Everything is UTC; `--kerneltz` is kept, and means the same here.
struct TimeMatch {
  std::uint32_t date_start = 0;
  std::uint32_t date_stop = 0x7fffffff;           ///< seconds since 1970; the default ends in 2038
  std::uint32_t day_start = 0, day_stop = 86399;  ///< seconds since midnight
  std::uint32_t month_days = 0xfffffffe;          ///< bit n: day n
  std::uint8_t week_days = 0xfe;                  ///< bit 1: Monday ... bit 7: Sunday
  bool contiguous = false, kerneltz = false;
  friend bool operator==(const TimeMatch&, const TimeMatch&) = default;
};

struct SctpMatch {
  enum class Chunks : std::uint8_t { none, all, any, only };
  /// A condition on the flags of one chunk type: `DATA:UBe`.
  struct Flags {
    std::uint8_t type = 0;
    std::uint8_t mask = 0;
    std::uint8_t flags = 0;
    friend bool operator==(const Flags&, const Flags&) = default;
  };
  Range<std::uint16_t> source_port = kAnyPort;
  Range<std::uint16_t> destination_port = kAnyPort;
  bool source_given = false, destination_given = false, chunks_given = false;
  Chunks chunks = Chunks::any;
  std::bitset<256> types{};
  std::vector<Flags> flags{};
  bool chunks_inverted = false;
  friend bool operator==(const SctpMatch&, const SctpMatch&) = default;
};

struct EspMatch {
  Range<std::uint32_t> spi = kAnySpi;
  friend bool operator==(const EspMatch&, const EspMatch&) = default;
};

struct AhMatch {
  Range<std::uint32_t> spi = kAnySpi;
  Range<std::uint32_t> length{0, 0};  ///< IPv6 only; bytes; 0: any
  bool reserved_zero = false;         ///< IPv6 only: --ahres
  friend bool operator==(const AhMatch&, const AhMatch&) = default;
};

/// `-m frag`, of IPv6.
struct FragMatch {
  Range<std::uint32_t> id = kAnySpi;
  std::uint32_t length = 0;  ///< --fraglen
  bool length_given = false, length_inverted = false;
  bool reserved = false, first = false, more = false, last = false;
  friend bool operator==(const FragMatch&, const FragMatch&) = default;
};

/// `-m rt`, the IPv6 routing header.
struct RtMatch {
  bool type_given = false, type_inverted = false;
  std::uint32_t type = 0;
  Range<std::uint32_t> segments_left = kAnySpi;
  bool segments_left_given = false;
  std::uint32_t length = 0;
  bool length_given = false, length_inverted = false;
  bool reserved = false;             ///< --rt-0-res
  std::vector<Address> addresses{};  ///< --rt-0-addrs
  bool addresses_not_strict = false;
  friend bool operator==(const RtMatch&, const RtMatch&) = default;
};

/// `-m hbh` and `-m dst`, IPv6 options.
struct OptionsMatch {
  struct Option {
    std::uint8_t type = 0;
    std::int16_t length = -1;  ///< -1: any
    friend bool operator==(const Option&, const Option&) = default;
  };
  bool destination = false;  ///< `-m dst`; else `-m hbh`
  std::uint32_t length = 0;
  bool length_given = false, length_inverted = false;
  std::vector<Option> options{};
  friend bool operator==(const OptionsMatch&, const OptionsMatch&) = default;
};

/// A match that is not supported, kept under `--unsupported skip`: its rule never matches.
struct UnsupportedMatch {
  std::string name;
  std::string words;  ///< as written, from `-m` on
  friend bool operator==(const UnsupportedMatch&, const UnsupportedMatch&) = default;
};

using Match =
    std::variant<TcpMatch, UdpMatch, IcmpMatch, ConntrackMatch, MultiportMatch, MarkMatch,
                 ConnmarkMatch, CommentMatch, IpRangeMatch, AddrtypeMatch, LengthMatch, TtlMatch,
                 TosMatch, DscpMatch, MacMatch, PkttypeMatch, LimitMatch, ConnlimitMatch,
                 HashlimitMatch, RecentMatch, StatisticMatch, TimeMatch, SctpMatch, EspMatch,
                 AhMatch, FragMatch, RtMatch, OptionsMatch, UnsupportedMatch>;

}  // namespace statewall::rules
