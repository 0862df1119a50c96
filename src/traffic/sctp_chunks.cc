#include "traffic/sctp_chunks.h"

namespace statewall {

void add_chunk(Octets& chunks, std::uint8_t type, std::uint8_t flags,
               std::span<const std::uint8_t> value) {
  constexpr std::size_t kHeader = 4;
  chunks.insert(chunks.end(), {type, flags});
  append16(chunks, static_cast<std::uint32_t>(kHeader + value.size()));
  chunks.insert(chunks.end(), value.begin(), value.end());
  while (chunks.size() % 4 != 0) chunks.push_back(0);
}

void add_init(Octets& chunks, std::uint8_t type, std::uint32_t tag) {
  constexpr std::uint32_t kWindow = 65536, kStreams = 0x00050005;
  Octets value;
  append32(value, tag);
  append32(value, kWindow);
  append32(value, kStreams);
  append32(value, tag + 1);  // first transmission sequence number
  if (type == sctp_chunk::init_ack) {
    append32(value, 0x00070008);  // parameter 7, a cookie of four bytes
    append32(value, tag);
  }
  add_chunk(chunks, type, 0, value);
}

}  // namespace statewall
