#include "report/statistics.h"

#include <gtest/gtest.h>

#include <string>

namespace statewall {
namespace {

// A cause that was new had no place of its own, and was counted over whatever stood behind.
TEST(Statistics, EveryCauseOfAnEndIsCounted) {
  Statistics statistics;
  for (std::size_t cause = 1; cause < kDestroyCauses; ++cause) {
    Event event;
    event.kind = EventKind::destroy;
    event.cause = static_cast<DestroyCause>(cause);
    for (std::size_t times = 0; times < cause; ++times) statistics.count(event);
  }
  Buffer text;
  statistics.append_text(text);
  EXPECT_NE(
      fmt::to_string(text).find(
          "0 opened, 1 replied, 2 error, 3 expired, 4 evicted, 5 flushed, 6 reset, 7 reopened"),
      std::string::npos)
      << fmt::to_string(text);
}

}  // namespace
}  // namespace statewall
