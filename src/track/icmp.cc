#include "statewall/icmp.h"

#include <cstdint>

#include "track/flow_key.h"
#include "track/protocol.h"

// ICMP queries (RFC 792, RFC 950). A connection is one asker, one replier, one kind, code and id;
// what it remembers is how many queries are on their way, and the newest sequence number among
// them.

namespace statewall {
namespace {

std::uint32_t timeout(const Arrival& arrival) {
  const bool v6 = arrival.packet.headers.family == Family::ipv6;
  return v6 ? arrival.profile.icmpv6_timeout : arrival.profile.icmp_timeout;
}

Judgement first(Record& record, const Arrival& arrival) {
  const Headers& headers = arrival.packet.headers;
  // No reply opens a connection (A4, A18).
  if (icmp_meaning(headers.family, headers.icmp_type).role != IcmpRole::query) {
    return Judgement::refused(Reason::reply_without_query);
  }
  record.icmp = {1, headers.icmp_sequence};
  Judgement judgement;
  judgement.opens = Reason::opens_query;
  judgement.timeout = timeout(arrival);
  return judgement;
}

Judgement next(Record&, const Arrival& arrival) {
  Judgement judgement;
  judgement.effect.sequence = arrival.packet.headers.icmp_sequence;
  if (arrival.direction == Direction::original) {
    judgement.effect.opens_query = true;
    judgement.timeout = timeout(arrival);
  } else {
    judgement.effect.closes_query = true;
    judgement.effect.by_reply = true;
    if (arrival.profile.icmp_reply_refreshes != 0) judgement.timeout = timeout(arrival);
  }
  return judgement;
}

void save(const Record& record, const Keeping&, SavedConnection& saved) {
  saved.kept = KeptPart::icmp;
  saved.icmp_newest = record.icmp.newest;
}

bool restore(Record& record, const Keeping&, const SavedConnection& saved) {
  const bool known = saved.kept == KeptPart::icmp;
  record.icmp = {saved.connection.open_queries, known ? saved.icmp_newest : std::uint16_t{0}};
  return true;
}

/// Is this an error that ends what it is about? Not where a path only needs smaller packets: the
/// connection goes on after it.
bool ends(const Headers& error, const Profile& profile) {
  const bool v6 = error.family == Family::ipv6;
  if (!v6 && error.icmp_type == 3 && error.icmp_code == 4) return false;
  const std::uint32_t types = v6 ? profile.icmpv6_error_ends : profile.error_ends;
  return error.icmp_type < 32 && (types >> error.icmp_type & 1) != 0;
}

}  // namespace

const ProtocolTracker kIcmpTracker{first, next, save, restore};

Effect effect_of_error(const Record& record, const Packet& error, const Profile& profile) {
  Effect effect;
  if (!ends(error.headers, profile)) return effect;
  if (profile.error_ends_unreplied != 0 && record.has(status::seen_reply)) return effect;
  if (is_icmp(record.key.protocol, record.key.family)) {
    // An error about a reply says nothing of the query, which was answered.
    const Headers& quoted = error.quote.headers;
    const bool query = icmp_meaning(quoted.family, quoted.icmp_type).role == IcmpRole::query;
    effect.closes_query = query && profile.error_answers_query != 0;
  } else {
    effect.ends = DestroyCause::error;
  }
  return effect;
}

}  // namespace statewall
