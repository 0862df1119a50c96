#include "statewall/icmp.h"

#include <cstdint>

#include "track/protocol.h"

// ICMP queries (RFC 792, RFC 950). A connection is one asker, one replier, one kind, code and id;
// what it remembers is how many queries are on their way, and the newest sequence number among
// them.

namespace statewall {
namespace {

/// Is sequence number `a` newer than `b`, where numbers wrap (RFC 1982)?
bool newer(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b)) > 0;
}

Judgement first(Record& record, const Packet& packet, const Profile& profile) {
  // No reply opens a connection (A4, A18).
  if (icmp_meaning(packet.headers.icmp_type).role != IcmpRole::query) {
    return Judgement::refused(Reason::reply_without_query);
  }
  record.icmp = {1, packet.headers.icmp_sequence};
  Judgement judgement;
  judgement.opens = Reason::opens_query;
  judgement.timeout = profile.icmp_timeout;
  return judgement;
}

Judgement next(Record&, const Packet& packet, Direction direction, const Profile& profile) {
  Judgement judgement;
  judgement.effect.sequence = packet.headers.icmp_sequence;
  if (direction == Direction::original) {
    judgement.effect.opens_query = true;
    judgement.timeout = profile.icmp_timeout;
  } else {
    judgement.effect.closes_query = true;
    judgement.effect.by_reply = true;
    if (profile.icmp_reply_refreshes != 0) judgement.timeout = profile.icmp_timeout;
  }
  return judgement;
}

/// A path that only needs smaller packets: the connection goes on after it.
bool fragmentation_needed(const Headers& error) {
  return error.icmp_type == 3 && error.icmp_code == 4;
}

}  // namespace

const ProtocolTracker kIcmpTracker{first, next};

Effect effect_of_error(const Record& record, const Packet& error, const Profile& profile) {
  Effect effect;
  const bool ends = (profile.error_ends >> error.headers.icmp_type & 1) != 0;
  if (!ends || fragmentation_needed(error.headers)) return effect;
  if (record.key.protocol == protocol::icmp) {
    // An error about a reply says nothing of the query, which was answered.
    const bool query = icmp_meaning(error.quote.headers.icmp_type).role == IcmpRole::query;
    effect.closes_query = query && profile.error_answers_query != 0;
  } else {
    effect.ends = DestroyCause::error;
  }
  return effect;
}

DestroyCause settle(Record& record, const Effect& effect, const Profile& profile) {
  if (effect.ends != DestroyCause::none) return effect.ends;
  IcmpPart& queries = record.icmp;
  if (effect.opens_query) {
    ++queries.open;
    if (newer(effect.sequence, queries.newest)) queries.newest = effect.sequence;
  }
  if (!effect.closes_query) return DestroyCause::none;
  if (queries.open != 0) --queries.open;
  const bool all = queries.open == 0 && profile.icmp_answered_ends != 0;
  const bool newest = effect.by_reply && effect.sequence == queries.newest &&
                      profile.icmp_newest_answered_ends != 0;
  if (!all && !newest) return DestroyCause::none;
  return effect.by_reply ? DestroyCause::replied : DestroyCause::error;
}

}  // namespace statewall
