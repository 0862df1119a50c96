#include "statewall/icmp.h"

#include <cstdint>

#include "track/query.h"

// ICMP: queries that are saved and restored, and errors. What a packet does to a query's connection
// is in query.h.

namespace statewall {
namespace {

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

const ProtocolTracker kIcmpTracker{first_query, next_query, save, restore};

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
