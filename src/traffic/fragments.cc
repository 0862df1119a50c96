#include "traffic/fragments.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "traffic/ip_writer.h"

namespace statewall {
namespace {

constexpr std::size_t kUnit = 8;

struct Piece {
  std::size_t offset = 0;  ///< in bytes
  std::size_t length = 0;
  bool more = true;
  bool other_id = false;
};

std::vector<Piece> cut(Random& random, std::size_t size) {
  constexpr std::size_t kSizes[] = {8, 8, 16, 24, 32, 64, 200, 504};
  constexpr std::size_t kMostPieces = 12;
  std::size_t step = random.of(kSizes);
  while (size / step > kMostPieces) step *= 2;
  if (step >= size) step = std::max(kUnit, size / 2 / kUnit * kUnit);
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < size; at += step) {
    pieces.push_back({at, std::min(step, size - at), at + step < size});
  }
  return pieces;
}

void shuffle(Random& random, std::vector<Piece>& pieces) {
  for (std::size_t left = pieces.size(); left > 1; --left) {
    std::swap(pieces[left - 1], pieces[random.below(static_cast<std::uint32_t>(left))]);
  }
}

/// One thing that a receiver must not fall for.
void trick(Random& random, std::vector<Piece>& pieces, std::size_t size) {
  const std::size_t at = random.below(static_cast<std::uint32_t>(pieces.size()));
  Piece& piece = pieces[at];
  Piece copy = piece;
  const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(13)) {
    case 0: pieces.erase(place); break;
    case 1: pieces.insert(place, copy); break;
    case 2: pieces.push_back(copy); break;
    case 3:  // reaches into the one before it
      if (piece.offset >= kUnit) {
        piece.offset -= kUnit;
        piece.length += kUnit;
      }
      break;
    case 4: piece.length += kUnit; break;  // and into the one behind it
    case 5:                                // inside another
      copy.length = std::min(copy.length, kUnit);
      pieces.push_back(copy);
      break;
    case 6: piece.more = !piece.more; break;
    case 7:
      if (piece.length > 1)
        piece.length -=
            1 + random.below(std::min(7U, static_cast<std::uint32_t>(piece.length) - 1));
      break;
    case 8: piece.length = 0; break;
    case 9: piece.other_id = true; break;
    case 10: pieces.push_back({(size + kUnit) / kUnit * kUnit, kUnit, random.one_in(2)}); break;
    case 11: pieces.push_back({65528, 8 + kUnit * random.below(2), random.one_in(2)}); break;
    default:  // another end than before
      pieces.push_back({size / kUnit * kUnit, kUnit + random.below(9), false});
      break;
  }
}

/// What stands before the fragments' data in each: IPv6 has a header of its own for it, behind the
/// headers that each router reads.
struct Frame {
  bool six = false;
  Octets head;
  std::size_t next_at = 6;  ///< of the byte that names what follows
  std::uint8_t next = 0;
  std::uint32_t id = 0;
};

Frame frame_of(Random& random, const Octets& packet) {
  Frame frame;
  frame.six = family_of(packet) == Family::ipv6;
  std::size_t length = header_length(packet);
  frame.id = random.one_in(4) ? random.below(3) : random.u32();
  if (frame.six) {
    frame.next = packet[6];
    if (frame.next == ip_protocol::hop_by_hop && packet.size() > length + kUnit) {
      frame.next_at = length;
      frame.next = packet[length];
      length = std::min(packet.size(), length + kUnit + packet[length + 1] * kUnit);
    }
  }
  frame.head.assign(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
  return frame;
}

void put16(Octets& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

Octets write(const Frame& frame, const Octets& data, const Piece& piece) {
  constexpr std::uint16_t kMore4 = 0x2000;
  Octets out = frame.head;
  const std::uint32_t id = frame.id + (piece.other_id ? 1 : 0);
  if (frame.six) {
    out[frame.next_at] = ip_protocol::fragment;
    out.insert(out.end(), {frame.next, 0});
    append16(out, static_cast<std::uint32_t>(piece.offset | (piece.more ? 1U : 0U)) & 0xffff);
    append32(out, id);
  } else {
    put16(out, 4, id);
    put16(out, 6, piece.offset / kUnit | (piece.more ? kMore4 : 0U));
  }
  for (std::size_t i = 0; i < piece.length; ++i) {
    const std::size_t at = piece.offset + i;
    out.push_back(at < data.size() ? data[at] : std::uint8_t{0xee});
  }
  if (frame.six) {
    put16(out, 4, out.size() - 40);
  } else {
    put16(out, 2, out.size());
    mend_ipv4_checksum(out);
  }
  return out;
}

}  // namespace

std::vector<Octets> fragments_of(Random& random, const Octets& packet) {
  if (header_length(packet) < 20 || packet.size() < header_length(packet) + kUnit + 1) return {};
  const Frame frame = frame_of(random, packet);
  const Octets data(packet.begin() + static_cast<std::ptrdiff_t>(frame.head.size()), packet.end());
  if (data.size() <= kUnit) return {};
  std::vector<Piece> pieces = cut(random, data.size());
  switch (random.below(4)) {
    case 0: shuffle(random, pieces); break;
    case 1: std::ranges::reverse(pieces); break;
    default: break;
  }
  if (random.one_in(3)) trick(random, pieces, data.size());
  if (!pieces.empty() && random.one_in(12)) trick(random, pieces, data.size());
  std::vector<Octets> out;
  for (const Piece& piece : pieces) out.push_back(write(frame, data, piece));
  return out;
}

}  // namespace statewall
