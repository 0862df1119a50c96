#include "scenario/runner.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/parser.h"

// Scenarios that expect the wrong thing must fail, and say so. Those that are right are in
// tests/scenarios.

namespace statewall {
namespace {

RunResult run(std::string_view body) {
  const ParsedScenario parsed = parse_scenario("statewall-scenario 1\n" + std::string(body), "x");
  EXPECT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
  auto result = run_scenario(parsed.scenario);
  EXPECT_TRUE(result) << result.error().text();
  return result ? *result : RunResult{};
}

// The failures, a line each: "4: packet 2 (...): expected ...".
std::string failures(std::string_view body) {
  std::string out;
  for (const Failure& failure : run(body).failures) {
    out += std::to_string(failure.line) + ": " + failure.text() + "\n";
  }
  return out;
}

constexpr std::string_view kPing = "0.0 192.168.1.6 > 192.168.1.10 icmp echo-request id 1 seq 1\n";

std::string after_ping(std::string_view line) { return std::string(kPing) + std::string(line); }

TEST(Runner, SaysWhatWasExpectedWhatCameAndWhy) {
  EXPECT_EQ(
      failures(after_ping(
          "0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 2 seq 1 => state ESTABLISHED\n")),
      "3: packet 2 (192.168.1.10 > 192.168.1.6 icmp echo-reply): expected state ESTABLISHED, "
      "got INVALID (is an echo reply to which no query is open)\n");
}

TEST(Runner, ComparesEveryKey) {
  const std::string packet = "0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 1 seq 1 => ";
  const std::string subject = "3: packet 2 (192.168.1.10 > 192.168.1.6 icmp echo-reply): expected ";
  const std::string why = " (replies to the echo query of connection 1)\n";
  struct Case {
    std::string_view wrong, right, got;
  };
  constexpr Case kCases[] = {
      {"state NEW", "state ESTABLISHED", "ESTABLISHED"},
      {"direction original", "direction reply", "reply"},
      {"reason first-reply", "reason replies-to-query", "replies-to-query"},
      {"conn 2", "conn 1", "1"},
      {"about 1", "about none", "none"},
      {"verdict DROP", "verdict ACCEPT", "ACCEPT"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(failures(after_ping(packet + std::string(c.wrong))),
              subject + std::string(c.wrong) + ", got " + std::string(c.got) + why);
    EXPECT_EQ(failures(after_ping(packet + std::string(c.right))), "");
  }
}

TEST(Runner, TellsOfEveryExpectationThatIsNotMet) {
  const RunResult result = run(after_ping(
      "0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 2 => state NEW direction none conn 7\n"
      "0.1 table 5\n"));
  EXPECT_EQ(result.checked, 4u);
  EXPECT_EQ(result.failures.size(), 3u);
}

TEST(Runner, ChecksTheTable) {
  const std::string entry =
      "    icmp 1 29 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=1 [UNREPLIED] "
      "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=1 use=1\n";
  EXPECT_EQ(failures(after_ping("0.5 table empty\n")),
            "3: table: expected no entry, got 1 entry\n" + entry);
  EXPECT_EQ(failures(after_ping("0.5 table 2\n")),
            "3: table: expected 2 entries, got 1 entry\n" + entry);
  EXPECT_EQ(failures(after_ping("0.5 entry \"udp\"\n")),
            "3: table: expected entry \"udp\", got 1 entry\n" + entry);
  EXPECT_EQ(failures("0.5 table 1\n"), "2: table: expected 1 entry, got no entry\n");
}

TEST(Runner, ChecksEvents) {
  EXPECT_EQ(failures(after_ping("0 event NEW conn 1\n0 event none\n")), "");
  EXPECT_EQ(failures(after_ping("0 event none\n")),
            "3: event: expected no other event, got others\n    NEW conn 1\n");
  EXPECT_EQ(failures(after_ping("0 event NEW conn 2\n")),
            "3: event: expected NEW conn 2, got others\n    NEW conn 1\n");
  // Each is named once.
  EXPECT_EQ(failures(after_ping("0 event NEW conn 1\n0 event NEW conn 1\n")),
            "4: event: expected NEW conn 1, got none\n");
  EXPECT_EQ(failures(after_ping("31 event DESTROY replied conn 1\n")),
            "3: event: expected DESTROY replied conn 1, got others\n"
            "    NEW conn 1\n    DESTROY expired conn 1\n");
}

TEST(Runner, RemembersEventsSinceTheLastPacketCameIn) {
  // The expiry is seen at the second packet, and told to the check behind it; the NEW is forgotten.
  EXPECT_EQ(failures(after_ping("40 192.168.1.6 > 192.168.1.10 icmp router-solicitation\n"
                                "40 event DESTROY expired conn 1\n"
                                "40 event none\n")),
            "");
}

TEST(Runner, DropsWhatARuleDrops) {
  EXPECT_EQ(failures("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 drop => verdict DROP\n0 table empty\n"), "");
  EXPECT_EQ(failures("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 drop => verdict ACCEPT\n"),
            "2: packet 1 (1.2.3.4 > 5.6.7.8 udp 1 > 2): expected verdict ACCEPT, got DROP (opens "
            "connection 1)\n");
}

TEST(Runner, EndsManyConnectionsAtOnceWithoutLosingAnEvent) {
  std::string body;
  for (int port = 1; port <= 300; ++port) {
    body += "0 1.2.3.4 > 5.6.7.8 udp " + std::to_string(port) + " > 53\n";
  }
  body += "0 table 300\n";
  std::string last = body + "29.999 table 300\n30 table empty\n";
  std::string jump = body + "900000000 table empty\n";
  for (int conn = 1; conn <= 300; ++conn) {
    const std::string event = " event DESTROY expired conn " + std::to_string(conn) + "\n";
    last += "30" + event;
    jump += "900000000" + event;
  }
  EXPECT_EQ(failures(last), "");
  EXPECT_EQ(failures(jump), "");
}

TEST(Runner, NeedsNoMemoryForConnectionsThatCannotBe) {
  EXPECT_EQ(failures("set max=1073741824\nset buckets=1073741824\n"
                     "0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => state NEW\n"),
            "");
}

}  // namespace
}  // namespace statewall
