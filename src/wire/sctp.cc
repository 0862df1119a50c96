#include "wire/sctp.h"

#include <array>

#include "wire/crc32c.h"

namespace statewall {
namespace {

using Chunk = SctpHeader::Chunk;

constexpr std::size_t kHeader = 12, kChecksumAt = 8, kChunkHeader = 4, kInitiate = 16;
constexpr std::uint8_t kData = 0;
constexpr std::uint8_t kTagReflected = 1;  // the T bit

Chunk chunk_of(std::uint8_t type) {
  switch (type) {
    case 1: return Chunk::init;
    case 2: return Chunk::init_ack;
    case 4: return Chunk::heartbeat;
    case 5: return Chunk::heartbeat_ack;
    case 6: return Chunk::abort;
    case 7: return Chunk::shutdown;
    case 8: return Chunk::shutdown_ack;
    case 9: return Chunk::error;
    case 10: return Chunk::cookie_echo;
    case 11: return Chunk::cookie_ack;
    case 14: return Chunk::shutdown_complete;
    default: return Chunk::other;
  }
}

// 3.2.1, 6.10: these come alone ...
bool alone(Chunk chunk) {
  return chunk == Chunk::init || chunk == Chunk::init_ack || chunk == Chunk::shutdown_complete;
}

// ... and these first.
bool first(Chunk chunk) { return chunk == Chunk::cookie_echo || chunk == Chunk::cookie_ack; }

void remember(SctpHeader& sctp, Chunk chunk, bool reflected) {
  if (sctp.count == SctpHeader::kMaxChunks) return;
  const auto is_same = [&](std::uint8_t place) {
    return sctp.chunks[place] == chunk && (sctp.reflected >> place & 1) == (reflected ? 1U : 0U);
  };
  if (sctp.count >= 2 && is_same(sctp.count - 1) && is_same(sctp.count - 2)) return;
  if (reflected) sctp.reflected |= 1U << sctp.count;
  sctp.chunks[sctp.count++] = chunk;
}

WireError read_chunks(Bytes chunks, SctpHeader& sctp) {
  bool lonely = false;
  bool any = false;
  while (chunks.size() >= kChunkHeader) {
    const Chunk chunk = chunk_of(chunks.u8(0));
    const std::uint16_t length = chunks.u16(2);
    lonely = lonely || alone(chunk);
    if (length == 0 || (any && (lonely || first(chunk)))) return WireError::sctp_chunks;
    any = true;
    sctp.has_data |= chunks.u8(0) == kData;
    remember(sctp, chunk, (chunks.u8(1) & kTagReflected) != 0);
    if (chunk == Chunk::init || chunk == Chunk::init_ack) {
      sctp.has_initiate_tag = chunks.size() >= kChunkHeader + kInitiate;
      sctp.initiate_tag = chunks.u32(kChunkHeader);
    }
    chunks = chunks.from((length + std::size_t{3}) / 4 * 4);
  }
  return any ? WireError::none : WireError::sctp_chunks;
}

Checksum judge(const Reading& reading, const Packet& packet, Bytes bytes) {
  const bool lenient = reading.mode != ChecksumMode::verify;
  if (reading.mode == ChecksumMode::ignore || (lenient && packet.headers.fragment())) {
    return Checksum::none;
  }
  if (bytes.size() < packet.l4_length) return Checksum::cut;
  constexpr std::array<std::uint8_t, 4> zero{};
  Crc32c crc;
  crc.add(bytes.first(kChecksumAt));
  crc.add(Bytes(zero));
  crc.add(bytes.from(kHeader));
  const std::uint32_t field = bytes.u32(kChecksumAt);
  if (__builtin_bswap32(field) == crc.value()) return Checksum::good;
  // A host leaves the field at 0 where its network card is to fill it in.
  const bool offloaded = field == 0 && reading.mode == ChecksumMode::automatic;
  return offloaded ? Checksum::offloaded : Checksum::bad;
}

}  // namespace

WireError read_sctp(const Reading& reading, Bytes bytes, Packet& packet) {
  packet.headers.source_port = bytes.u16(0);
  packet.headers.destination_port = bytes.u16(2);
  packet.sctp.tag = bytes.u32(4);
  if (bytes.size() < kHeader) return WireError::sctp_short;
  packet.l4_checksum = judge(reading, packet, bytes);
  const WireError error = read_chunks(bytes.from(kHeader), packet.sctp);
  // What the snap length took may have been the chunks.
  return error != WireError::none && bytes.size() < packet.l4_length ? WireError::none : error;
}

}  // namespace statewall
