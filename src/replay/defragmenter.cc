#include "replay/defragmenter.h"

#include <algorithm>
#include <utility>

namespace statewall {

Defragmenter::Defragmenter(const Profile& profile, const std::array<std::uint64_t, 2>& hash_key,
                           const FrameReading& reading)
    : ipv4_(profile.reassembly != 0),
      ipv6_(profile.reassembly6 != 0),
      config_(ReassemblyConfig::of(profile)),
      reading_(reading) {
  config_.hash_key = hash_key;
}

Reassembled Defragmenter::take(const Packet& packet, std::span<const std::uint8_t> frame, Zone zone,
                               Nanoseconds now) {
  Reassembly* table = reassembly();
  if (table == nullptr) return {Reassembled::Fate::dropped, Reason::fragment_no_room, 0, {}};
  const auto ip = frame.subspan(std::min<std::size_t>(packet.l3_offset, frame.size()));
  return table->take(ip, packet, zone, now, room_);
}

Packet Defragmenter::read(const Reassembled& whole) const {
  const auto& ip = whole.datagram;
  if (reading_.inner) return read_innermost(ip, LinkType::raw, ip.size(), reading_.checksums);
  return read_datagram(ip, reading_.checksums);
}

Reassembly* Defragmenter::reassembly() {
  if (reassembly_ != nullptr) return reassembly_;
  auto memory = TableMemory::reserve(Reassembly::memory_needed(config_));
  if (!memory) return nullptr;
  memory_.emplace(std::move(*memory));
  room_.resize(Reassembly::kRoom);
  reassembly_ = Reassembly::create(config_, memory_->bytes());
  return reassembly_;
}

}  // namespace statewall
