#include "replay/query_tally.h"

#include <algorithm>
#include <cmath>

namespace statewall {

void QueryTally::query(std::uint16_t sequence, Nanoseconds time) {
  ++counts_.sent;
  // What is answered is remembered a while, to know a duplicate.
  constexpr std::size_t kAnswered = 64;
  while (queries_.size() >= kRemembered ||
         (queries_.size() >= kAnswered && queries_.front().replied)) {
    queries_.pop_front();
  }
  queries_.push_back({counts_.sent, time, sequence, false});
}

void QueryTally::reply(std::uint16_t sequence, Nanoseconds time) {
  // The newest query of that number: numbers come again after 65536.
  const auto found = std::find_if(queries_.rbegin(), queries_.rend(),
                                  [&](const Query& query) { return query.sequence == sequence; });
  if (found == queries_.rend()) return;
  // A clock that was set back between the two measures nothing. Duplicates count, as for ping.
  if (time >= found->time) measure(time - found->time);
  if (found->replied) {
    ++counts_.duplicates;
    return;
  }
  found->replied = true;
  ++counts_.replied;
  if (found->place < newest_) ++counts_.out_of_order;
  newest_ = std::max(newest_, found->place);
}

void QueryTally::measure(Nanoseconds time) {
  counts_.least = counts_.measured == 0 ? time : std::min(counts_.least, time);
  counts_.most = std::max(counts_.most, time);
  ++counts_.measured;
  sum_ += static_cast<double>(time);
  squares_ += static_cast<double>(time) * static_cast<double>(time);
}

QuerySummary QueryTally::summary() const {
  QuerySummary summary = counts_;
  if (summary.measured == 0) return summary;
  const auto count = static_cast<double>(summary.measured);
  const double mean = sum_ / count;
  summary.mean = static_cast<Nanoseconds>(mean);
  summary.deviation =
      static_cast<Nanoseconds>(std::sqrt(std::max(0.0, squares_ / count - mean * mean)));
  return summary;
}

}  // namespace statewall
