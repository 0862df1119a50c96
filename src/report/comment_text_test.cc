#include "report/comment_text.h"

#include <gtest/gtest.h>

#include <string>

#include "statewall/reason.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

std::string comment(const Observation& observation) {
  Buffer out;
  append_comment(out, read(ipv4(protocol::icmp, icmp(8, 0, 1))), observation);
  return fmt::to_string(out);
}

Observation observed(Reason reason) {
  Observation observation;
  observation.reason = reason;
  observation.state = state_of(reason);
  return observation;
}

TEST(CommentText, OfAConnection) {
  Observation seen = observed(Reason::opens_query);
  seen.direction = Direction::original;
  seen.connection = {7, 0};
  EXPECT_EQ(comment(seen),
            "ct=NEW dir=original conn=7 reason=opens-query: opens connection 7 with an echo query");
}

TEST(CommentText, OfNone) {
  EXPECT_EQ(comment(observed(Reason::not_ip)),
            "ct=- dir=- conn=- reason=not-ip: is not an IPv4 or IPv6 packet");
  EXPECT_EQ(
      comment(observed(Reason::quotes_unknown)),
      "ct=INVALID dir=- conn=- reason=quotes-unknown: quotes a packet of no known connection");
}

// Of an error the two are the same, and one is enough.
TEST(CommentText, RelatedToAnotherConnection) {
  Observation seen = observed(Reason::quotes_connection);
  seen.direction = Direction::reply;
  seen.connection = seen.related_to = {7, 0};
  EXPECT_EQ(
      comment(seen),
      "ct=RELATED dir=reply conn=7 reason=quotes-connection: quotes a packet of connection 7");
  seen.related_to = {3, 0};
  EXPECT_TRUE(comment(seen).starts_with(
      "ct=RELATED dir=reply conn=7 related_to=3 reason=quotes-connection: "));
}

// A display filter must not find a state in another one's comment.
TEST(CommentText, NoSentenceLooksLikeAState) {
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const std::string text = comment(observed(static_cast<Reason>(i)));
    EXPECT_EQ(text.rfind("ct="), 0u) << text;
    EXPECT_LT(text.size(), 300u) << text;
  }
}

}  // namespace
}  // namespace statewall
