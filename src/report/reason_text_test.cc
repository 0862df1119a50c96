#include "report/reason_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "statewall/reason.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

Observation observed(Reason reason) {
  Observation observation;
  observation.reason = reason;
  observation.state = state_of(reason);
  observation.connection = {7, 0};
  return observation;
}

Packet message(std::uint8_t type) { return read(ipv4(protocol::icmp, icmp(type, 0, 1))); }

TEST(ReasonText, EverySentenceIsFilledIn) {
  const Packet packets[] = {message(8), message(3), read(ipv4(protocol::tcp, tcp({}))),
                            read(hex("450000"))};
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    for (const Packet& packet : packets) {
      const std::string text = reason_text(packet, observed(static_cast<Reason>(i)));
      EXPECT_FALSE(text.empty()) << i;
      // Nothing is left to fill in, no gap where it was, and nothing that JSON would escape.
      EXPECT_EQ(text.find_first_of("{}\"\\"), std::string::npos) << text;
      EXPECT_EQ(text.find("  "), std::string::npos) << text;
      EXPECT_FALSE(text.starts_with(" ") || text.ends_with(" ")) << text;
    }
  }
}

TEST(ReasonText, EachPlaceholderHasItsValue) {
  EXPECT_EQ(reason_text(message(8), observed(Reason::opens_query)),
            "opens connection 7 with an echo query");
  EXPECT_EQ(reason_text(message(13), observed(Reason::opens_query)),
            "opens connection 7 with a timestamp query");
  EXPECT_EQ(reason_text(message(18), observed(Reason::replies_to_query)),
            "replies to the address mask query of connection 7");
  EXPECT_EQ(reason_text(message(40), observed(Reason::icmp_type_untracked)),
            "is ICMP type 40, which neither asks, answers nor reports on a packet");
  EXPECT_EQ(reason_text(read(hex("450000")), observed(Reason::ip_unreadable)),
            std::string(sentence(read(hex("450000")).error)) + ", so it never reaches tracking");
}

/// Is this a row of the tables of docs/replay.md?
bool documented(const std::string& row) {
  std::ifstream file(STATEWALL_SOURCE_DIR "/docs/replay.md");
  for (std::string line; std::getline(file, line);) {
    if (line == row) return true;
  }
  return false;
}

TEST(ReasonText, EveryReasonIsDocumented) {
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const auto reason = static_cast<Reason>(i);
    const State state = state_of(reason);
    const std::string row =
        fmt::format("| `{}` | {} | {} |", slug(reason), state == State::none ? "null" : name(state),
                    sentence(reason));
    EXPECT_TRUE(documented(row)) << row;
  }
}

TEST(ReasonText, EveryWireErrorIsDocumented) {
  for (int i = 1; i < static_cast<int>(WireError::count); ++i) {
    const auto error = static_cast<WireError>(i);
    const std::string row = fmt::format("| `{}` | {} |", slug(error), sentence(error));
    EXPECT_TRUE(documented(row)) << row;
  }
}

TEST(ReasonText, EveryWireErrorCanBeTold) {
  for (int i = 1; i < static_cast<int>(WireError::count); ++i) {
    Packet packet;
    packet.error = static_cast<WireError>(i);
    EXPECT_EQ(reason_text(packet, observed(Reason::link_unreadable)), sentence(packet.error));
    packet.quote.error = std::exchange(packet.error, WireError::none);
    EXPECT_EQ(reason_text(packet, observed(Reason::link_unreadable)), sentence(packet.quote.error));
  }
}

}  // namespace
}  // namespace statewall
