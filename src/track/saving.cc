#include <algorithm>
#include <limits>
#include <utility>

#include "statewall/icmp.h"
#include "statewall/saved_connection.h"
#include "statewall/tracker.h"
#include "track/expiry.h"
#include "track/find_live.h"
#include "track/flow_key.h"
#include "track/protocol.h"

// Connections that leave a table, to be entered into another one. What their protocols keep is told
// by those (`save` and `restore` in protocol.h); here are the rest and the table.

namespace statewall {
namespace {

/// Milliseconds from `now` to `moment`, rounded up, as far as the type reaches; 0 if it is over.
std::uint32_t milliseconds_until(Nanoseconds moment, Nanoseconds now) {
  Nanoseconds left;
  if (moment <= now) return 0;
  if (__builtin_sub_overflow(moment, now, &left)) return kMostTimeLeft;
  const Nanoseconds whole = (left - 1) / kNanosecondsPerMillisecond + 1;
  return static_cast<std::uint32_t>(std::min<Nanoseconds>(whole, kMostTimeLeft));
}

/// `now` as deadlines are kept, be it before the latest packet.
std::uint32_t now_of(const Context& context, Nanoseconds now) {
  Nanoseconds since;
  const Nanoseconds epoch = context.table.epoch.load(std::memory_order_relaxed);
  if (__builtin_sub_overflow(now, epoch, &since)) return context.now();
  const bool before = since % kNanosecondsPerMillisecond < 0;
  return static_cast<std::uint32_t>(since / kNanosecondsPerMillisecond - (before ? 1 : 0));
}

/// REQUIRES: the record's bucket is locked.
bool save_record(const Context& context, std::uint32_t slot, Nanoseconds now,
                 SavedConnection& saved) {
  saved = SavedConnection{};
  copy_to(context, slot, saved.connection);
  saved.time_left = milliseconds_until(saved.connection.deadline, now);
  if (saved.time_left == 0) return false;
  const Record& record = context.table.pool[slot];
  const Profile& profile = context.table.profile;
  tracker_of(record.key, profile).save(record, {profile, now_of(context, now)}, saved);
  return true;
}

Headers headers_of(const Tuple& tuple) {
  Headers headers;
  headers.source = tuple.source;
  headers.destination = tuple.destination;
  headers.family = tuple.family;
  headers.protocol = tuple.protocol;
  headers.source_port = tuple.source_port;
  headers.destination_port = tuple.destination_port;
  headers.icmp_type = tuple.icmp_type;
  headers.icmp_code = tuple.icmp_code;
  headers.icmp_id = tuple.icmp_id;
  return headers;
}

bool is_ipv4(const Address& address) {
  return std::all_of(address.bytes.begin() + 4, address.bytes.end(),
                     [](std::uint8_t byte) { return byte == 0; });
}

/// Can a packet of this family and protocol open a connection at all?
bool trackable(const Tuple& tuple, const Profile& profile) {
  switch (tuple.family) {
    case Family::ipv4:
      if (!is_ipv4(tuple.source) || !is_ipv4(tuple.destination)) return false;
      return tuple.protocol != protocol::icmpv6 || profile.track_ipv6 == 0;
    case Family::ipv6:
      return profile.track_ipv6 != 0 && tuple.protocol != protocol::icmp &&
             tuple.protocol != protocol::ipv6_no_next;
    default: return false;
  }
}

/// The key of a saved connection; false if its tuples are not such as a table of this profile has.
bool find_saved_key(const Connection& connection, const Profile& profile, Lookup& lookup) {
  const Tuple& original = connection.original;
  if (!trackable(original, profile)) return false;
  const Headers headers = headers_of(original);
  lookup.zone = connection.zone;
  const bool icmp = is_icmp(original.protocol, original.family);
  if (icmp && icmp_meaning(original.family, original.icmp_type).role != IcmpRole::query) {
    return false;
  }
  find_key(headers, profile, lookup);
  // The key holds no more than the protocol has: what else the tuples say is not theirs.
  Tuple tuple, reply;
  tell_tuple(lookup.key, lookup.from_second, tuple);
  tell_tuple(lookup.key, !lookup.from_second, reply);
  return tuple == original && reply == connection.reply;
}

/// Are the fields such as a connection of this key has them?
bool consistent(const SavedConnection& saved, const FlowKey& key, const Profile& profile) {
  const Connection& connection = saved.connection;
  constexpr std::uint8_t kStatus = status::seen_reply | status::assured | status::confirmed;
  const bool confirmed = (connection.status & status::confirmed) != 0;
  if (!confirmed || (connection.status & ~kStatus) != 0) return false;
  const bool tcp = key.protocol == protocol::tcp;
  const bool sctp = key.protocol == protocol::sctp && profile.known_protocols != 0;
  const bool icmp = is_icmp(key.protocol, key.family);
  return (tcp || connection.tcp_state == TcpState::none) &&
         (sctp || connection.sctp_state == SctpState::none) &&
         (icmp || connection.open_queries == 0) && static_cast<int>(saved.kept) < kKeptParts &&
         saved.time_left <= kMostTimeLeft;
}

/// Makes a saved connection in a record that is free. False if it is not valid.
bool fill(const Context& context, std::uint32_t slot, const SavedConnection& saved) {
  Record& record = context.table.pool[slot];
  record.mark.store(saved.connection.mark, std::memory_order_relaxed);
  record.set(saved.connection.status & (status::seen_reply | status::assured));
  if (!context.table.counts.empty() && saved.connection.counted) {
    context.table.counts[slot] = {{saved.connection.original_count, saved.connection.reply_count}};
  }
  const Profile& profile = context.table.profile;
  if (!tracker_of(record.key, profile).restore(record, {profile, context.now()}, saved)) {
    return false;
  }
  note_closing(record, profile);
  return true;
}

/// Enters a record that `fill` made, unless its like is there.
Restored enter_saved(const Context& context, std::uint32_t slot, const Lookup& lookup,
                     std::uint32_t time_left) {
  TableState& table = context.table;
  Bucket& home = table.index.home(lookup.spot);
  const Guard guard(home.lock, table.shared);
  if (find_live(context, lookup, home) != kNoSlot) return Restored::already_there;
  if (!enter(context, home, slot, lookup.spot, time_left)) return Restored::no_room;
  context.worker.opened.add();
  tell(context, EventKind::new_, slot);
  return Restored::restored;
}

}  // namespace

void let_pass(SavedConnection& saved, std::uint64_t milliseconds) {
  const std::uint64_t left = saved.time_left;
  saved.time_left = static_cast<std::uint32_t>(left - std::min(left, milliseconds));
  // Half of what the type holds: however late it is, the moment stays one that is over.
  constexpr std::int64_t kLongAgo = std::numeric_limits<std::int32_t>::min() / 2;
  constexpr std::uint64_t kLong = std::uint64_t{1} << 32;
  const auto gone = static_cast<std::int64_t>(std::min(milliseconds, kLong));
  const std::int64_t in = saved.udp_stream_in - gone;
  if (gone != 0) saved.udp_stream_in = static_cast<std::int32_t>(std::max(in, kLongAgo));
}

Tuple reply_of(const Tuple& original) {
  Tuple reply = original;
  std::swap(reply.source, reply.destination);
  std::swap(reply.source_port, reply.destination_port);
  if (!is_icmp(original.protocol, original.family)) return reply;
  const IcmpMeaning meaning = icmp_meaning(original.family, original.icmp_type);
  if (meaning.role == IcmpRole::query) reply.icmp_type = reply_type(meaning.kind, original.family);
  return reply;
}

std::size_t Tracker::save(std::uint32_t& cursor, std::span<SavedConnection> out,
                          Nanoseconds now) const {
  std::size_t saved = 0;
  for (std::size_t looked = 0; looked < out.size() && cursor < context_.table.pool.used();
       ++looked, ++cursor) {
    const Held held(context_.table, cursor);
    if (held && save_record(context_, cursor, now, out[saved])) ++saved;
  }
  if (cursor >= context_.table.pool.used()) cursor = kListed;
  return saved;
}

Restored Tracker::restore(const SavedConnection& saved, Nanoseconds now) {
  drop();
  advance(context_, now);
  const Profile& profile = context_.table.profile;
  Lookup lookup;
  if (!find_saved_key(saved.connection, profile, lookup) ||
      !consistent(saved, lookup.key, profile)) {
    return Restored::not_valid;
  }
  if (saved.time_left == 0) return Restored::expired;
  lookup.spot = context_.table.spot_of(lookup.key);
  if (!context_.table.pool.stock(context_.worker.free)) return Restored::no_room;
  const std::uint32_t slot = open(context_, lookup);
  Restored outcome = Restored::not_valid;
  if (fill(context_, slot, saved)) {
    give_number(context_, context_.table.pool[slot]);
    outcome = enter_saved(context_, slot, lookup, saved.time_left);
  }
  if (outcome != Restored::restored) forget(context_, slot);
  return outcome;
}

}  // namespace statewall
