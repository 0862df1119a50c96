#include "traffic/traffic.h"

#include <algorithm>
#include <utility>

#include "traffic/damage.h"
#include "traffic/fragments.h"
#include "traffic/ip_writer.h"

namespace statewall {
namespace {

constexpr std::size_t kTcpTalks = 6, kSctpTalks = 3, kQueryTalks = 4, kUdpTalks = 3;
constexpr std::uint32_t kAgain = 60;      // one packet in so many comes again as it was
constexpr std::size_t kMostWaiting = 40;  // fragments, before they go before all others

}  // namespace

Traffic::Traffic(std::uint64_t seed, const TrafficMix& mix) : random_(seed), mix_(mix) {
  const auto talks = [&](auto& list, std::size_t count, auto... kind) {
    for (std::size_t i = 0; i < count; ++i) {
      list.emplace_back(random_, kind..., mix_.wrong, mix_.ipv6);
    }
  };
  talks(tcp_, kTcpTalks);
  talks(sctp_, kSctpTalks);
  talks(queries_, kQueryTalks);
  talks(udp_, kUdpTalks, TrafficKind::udp);
  talks(udp_lite_, kUdpTalks, TrafficKind::udp_lite);
}

Draft Traffic::make(TrafficKind kind) {
  const auto talk = [&](auto& list) { return random_.of(std::span(list)).next(random_); };
  switch (kind) {
    case TrafficKind::query: return talk(queries_);
    case TrafficKind::icmp: return other_icmp(random_, mix_.ipv6);
    case TrafficKind::tcp: return talk(tcp_);
    case TrafficKind::udp: return talk(udp_);
    case TrafficKind::udp_lite: return talk(udp_lite_);
    case TrafficKind::sctp: return talk(sctp_);
    case TrafficKind::gre: return random_gre(random_, mix_.wrong, mix_.ipv6);
    case TrafficKind::error:
      if (!history_.empty()) return random_error(random_, history_, mix_.wrong);
      break;
    case TrafficKind::other:
    case TrafficKind::count: break;
  }
  return random_other(random_, mix_.ipv6);
}

TrafficNote Traffic::next(std::vector<std::uint8_t>& packet) {
  // Fragments come between other packets.
  if (!waiting_.empty() && (waiting_.size() > kMostWaiting || !random_.one_in(4))) {
    return next_waiting(packet);
  }
  if (!history_.empty() && random_.one_in(kAgain)) {
    const History::Sent& sent = history_.recent(random_);
    packet = sent.packet;
    return {sent.kind, family_of(packet), false, false};
  }
  Draft draft = make(static_cast<TrafficKind>(random_.weighted(mix_.weights)));
  write_ip(random_, draft, mix_.decorated, packet);
  TrafficNote note{draft.kind, draft.family, false, draft.right};
  // An error is seldom spoken of again: what it is about is worth more.
  if (draft.kind != TrafficKind::error || random_.one_in(6)) history_.add(packet, draft.kind);
  if (random_.per_mille(mix_.damaged)) note.right = damage(random_, packet) && note.right;
  if (packet.size() > kLongest) packet.resize(kLongest);
  if (!random_.per_mille(mix_.fragmented) || !cut(packet, note)) return note;
  return next_waiting(packet);
}

TrafficNote Traffic::next_waiting(std::vector<std::uint8_t>& packet) {
  packet = std::move(waiting_.front().packet);
  const TrafficNote note = waiting_.front().note;
  waiting_.pop_front();
  return note;
}

/// Its fragments wait, in their order, among those that wait already.
bool Traffic::cut(const Octets& packet, TrafficNote note) {
  std::vector<Octets> pieces = fragments_of(random_, packet);
  note.fragment = true;
  std::size_t at = 0;
  for (Octets& piece : pieces) {
    if (random_.one_in(6)) history_.add(piece, note.kind);
    at += random_.below(static_cast<std::uint32_t>(std::min<std::size_t>(waiting_.size() - at, 3)) +
                        1);
    waiting_.insert(waiting_.begin() + static_cast<std::ptrdiff_t>(at++),
                    Waiting{std::move(piece), note});
  }
  return !waiting_.empty();
}

}  // namespace statewall
