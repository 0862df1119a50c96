#include "replay/ledger.h"

#include <algorithm>

#include "statewall/icmp.h"

namespace statewall {
namespace {

void tally(const PacketRecord& record, std::unique_ptr<QueryTally>& queries) {
  const Headers& headers = record.subject().headers;
  const bool v6 = headers.family == Family::ipv6;
  if (headers.protocol != (v6 ? protocol::icmpv6 : protocol::icmp)) return;
  if (!queries) queries = std::make_unique<QueryTally>();
  if (record.observation.direction == Direction::original) {
    queries->query(headers.icmp_sequence, record.time);
  } else {
    queries->reply(headers.icmp_sequence, record.time);
  }
}

}  // namespace

void Ledger::packet(const PacketRecord& record, bool shown) {
  const Observation& seen = record.observation;
  if (!seen.connection) return;
  const auto [found, opened] = accounts_.try_emplace(seen.connection.number);
  Account& account = found->second;
  if (opened) account.first = account.last = record.time;
  account.shown = account.shown || shown;
  if (seen.state == State::related) {
    ++account.errors;
    if (account.queries) account.queries->error();
    return;
  }
  account.last = std::max(account.last, record.time);
  Passed& passed = seen.direction == Direction::original ? account.original : account.reply;
  ++passed.packets;
  passed.bytes += record.subject().ip_length;
  tally(record, account.queries);
}

void Ledger::event(const Event& event, bool) {
  if (event.kind == EventKind::destroy) close(event.connection, event.cause, event.time);
}

void Ledger::end(const World& world) {
  for (const Connection& connection : world.connections()) {
    close(connection, DestroyCause::none, world.now().value_or(0));
  }
  accounts_.clear();
}

void Ledger::close(const Connection& connection, DestroyCause cause, Nanoseconds end) {
  const auto found = accounts_.find(connection.id.number);
  if (found == accounts_.end()) return;
  const Account& account = found->second;
  if (account.shown) {
    ConnectionSummary summary{.connection = connection,
                              .first = account.first,
                              .last = account.last,
                              .original = account.original,
                              .reply = account.reply,
                              .errors = account.errors,
                              .cause = cause,
                              .end = end,
                              .asks = account.queries != nullptr,
                              .queries = {}};
    if (account.queries) summary.queries = account.queries->summary();
    tell_(summary);
  }
  accounts_.erase(found);
}

}  // namespace statewall
