#pragma once

#include "statewall/icmp.h"
#include "track/protocol.h"

// ICMP queries (RFC 792, RFC 950). A connection is one asker, one replier, one kind, code and id;
// what it remembers is how many queries are on their way, and the newest sequence number among
// them. In a header, since most packets that are tracked take one of these few ways.

namespace statewall {

inline std::uint32_t query_timeout(const Arrival& arrival) {
  const bool v6 = arrival.packet.headers.family == Family::ipv6;
  return v6 ? arrival.profile.icmpv6_timeout : arrival.profile.icmp_timeout;
}

inline Judgement first_query(Record& record, const Arrival& arrival) {
  const Headers& headers = arrival.packet.headers;
  // No reply opens a connection (A4, A18).
  if (icmp_meaning(headers.family, headers.icmp_type).role != IcmpRole::query) {
    return Judgement::refuse(Reason::reply_without_query);
  }
  record.icmp = {1, headers.icmp_sequence};
  Judgement judgement;
  judgement.opens = Reason::opens_query;
  judgement.timeout = query_timeout(arrival);
  return judgement;
}

inline Judgement next_query(Record&, const Arrival& arrival) {
  const bool reply = arrival.direction == Direction::reply;
  Judgement judgement;
  judgement.effect.sequence = arrival.packet.headers.icmp_sequence;
  judgement.effect.opens_query = !reply;
  judgement.effect.closes_query = reply;
  judgement.effect.by_reply = reply;
  if (arrival.profile.icmp_reply_refreshes != 0 || !reply) {
    judgement.timeout = query_timeout(arrival);
  }
  return judgement;
}

}  // namespace statewall
