#include "wire/checksum.h"

#include <array>
#include <bit>
#include <cstring>

namespace statewall {
namespace {

constexpr bool kLittleEndian = std::endian::native == std::endian::little;

constexpr std::uint16_t swapped(std::uint16_t word) {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

constexpr std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

template <typename Word>
Word load(const std::uint8_t* data) {
  Word word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

/// Adds with the carry brought back in, as one's complement wants it.
constexpr std::uint64_t add_around(std::uint64_t sum, std::uint64_t word) {
  sum += word;
  return sum + (sum < word ? 1 : 0);
}

// The sum of the 16-bit words of `bytes`, the last one filled with zero. Words are added in the
// byte order of this machine, 64 bits at a time, and the sum is swapped: RFC 1071 section 2 (B).
std::uint16_t sum_of(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t sum = 0;
  for (; left >= 32; at += 32, left -= 32) {
    sum = add_around(sum, load<std::uint64_t>(at));
    sum = add_around(sum, load<std::uint64_t>(at + 8));
    sum = add_around(sum, load<std::uint64_t>(at + 16));
    sum = add_around(sum, load<std::uint64_t>(at + 24));
  }
  for (; left >= 4; at += 4, left -= 4) sum = add_around(sum, load<std::uint32_t>(at));
  if (left >= 2) {
    sum = add_around(sum, load<std::uint16_t>(at));
    at += 2;
    left -= 2;
  }
  if (left == 1) {
    sum = add_around(sum, kLittleEndian ? std::uint64_t{*at} : std::uint64_t{*at} << 8);
  }
  return kLittleEndian ? swapped(fold(sum)) : fold(sum);
}

/// In one's complement zero has two forms (RFC 1071); one of them only bytes that are all zero
/// have.
bool is_zero(std::uint16_t sum) { return sum == 0xffff || sum == 0; }

}  // namespace

void InternetSum::add(Bytes bytes) {
  const std::uint16_t sum = sum_of(bytes);
  sum_ += odd_ ? swapped(sum) : sum;
  odd_ ^= bytes.size() % 2 != 0;
}

std::uint16_t InternetSum::folded() const { return fold(sum_); }

InternetSum pseudo_header(const Address& source, const Address& destination, std::uint8_t protocol,
                          std::uint32_t length) {
  InternetSum sum;
  std::array<std::uint8_t, 32> addresses;
  std::memcpy(addresses.data(), source.bytes.data(), 16);
  std::memcpy(addresses.data() + 16, destination.bytes.data(), 16);
  sum.add(Bytes(addresses));
  sum.add_word(static_cast<std::uint16_t>(length >> 16));
  sum.add_word(static_cast<std::uint16_t>(length));
  sum.add_word(protocol);
  return sum;
}

Checksum judge_checksum(Bytes message, std::size_t length) {
  if (message.size() < length) return Checksum::cut;
  InternetSum sum;
  sum.add(message.first(length));
  return is_zero(sum.folded()) ? Checksum::good : Checksum::bad;
}

Checksum judge_transport(const Reading& reading, const Packet& packet, Bytes message,
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
  if (is_zero(sum.folded())) return Checksum::good;
  const bool offloaded =
      over.offloadable && lenient && message.u16(over.field_at) == pseudo.folded();
  return offloaded ? Checksum::offloaded : Checksum::bad;
}

}  // namespace statewall
