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
  EXPECT_EQ(failures(after_ping("0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 2 seq 1 => "
                                "state ESTABLISHED  direction reply  conn none\n")),
            "3: packet 2, 192.168.1.10 > 192.168.1.6 icmp echo-reply\n"
            "    expected  state ESTABLISHED  direction reply\n"
            "    got       state INVALID      direction none\n"
            "    IP 192.168.1.10 > 192.168.1.6: ICMP echo reply, id 2, seq 1, length 64\n"
            "    it is an echo reply to which no query is open\n");
}

TEST(Runner, ComparesEveryKey) {
  const std::string packet = "0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 1 seq 1 => ";
  struct Case {
    std::string_view wrong, right;
  };
  constexpr Case kCases[] = {
      {"state NEW", "state ESTABLISHED"},
      {"direction original", "direction reply"},
      {"reason first-reply", "reason replies-to-query"},
      {"conn 2", "conn 1"},
      {"about 1", "about none"},
      {"verdict DROP", "verdict ACCEPT"},
  };
  for (const Case& c : kCases) {
    const RunResult wrong = run(after_ping(packet + std::string(c.wrong)));
    ASSERT_EQ(wrong.failures.size(), 1u) << c.wrong;
    ASSERT_EQ(wrong.failures[0].parts.size(), 1u) << c.wrong;
    EXPECT_EQ(wrong.failures[0].parts[0].expected, c.wrong);
    EXPECT_EQ(wrong.failures[0].parts[0].got, c.right);
    EXPECT_EQ(failures(after_ping(packet + std::string(c.right))), "");
  }
}

TEST(Runner, TellsOfEveryExpectationThatIsNotMet) {
  const RunResult result = run(after_ping(
      "0.1 192.168.1.10 > 192.168.1.6 icmp echo-reply id 2 => state NEW direction none conn 7\n"
      "0.1 table 5\n"));
  EXPECT_EQ(result.checked, 4u);
  ASSERT_EQ(result.failures.size(), 2u);
  EXPECT_EQ(result.failures[0].parts.size(), 2u);
}

TEST(Runner, ChecksTheTable) {
  const std::string entry =
      "    icmp 1 29 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=1 [UNREPLIED] "
      "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=1 use=1\n";
  EXPECT_EQ(failures(after_ping("0.5 table empty\n")),
            "3: table\n    expected  no entry\n    got       1 entry\n" + entry);
  EXPECT_EQ(failures(after_ping("0.5 table 2\n")),
            "3: table\n    expected  2 entries\n    got       1 entry\n" + entry);
  EXPECT_EQ(failures(after_ping("0.5 entry \"udp\"\n")),
            "3: table\n    expected  entry \"udp\"\n    got       1 entry\n" + entry);
  EXPECT_EQ(failures("0.5 table 1\n"), "2: table\n    expected  1 entry\n    got       no entry\n");
}

TEST(Runner, ChecksEvents) {
  EXPECT_EQ(failures(after_ping("0 event NEW conn 1\n0 event none\n")), "");
  EXPECT_EQ(failures(after_ping("0 event none\n")),
            "3: event\n    expected  no other event\n    got       others\n    NEW conn 1\n");
  EXPECT_EQ(failures(after_ping("0 event NEW conn 2\n")),
            "3: event\n    expected  NEW conn 2\n    got       others\n    NEW conn 1\n");
  // Each is named once.
  EXPECT_EQ(failures(after_ping("0 event NEW conn 1\n0 event NEW conn 1\n")),
            "4: event\n    expected  NEW conn 1\n    got       none\n");
  EXPECT_EQ(failures(after_ping("31 event DESTROY replied conn 1\n")),
            "3: event\n    expected  DESTROY replied conn 1\n    got       others\n"
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
            "2: packet 1, 1.2.3.4 > 5.6.7.8 udp 1 > 2\n"
            "    expected  verdict ACCEPT\n"
            "    got       verdict DROP\n"
            "    IP 1.2.3.4.1 > 5.6.7.8.2: UDP, length 0\n"
            "    it opens connection 1\n");
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
