#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "scenario/parser.h"
#include "scenario/runner.h"

// Scenarios with rulesets that expect the wrong thing, and what is said of it. Those that are right
// are in tests/scenarios.

namespace statewall {
namespace {

const std::string kFile = STATEWALL_SOURCE_DIR "/tests/scenarios/x";
constexpr std::string_view kOffice =
    "profile linux\n"
    "topology router lan=192.168.1.1/24 wan=10.0.0.1/24 dmz=192.168.2.1/24 default=wan\n"
    "rules rules-office.rules\n";

ParsedScenario parse(std::string_view lines) {
  ScenarioFiles files(kFile);
  return parse_scenario("statewall-scenario 1\n" + std::string(lines), "x", &files);
}

std::vector<Failure> failures(const std::string& packets) {
  const ParsedScenario parsed = parse(std::string(kOffice) + packets);
  for (const Error& error : parsed.errors) ADD_FAILURE() << error.text();
  const auto result = run_scenario(parsed.scenario);
  EXPECT_TRUE(result);
  return result ? result->failures : std::vector<Failure>{};
}

// Of the only failure what was expected and what was got.
std::string parts(const std::string& packets) {
  const std::vector<Failure> all = failures(packets);
  EXPECT_EQ(all.size(), 1u) << packets;
  std::string out;
  for (const Failure& failure : all) {
    for (const Failure::Part& part : failure.parts) out += part.expected + " | " + part.got + "\n";
  }
  return out;
}

TEST(Rules, AWrongVerdictIsToldWithTheRulesThatMadeIt) {
  const std::vector<Failure> all = failures(
      "0 lan 192.168.1.6 > 1.2.3.4 tcp 1 > 25 syn => verdict ACCEPT rule \"filter FORWARD 4\" "
      "out wan mark 5 uncertain yes\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].text(),
            "packet 1, 192.168.1.6 > 1.2.3.4 tcp 1 > 25 syn\n"
            "    expected  verdict ACCEPT  rule filter FORWARD 4   out wan   mark 0x5  uncertain "
            "yes\n"
            "    got       verdict REJECT  rule filter from-lan 1  out none  mark 0x0  uncertain "
            "no\n"
            "    IP 192.168.1.6.1 > 1.2.3.4.25: Flags [S], seq 0, win 65535, length 0\n"
            "    it opens connection 1 with a SYN\n"
            "    filter FORWARD 1         no: conntrack     -A FORWARD -m conntrack --ctstate "
            "INVALID -j LOG --log-prefix \"invalid: \"\n"
            "    filter FORWARD 2         no: conntrack     -A FORWARD -m conntrack --ctstate "
            "INVALID -j DROP\n"
            "    filter FORWARD 3         no: conntrack     -A FORWARD -m conntrack --ctstate "
            "RELATED,ESTABLISHED -j ACCEPT\n"
            "    filter FORWARD 4         yes               -A FORWARD -i lan -j from-lan\n"
            "    filter from-lan 1        yes               -A from-lan -p tcp -m tcp --dport 25 "
            "-j REJECT --reject-with icmp-admin-prohibited");
}

TEST(Rules, AnswersAreHeldAgainstWhatWasSent) {
  const std::string refused = "0 lan 192.168.1.6 > 1.2.3.4 tcp 1 > 25 syn\n";
  EXPECT_EQ(failures(refused + "0 reject icmp 3/13 => state RELATED\n0 reject none\n").size(), 0u);
  EXPECT_EQ(parts(refused + "0 reject none\n"), "no other | others\n");
  EXPECT_EQ(parts(refused + "0 reject tcp-reset\n"), "tcp-reset | others\n");
  EXPECT_EQ(parts(refused + "0 reject icmp 3/13 => state NEW out wan\n"),
            "state NEW | state RELATED\nout wan | out lan\n");
  EXPECT_EQ(parts(refused + "0 reject icmp 3/13\n0 reject icmp 3/13\n"), "icmp 3/13 | none\n");
  const std::vector<Failure> all = failures(refused + "0 reject icmp6 1/4\n");
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].details.size(), 1u);
  EXPECT_NE(all[0].details[0].find("ICMP host 1.2.3.4 unreachable"), std::string::npos)
      << all[0].details[0];
}

TEST(Rules, LinesOfTheLogAreHeldAgainstTheirWords) {
  const std::string invalid = "0 wan 1.2.3.4 > 192.168.1.6 icmp echo-reply id 1\n";
  EXPECT_EQ(failures(invalid + "0 log \"invalid: OUT=lan PROTO=ICMP\"\n0 log none\n").size(), 0u);
  EXPECT_EQ(parts(invalid + "0 log none\n"), "no other | others\n");
  EXPECT_EQ(parts(invalid + "0 log \"PROTO=ICMP OUT=lan\"\n"),
            "\"PROTO=ICMP OUT=lan\" | others\n");  // in another order
  EXPECT_EQ(parts(invalid + "0 log \"invalid: IN=wa\"\n"), "\"invalid: IN=wa\" | others\n");
  EXPECT_EQ(parts(invalid + "0 log \"IN=wan\"\n0 log \"IN=wan\"\n"), "\"IN=wan\" | none\n");
  EXPECT_EQ(parts(invalid + "0 nflog 3 \"x\"\n"), "\"3 x\" | none\n");
  EXPECT_EQ(parts(invalid + "0 nat \"DNAT to 1.2.3.4\"\n"), "\"DNAT to 1.2.3.4\" | none\n");
}

TEST(Rules, APacketComesFromItsSenderOnTheLink) {
  const std::string line = "0 wan 1.2.3.4 > 192.168.1.6 icmp echo-reply id 1";
  EXPECT_EQ(failures(line + "\n0 log \"MAC=02:53:57:00:00:02:02:00:01:02:03:04:08:00\"\n").size(),
            0u);
  EXPECT_EQ(failures(line + " mac 02:00:00:00:00:09\n"
                            "0 log \"MAC=02:53:57:00:00:02:02:00:00:00:00:09:08:00\"\n")
                .size(),
            0u);
}

std::string errors(std::string_view lines) {
  std::string out;
  for (const Error& error : parse(lines).errors) out += error.text() + "\n";
  return out;
}

TEST(Rules, ErrorsInThemHaveTheirOwnPlaces) {
  EXPECT_EQ(errors("rules no.rules\n"), "x:2:7: " STATEWALL_SOURCE_DIR
                                        "/tests/scenarios/no.rules: No such file or directory\n");
  const std::string bad = ::testing::TempDir() + "/statewall-bad.rules";
  std::ofstream(bad) << "*filter\n-A FORWARD -j NOWHERE\n-A FORWARD -m nothing\nCOMMIT\n";
  const std::string text = errors("rules " + bad + "\n");
  EXPECT_NE(text.find(bad + ":2:"), text.npos) << text;
  EXPECT_NE(text.find(bad + ":3:"), text.npos) << text;
}

TEST(Rules, ThereIsOneRulesetOfAFamilyAndNothingElseDrops) {
  EXPECT_EQ(errors("rules rules-office.rules\nrules rules-office.rules\n"),
            "x:3:7: a second ruleset of this family\n");
  EXPECT_EQ(errors("rules rules-office.rules\n0 1.2.3.4 > 5.6.7.8 udp 1 > 2 drop\n"),
            "x:3:31: 'drop' is for scenarios without rules\n");
}

}  // namespace
}  // namespace statewall
