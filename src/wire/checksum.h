#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "statewall/packet.h"
#include "wire/bytes.h"
#include "wire/reading.h"

namespace statewall {

/// One's complement addition in 64 bits: the carry comes back in.
constexpr std::uint64_t add_around(std::uint64_t sum, std::uint64_t word) {
  std::uint64_t total = 0;
  const bool carry = __builtin_add_overflow(sum, word, &total);
  return total + (carry ? 1 : 0);
}

/// The bytes that begin at `data`, as a number of this machine's byte order.
template <typename Word>
Word load(const std::uint8_t* data) {
  Word word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

/// The one's complement sum of the Internet checksum (RFC 1071) over bytes that come in any number
/// of pieces of any length: an odd piece goes on in the next one.
///
/// Words are added in the byte order of this machine, 64 bits at a time; the bytes of the sum are
/// put in order once, at the end (RFC 1071 section 2 (B)).
class InternetSum {
 public:
  void add(Bytes bytes) {
    const std::uint64_t sum = sum_of(bytes);
    // A byte further every word has its bytes the other way round.
    add_native(odd_ ? std::rotl(sum, 8) : sum);
    odd_ ^= bytes.size() % 2 != 0;
  }

  /// Eight bytes. REQUIRES: an even number so far.
  void add_8(const std::uint8_t* data) { add_native(load<std::uint64_t>(data)); }

  /// Twenty bytes, as an IP header without options has them. REQUIRES: an even number so far.
  void add_20(const std::uint8_t* data) {
    add_8(data);
    add_8(data + 8);
    add_native(load<std::uint32_t>(data + 16));
  }

  /// REQUIRES: an even number of bytes so far.
  void add(const Address& address) {
    add_8(address.bytes.data());
    add_8(address.bytes.data() + 8);
  }

  /// One 16-bit word in host order. REQUIRES: an even number of bytes so far.
  void add_word(std::uint16_t word) { add_native(in_order(word)); }

  /// The sum in 16 bits, not complemented: 0xffff over data that holds its own right checksum.
  std::uint16_t folded() const {
    std::uint64_t sum = (sum_ & 0xffffffff) + (sum_ >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    return in_order(static_cast<std::uint16_t>(sum));
  }

  /// Does the data hold its own right checksum? Then the sum is zero in one's complement, which has
  /// two forms of it (RFC 1071): a multiple of 0xffff. Such alone, times the inverse of 0xffff
  /// modulo 2^64, are small (Granlund and Montgomery, 1994, section 9).
  bool right() const {
    constexpr std::uint64_t kInverse = 0xfffefffefffeffff, kMost = ~std::uint64_t{0} / 0xffff;
    static_assert(kInverse * 0xffff == 1);
    return sum_ * kInverse <= kMost;
  }

  /// What goes into the checksum field, where it was 0 in the sum.
  std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }

 private:
  static constexpr std::uint16_t in_order(std::uint16_t word) {
    if constexpr (std::endian::native == std::endian::big) return word;
    return static_cast<std::uint16_t>(word << 8 | word >> 8);
  }
  /// Fewer than eight bytes as a number, those that are missing behind them zero.
  static std::uint64_t short_word(const std::uint8_t* data, std::size_t size);

  /// The last `size` bytes of at least eight, 1 to 7 of them, as `short_word` has them.
  static std::uint64_t last_word(const std::uint8_t* end, std::size_t size) {
    const auto word = load<std::uint64_t>(end - 8);
    const std::size_t others = (8 - size) * 8;
    return std::endian::native == std::endian::little ? word >> others : word << others;
  }

  /// Two sums in turn: each addition need not wait for the one before.
  static std::uint64_t sum_of(Bytes bytes) {
    const std::uint8_t* at = bytes.data();
    const std::size_t size = bytes.size();
    if (size < 8) return short_word(at, size);
    std::uint64_t sum = 0;
    std::uint64_t other = 0;
    for (const std::uint8_t* const end = at + size / 32 * 32; at != end; at += 32) {
      sum = add_around(sum, load<std::uint64_t>(at));
      other = add_around(other, load<std::uint64_t>(at + 8));
      sum = add_around(sum, load<std::uint64_t>(at + 16));
      other = add_around(other, load<std::uint64_t>(at + 24));
    }
    if ((size & 16) != 0) {
      sum = add_around(sum, load<std::uint64_t>(at));
      other = add_around(other, load<std::uint64_t>(at + 8));
      at += 16;
    }
    sum = add_around(sum, other);
    if ((size & 8) != 0) {
      sum = add_around(sum, load<std::uint64_t>(at));
      at += 8;
    }
    const std::size_t left = size % 8;
    return left == 0 ? sum : add_around(sum, last_word(at + left, left));
  }

  void add_native(std::uint64_t words) { sum_ = add_around(sum_, words); }

  std::uint64_t sum_ = 0;
  bool odd_ = false;
};

/// The sum of the pseudo header of TCP, UDP and ICMPv6 (RFC 9293 3.1, RFC 768, RFC 8200 8.1). It is
/// the same for both families, since the unused bytes of an IPv4 Address are zero.
inline InternetSum pseudo_header(const Address& source, const Address& destination,
                                 std::uint8_t protocol, std::uint32_t length) {
  InternetSum sum;
  sum.add(source);
  sum.add(destination);
  sum.add_word(static_cast<std::uint16_t>(length >> 16));
  sum.add_word(static_cast<std::uint16_t>(length));
  sum.add_word(protocol);
  return sum;
}

/// Judges the checksum over the first `length` bytes of `message`, which may hold less of them.
/// There is no pseudo header.
Checksum judge_checksum(Bytes message, std::size_t length);

/// What the checksum of a transport goes over.
struct TransportChecksum {
  std::uint32_t length = 0;    ///< by the headers, captured or not
  std::uint32_t covered = 0;   ///< as many bytes of it; 0: all
  std::uint8_t field_at = 0;   ///< where the field is in the transport header
  bool pseudo_header = false;  ///< goes over the pseudo header too
  bool offloadable = false;    ///< hosts leave it to the network card
};

/// Judges the checksum of the transport that begins `message`, as far as the mode asks for it and
/// one packet can tell: a fragment cannot. An offloaded field holds the sum of the pseudo header.
/// In the header, since what each protocol gives it is known where it is called.
inline Checksum judge_transport(const Reading& reading, const Packet& packet, Bytes message,
                                const TransportChecksum& over) {
  const Headers& h = packet.headers;
  const bool lenient = reading.mode != ChecksumMode::verify;
  if (reading.mode == ChecksumMode::ignore || (lenient && h.fragment())) return Checksum::none;
  if (over.pseudo_header && lenient && !reading.pseudo_header_known) return Checksum::none;
  if (over.length < over.field_at + 2u) return Checksum::none;
  const std::uint32_t covered = over.covered == 0 ? over.length : over.covered;
  if (message.size() < covered) return Checksum::cut;

  InternetSum pseudo;
  if (over.pseudo_header) {
    pseudo = pseudo_header(h.source, h.destination, h.protocol, over.length);
  }
  InternetSum sum = pseudo;
  sum.add(message.first(covered));
  if (sum.right()) return Checksum::good;
  const bool offloaded =
      over.offloadable && lenient && message.u16(over.field_at) == pseudo.folded();
  return offloaded ? Checksum::offloaded : Checksum::bad;
}

}  // namespace statewall
