#include "statewall/reassembly.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "track/fragment.h"
#include "track/fragment_store.h"
#include "track/spinlock.h"
#include "wire/checksum.h"
#include "wire/ip_readable.h"
#include "wire/ipv6.h"

// The rules, as kernels 6.x have them (measured on 6.18). The two families differ where their code
// grew apart; `Rules` names how.

namespace statewall {
namespace {

constexpr std::uint32_t kMostBytes = 65535;
constexpr std::uint32_t kIpv4DatagramCharge = 200;
constexpr std::uint32_t kIpv6DatagramCharge = 184;

using Fate = Reassembled::Fate;

struct Rules {
  /// A fragment that does not fit the end of its datagram, or is empty, ends the datagram; else it
  /// is dropped alone.
  bool misfit_ends;
  /// More fragments and a length that is no multiple of 8: the rest is cut off; else the datagram
  /// is given up and the fragment goes on as it is.
  bool odd_is_cut;
  /// A fragment that ends beyond 65535 is dropped; else only the datagram when it is whole.
  bool long_fragment_dropped;
};
constexpr Rules kIpv4{true, true, false};
constexpr Rules kIpv6{false, false, true};

FragmentStore::Limits limits_of(const ReassemblyConfig::Limits& limits, std::uint32_t charge,
                                bool counts_sources) {
  return {limits.timeout * kNanosecondsPerSecond, limits.high_thresh, charge, counts_sources};
}

FragmentStore::Limits ipv4_limits(const ReassemblyConfig& config) {
  return limits_of(config.ipv4, kIpv4DatagramCharge, config.max_dist != 0);
}

FragmentStore::Limits ipv6_limits(const ReassemblyConfig& config) {
  return limits_of(config.ipv6, kIpv6DatagramCharge, false);
}

struct alignas(64) ReassemblyState final : Reassembly {
  FragmentStore ipv4, ipv6;
  std::uint32_t max_dist = 0;
  bool shared = false;
  std::uint64_t numbers = 0;
  Nanoseconds now = 0;
  ReassemblyCounters counters;
  mutable SpinLock lock;

  static ReassemblyState& of(Reassembly& reassembly) {
    return static_cast<ReassemblyState&>(reassembly);
  }
  static const ReassemblyState& of(const Reassembly& reassembly) {
    return static_cast<const ReassemblyState&>(reassembly);
  }
};

/// One fragment on its way.
class Passage {
 public:
  Passage(ReassemblyState& state, const Rules& rules, FragmentStore& store, Fragment& fragment,
          std::span<std::uint8_t> room)
      : state_(state), rules_(rules), store_(store), fragment_(fragment), room_(room) {}

  Reassembled take();

 private:
  bool fits_end(Datagram& datagram);
  Reassembled place(Datagram& datagram);
  Reassembled complete(Datagram& datagram);
  std::uint32_t write_ipv4(const Datagram& datagram, std::uint8_t ecn);
  std::uint32_t write_ipv6(const Datagram& datagram, std::uint8_t ecn);

  Reassembled drop(Datagram& datagram, Reason reason, bool ends);

  ReassemblyState& state_;
  const Rules& rules_;
  FragmentStore& store_;
  Fragment& fragment_;
  std::span<std::uint8_t> room_;
};

Reassembled Passage::take() {
  if (rules_.long_fragment_dropped && fragment_.end() > kMostBytes) {
    return {Fate::dropped, Reason::fragment_too_long, 0, {}};
  }
  Datagram* datagram = nullptr;
  if (store_.has_room_for(fragment_)) {
    datagram = store_.find_or_open(fragment_, state_.now, state_.numbers);
  }
  if (datagram == nullptr) {
    ++state_.counters.refused;
    return {Fate::dropped, Reason::fragment_no_room, 0, {}};
  }
  // Behind many others of its source the rest of a datagram is likelier of another one that has
  // the same id by now.
  if (store_.count(*datagram) > state_.max_dist && !datagram->empty() && state_.max_dist != 0) {
    ++state_.counters.failed;
    store_.restart(*datagram, state_.now, ++state_.numbers);
  }
  return place(*datagram);
}

/// Does the fragment agree with what is known of the datagram's end? Notes what it tells of it.
bool Passage::fits_end(Datagram& datagram) {
  const std::uint32_t end = fragment_.end();
  if (!fragment_.more) {
    if (end < datagram.length || (datagram.last_in && end != datagram.length)) return false;
    datagram.last_in = true;
  } else if (datagram.last_in && end > datagram.length) {
    return false;
  }
  datagram.length = std::max(datagram.length, end);
  return true;
}

Reassembled Passage::place(Datagram& datagram) {
  if (fragment_.more && fragment_.end() % kUnit != 0) {
    if (!rules_.odd_is_cut) {
      const std::uint64_t number = datagram.number;
      ++state_.counters.failed;
      store_.remove(datagram);
      return {Fate::passes, Reason::not_ip, number, {}};
    }
    fragment_.payload = fragment_.payload.first(fragment_.payload.size() / kUnit * kUnit);
  }
  if (!fits_end(datagram)) return drop(datagram, Reason::fragment_misfit, rules_.misfit_ends);
  if (fragment_.payload.size() == 0) {
    return drop(datagram, Reason::fragment_empty, rules_.misfit_ends);
  }
  switch (datagram.bytes.coverage(store_.blocks(), fragment_.offset, fragment_.end())) {
    case Coverage::repeated: return drop(datagram, Reason::fragment_repeated, false);
    case Coverage::overlaps: return drop(datagram, Reason::fragment_overlaps, true);
    case Coverage::free: break;
  }
  store_.add(datagram, fragment_);
  if (datagram.whole()) return complete(datagram);
  return {Fate::held, Reason::fragment_held, datagram.number, {}};
}

Reassembled Passage::drop(Datagram& datagram, Reason reason, bool ends) {
  const std::uint64_t number = datagram.number;
  if (ends) {
    ++state_.counters.failed;
    store_.remove(datagram);
  }
  return {Fate::dropped, reason, number, {}};
}

/// RFC 3168 5.3: congestion that one fragment met the datagram has met. Fragments of a transport
/// that knows ECN, and of one that does not, are not of one datagram. False if they are mixed.
bool merge_ecn(std::uint8_t ecns, std::uint8_t& ecn) {
  constexpr std::uint8_t kNotEct = 1, kCongestion = 8;
  ecn = (ecns & kCongestion) != 0 && ecns != kCongestion ? 3 : 0;
  return (ecns & kNotEct) == 0 || ecns == kNotEct;
}

Reassembled Passage::complete(Datagram& datagram) {
  const bool ipv6 = datagram.key.family == Family::ipv6;
  const std::uint32_t before = ipv6 ? static_cast<std::uint32_t>(kIpv6Header) : 0;
  std::uint8_t ecn;
  if (!merge_ecn(datagram.ecns, ecn)) return drop(datagram, Reason::fragment_ecn, true);
  if (datagram.header_length - before + datagram.length > kMostBytes) {
    return drop(datagram, Reason::fragment_too_long, true);
  }
  const std::uint32_t length = ipv6 ? write_ipv6(datagram, ecn) : write_ipv4(datagram, ecn);
  const std::uint64_t number = datagram.number;
  ++state_.counters.completed;
  store_.remove(datagram);
  return {Fate::completes, Reason::not_ip, number, room_.first(length)};
}

void put16(std::span<std::uint8_t> at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

/// The header is that of the first fragment with its options. DF stands in it if a fragment that
/// had it is as long as any.
std::uint32_t Passage::write_ipv4(const Datagram& datagram, std::uint8_t ecn) {
  const std::uint32_t length = datagram.header_length + datagram.length;
  const auto header = room_.first(datagram.header_length);
  copy_list(store_.blocks(), datagram.header, header);
  datagram.bytes.copy_to(store_.blocks(), room_.subspan(header.size(), datagram.length));
  const bool unsplittable = datagram.largest_unsplittable == datagram.largest;
  room_[1] |= ecn;
  put16(room_.subspan(2), length);
  put16(room_.subspan(6), unsplittable ? 0x4000 : 0);
  put16(room_.subspan(10), 0);
  InternetSum sum;
  sum.add(Bytes(header));
  put16(room_.subspan(10), sum.checksum());
  return length;
}

/// The fragment header goes, and the header before it announces what was fragmented. The kernel
/// keeps the place of that byte in eight bits, so that behind 256 bytes it writes into another one.
std::uint32_t Passage::write_ipv6(const Datagram& datagram, std::uint8_t ecn) {
  const std::uint32_t length = datagram.header_length + datagram.length;
  const auto header = room_.first(datagram.header_length);
  copy_list(store_.blocks(), datagram.header, header);
  datagram.bytes.copy_to(store_.blocks(), room_.subspan(header.size(), datagram.length));
  header[datagram.link % 256] = datagram.next_header;
  header[1] |= static_cast<std::uint8_t>(ecn << 4);
  put16(header.subspan(4), length - static_cast<std::uint32_t>(kIpv6Header));
  return length;
}

void expire_some(ReassemblyState& state, unsigned most, bool& left) {
  for (FragmentStore* store : {&state.ipv4, &state.ipv6}) {
    while (most > 0 && store->expire_one(state.now)) --most;
  }
  left = most == 0;
}

}  // namespace

ReassemblyConfig ReassemblyConfig::of(const Profile& profile) {
  ReassemblyConfig config;
  config.ipv4 = {profile.ipfrag_time, profile.ipfrag_high_thresh};
  config.ipv6 = {profile.frag6_timeout, profile.frag6_high_thresh};
  config.max_dist = profile.ipfrag_max_dist;
  return config;
}

std::size_t Reassembly::memory_needed(const ReassemblyConfig& config) {
  return sizeof(ReassemblyState) + FragmentStore::memory_needed(ipv4_limits(config)) +
         FragmentStore::memory_needed(ipv6_limits(config));
}

Reassembly* Reassembly::create(const ReassemblyConfig& config, std::span<std::byte> memory) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0;
  if (!aligned || memory.size() < memory_needed(config)) return nullptr;
  ReassemblyState* state = new (memory.data()) ReassemblyState;
  memory = memory.subspan(sizeof(ReassemblyState));
  state->ipv4.lay_out(ipv4_limits(config), config.hash_key, memory);
  memory = memory.subspan(FragmentStore::memory_needed(ipv4_limits(config)));
  state->ipv6.lay_out(ipv6_limits(config), config.hash_key, memory);
  state->max_dist = config.max_dist;
  state->shared = config.shared;
  return state;
}

Reassembled Reassembly::take(std::span<const std::uint8_t> ip, const Packet& packet, Zone zone,
                             Nanoseconds now, std::span<std::uint8_t> room) {
  if (!concerns(packet)) return {};
  if (!ip_readable(packet.error)) return {};
  if (ip.size() < packet.ip_length) return {Fate::dropped, Reason::cut_short, 0, {}};
  Fragment fragment;
  switch (read_fragment(Bytes(ip.first(packet.ip_length)), packet, zone, fragment)) {
    case FragmentKind::none: return {};
    case FragmentKind::unsplit: return {Fate::passes, Reason::not_ip, 0, {}};
    case FragmentKind::fragment: break;
  }
  ReassemblyState& state = ReassemblyState::of(*this);
  const Guard guard(state.lock, state.shared);
  state.now = std::max(state.now, now);
  ++state.counters.fragments;
  bool left;
  expire_some(state, kExpiredPerCall, left);
  const bool ipv6 = packet.headers.family == Family::ipv6;
  return Passage(state, ipv6 ? kIpv6 : kIpv4, ipv6 ? state.ipv6 : state.ipv4, fragment, room)
      .take();
}

bool Reassembly::expire(Nanoseconds now) {
  ReassemblyState& state = ReassemblyState::of(*this);
  const Guard guard(state.lock, state.shared);
  state.now = std::max(state.now, now);
  bool left;
  expire_some(state, 64, left);
  return !left;
}

ReassemblyCounters Reassembly::counters() const {
  const ReassemblyState& state = ReassemblyState::of(*this);
  const Guard guard(state.lock, state.shared);
  ReassemblyCounters counters = state.counters;
  counters.timed_out = state.ipv4.timed_out() + state.ipv6.timed_out();
  counters.datagrams = state.ipv4.datagrams() + state.ipv6.datagrams();
  counters.memory = state.ipv4.charge() + state.ipv6.charge();
  return counters;
}

}  // namespace statewall
