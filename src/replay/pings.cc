#include "replay/pings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "report/time_text.h"
#include "statewall/icmp.h"

namespace statewall {
namespace {

struct Part {
  IcmpRole role = IcmpRole::none;
  std::uint8_t query_type = 0;
};

/// What part an ICMP or ICMPv6 message has in a ping.
Part part_of(const Headers& headers) {
  const bool v6 = headers.family == Family::ipv6;
  if (headers.protocol != (v6 ? protocol::icmpv6 : protocol::icmp)) return {};
  const IcmpMeaning meaning = icmp_meaning(headers.family, headers.icmp_type);
  if (meaning.kind == QueryKind::none) return {};
  return {meaning.role, query_type(meaning.kind, headers.family)};
}

/// The query that a message is or answers.
Tuple query_of(const Headers& headers, const Part& part) {
  Tuple query;
  const bool reply = part.role == IcmpRole::reply;
  query.source = reply ? headers.destination : headers.source;
  query.destination = reply ? headers.source : headers.destination;
  query.family = headers.family;
  query.protocol = headers.protocol;
  query.icmp_type = part.query_type;
  query.icmp_code = headers.icmp_code;
  query.icmp_id = headers.icmp_id;
  return query;
}

bool silent(Nanoseconds last, Nanoseconds now) {
  return now > last && span_between(last, now) > static_cast<std::uint64_t>(Pings::kIdle);
}

bool readable(const Packet& packet) {
  return packet.error == WireError::none && !packet.headers.fragment() &&
         packet.l4_checksum != Checksum::bad;
}

}  // namespace

void Pings::packet(const PacketRecord& record, bool shown) {
  while (!runs_.empty() && (runs_.size() > kRuns || silent(runs_.front().last, record.time))) {
    finish(runs_.begin());
  }
  const Packet& packet = record.subject();
  if (!readable(packet)) return;
  const Headers& headers = packet.headers;
  if (packet.has_quote) {
    const Part part = part_of(packet.quote.headers);
    if (part.role != IcmpRole::query) return;
    if (Run* run = find(query_of(packet.quote.headers, part), record, shown)) run->queries.error();
    return;
  }
  const Part part = part_of(headers);
  const Tuple query = query_of(headers, part);
  if (part.role == IcmpRole::query) {
    asked(record, query, shown);
  } else if (part.role == IcmpRole::reply) {
    if (Run* run = find(query, record, shown))
      run->queries.reply(headers.icmp_sequence, record.time);
  }
}

void Pings::asked(const PacketRecord& record, const Tuple& query, bool shown) {
  Run* run = find(query, record, shown);
  if (!run) {
    run = &runs_.emplace_back();
    run->query = query;
    run->place = ++begun_;
    run->first = run->last = record.time;
    run->shown = shown;
    by_query_[query] = std::prev(runs_.end());
  }
  run->queries.query(record.subject().headers.icmp_sequence, record.time);
  const std::uint64_t connection = record.observation.connection.number;
  if (connection > run->newest_connection) {
    run->newest_connection = connection;
    ++run->connections;
  }
}

/// The run of this query, if there is one: it is not silent any more.
Pings::Run* Pings::find(const Tuple& query, const PacketRecord& record, bool shown) {
  const auto found = by_query_.find(query);
  if (found == by_query_.end()) return nullptr;
  Run& run = *found->second;
  run.last = std::max(run.last, record.time);
  run.shown = run.shown || shown;
  runs_.splice(runs_.end(), runs_, found->second);
  return &run;
}

void Pings::finish(Runs::iterator run) {
  tell(*run);
  by_query_.erase(run->query);
  runs_.erase(run);
}

void Pings::tell(const Run& run) const {
  if (!run.shown) return;
  tell_({run.query, run.first, run.last, run.connections, run.queries.summary()});
}

void Pings::end(const World&) {
  runs_.sort([](const Run& a, const Run& b) { return a.place < b.place; });
  for (const Run& run : runs_) tell(run);
  runs_.clear();
  by_query_.clear();
}

}  // namespace statewall
