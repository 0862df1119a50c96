#include "report/change_text.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;
using Texts = std::vector<std::string>;

Connection entry() {
  Connection connection;
  connection.id = {1, 0};
  connection.deadline = 30 * kSecond;
  connection.open_queries = 1;
  return connection;
}

TEST(ChangeText, TellsEachThingThatChanged) {
  const Connection before = entry();
  Connection after = before;
  EXPECT_EQ(change_texts(before.id, before, after, {}, 0), Texts{});
  after.deadline = 40 * kSecond;
  after.status = status::seen_reply | status::assured;
  after.open_queries = 2;
  after.tcp_state = TcpState::established;
  EXPECT_EQ(change_texts(before.id, before, after, {}, 10 * kSecond),
            (Texts{"NONE became ESTABLISHED", "[UNREPLIED] gone: it has seen a reply",
                   "[ASSURED] set: it is never dropped early", "open queries: 2, 1 before",
                   "timer set to 30 s, 20 s were left"}));
}

TEST(ChangeText, TellsBirthAndDeath) {
  const Connection own = entry();
  EXPECT_EQ(change_texts(own.id, std::nullopt, own, {}, 0), Texts{"entered, with 30 s to live"});
  Event end;
  end.kind = EventKind::destroy;
  end.cause = DestroyCause::replied;
  end.connection = own;
  EXPECT_EQ(change_texts(own.id, own, std::nullopt, {end}, 0),
            Texts{"destroyed, replied: nothing more is expected through it"});
  end.cause = DestroyCause::evicted;
  end.connection.id = {7, 1};
  EXPECT_EQ(change_texts(own.id, std::nullopt, own, {end}, 0).back(),
            "connection 7 destroyed, evicted: dropped early, to make room in a full table");
}

TEST(ChangeText, SpansAreShortAndTimersWholeMilliseconds) {
  EXPECT_EQ(short_span(0), "0 s");
  EXPECT_EQ(short_span(30'000'000'000), "30 s");
  EXPECT_EQ(short_span(250'000'000), "0.25 s");
  EXPECT_EQ(short_span(1), "0.000000001 s");
  Connection connection = entry();
  EXPECT_EQ(time_left(connection, 1), "29.999 s");
  EXPECT_EQ(time_left(connection, 31 * kSecond), "0 s");
}

}  // namespace
}  // namespace statewall
