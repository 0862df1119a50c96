#include "service/control_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "service/testing.h"

namespace statewall {
namespace {

using testing::Asker;
using testing::contains;
using testing::datagram;
using testing::filter;
using testing::kA;
using testing::kB;
using testing::Lines;
using testing::Octets;
using testing::ping;
using testing::pong;
using testing::Site;

const std::string kPingOfA =
    " src=192.168.1.6 dst=10.0.0.10 type=8 code=0 id=7 packets=1 bytes=28 [UNREPLIED]";

using Control = testing::Served;

TEST_F(Control, ListsTheTable) {
  Asker asker(server);
  EXPECT_EQ(asker.ask("list"), Lines{". 0"});
  site.pass(ping(kA, kB));
  site.pass(datagram(kA, kB, 1025, 53));
  const Lines lines = asker.ask("list");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(contains(lines[0], kPingOfA)) << lines[0];
  EXPECT_TRUE(contains(lines[1], "sport=1025 dport=53")) << lines[1];
  EXPECT_EQ(lines[2], ". 2");
}

TEST_F(Control, ListsWhatAFilterMeans) {
  site.pass(ping(kA, kB));
  site.pass(datagram(kA, kB, 1025, 53));
  Asker asker(server);
  const Lines icmp = asker.ask("list proto=icmp src=192.168.1.0%2f24");
  ASSERT_EQ(icmp.size(), 2u);
  EXPECT_TRUE(contains(icmp[0], kPingOfA)) << icmp[0];
  EXPECT_EQ(asker.ask("list proto=icmp dst=10.0.0.11"), Lines{". 0"});
  EXPECT_EQ(asker.ask("list dport=53").back(), ". 1");
}

TEST_F(Control, ListsInEveryForm) {
  site.pass(ping(kA, kB));
  const struct {
    const char* fields;
    const char* begin;
    const char* end;
  } kForms[] = {
      {"format=conntrack", "= icmp     1 ", "mark=0 use=1"},
      {"output=extended,id", "= ipv4     2 icmp     1 ", "mark=0 use=1 id=1"},
      {"format=nf_conntrack", "= ipv4     2 icmp     1 ", "mark=0 zone=0 use=2"},
      {"format=ip_conntrack", "= icmp     1 ", "id=7 use=1 "},
      {"format=tutorial", "= icmp 1 ", "id=7 use=1"},
      {"format=json",
       "= {\"v\":1,\"type\":\"connection\",\"file\":\"live\",\"ts\":", "\"mark\":0}"},
  };
  for (const auto& [fields, begin, end] : kForms) {
    Asker asker(server);
    const std::string line = asker.ask(std::string("list ") + fields).front();
    EXPECT_TRUE(line.starts_with(begin)) << line;
    EXPECT_TRUE(line.ends_with(end)) << line;
  }
}

TEST_F(Control, WhatMakesNoSenseIsSaidAndEndsTheSession) {
  const struct {
    const char* request;
    const char* answer;
  } kCases[] = {
      {"lsit", "! usage unknown command 'lsit'; did you mean 'list'?"},
      {"list prto=tcp", "! usage list: unknown field 'prto'; did you mean 'proto'?"},
      {"list proto=tpc", "! usage proto: unknown protocol 'tpc'; did you mean 'tcp'?"},
      {"list format=jsno",
       "! usage format: unknown value 'jsno'; did you mean 'json'? (values: conntrack, "
       "ip_conntrack, nf_conntrack, tutorial, json)"},
      {"list output=id,", "! usage output: unknown value '' (values: extended, id, timestamp)"},
      {"events kinds=old", "! usage kinds: unknown value 'old' (values: new, update, destroy)"},
      {"top limit=0", "! usage limit: '0' is not 1 to 1000"},
      {"top sort=size", "! usage sort: unknown value 'size' (values: bytes, packets, age)"},
      {"delete", "! usage say which connections to delete; flush deletes all"},
      {"flush proto=tcp", "! usage flush: unknown field 'proto'"},
      {"explain conn=0", "! usage conn: '0' is not 1 to 18446744073709551615"},
      {"stats rules=maybe", "! usage rules: unknown value 'maybe' (values: no, yes)"},
      {"reload", "! runtime this firewall cannot reload its rules"},
      {"save", "! runtime this firewall cannot save its state"},
      {"import", "! runtime this firewall cannot import connections"},
  };
  for (const auto& [request, answer] : kCases) {
    Asker asker(server);
    EXPECT_EQ(asker.ask(request), Lines{answer});
    // Only what was begun and cannot be done leaves the session open.
    const bool open = std::string_view(request) == "reload" || std::string_view(request) == "save";
    EXPECT_EQ(asker.line(open ? 20 : 20'000), open ? "(nothing)" : "(end)") << request;
  }
}

TEST_F(Control, EndsConnectionsThatAFilterMeans) {
  site.pass(ping(kA, kB));
  open_many(300);
  Asker asker(server);
  EXPECT_EQ(asker.ask("delete proto=icmp"), Lines{". 1"});
  EXPECT_EQ(asker.ask("delete proto=icmp"), Lines{". 0"});
  EXPECT_EQ(site.engine().connections(), 300u);
  EXPECT_EQ(asker.ask("flush"), Lines{". 300"});
  EXPECT_EQ(site.engine().connections(), 0u);
}

TEST_F(Control, ALongListGoesOnAsItIsRead) {
  open_many(5000);
  ControlLimits limits;
  limits.output = 20'000;
  ControlServer narrow(site.engine(), {}, limits);
  Asker slow(narrow), quick(narrow);
  slow.send("statewall/1 list format=json\n");
  for (int i = 0; i < 100; ++i) narrow.serve();
  // Nobody reads: what waits is bounded, and the descriptor rests.
  pollfd rests{narrow.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&rests, 1, 0), 0);
  EXPECT_EQ(quick.ask("list conn=1").back(), ". 1");
  site.pass(ping(kA, kB));
  const Lines lines = slow.answer();
  EXPECT_EQ(lines.back(), ". 5001");
  EXPECT_EQ(lines.size(), 5002u);
}

TEST_F(Control, RequestsAreAnsweredInTheirOrder) {
  site.pass(ping(kA, kB));
  Asker asker(server);
  asker.send("statewall/1 list\nstatewall/1 flush\nstatewall/1 list\nstatewall/1 li");
  EXPECT_EQ(asker.answer().size(), 2u);
  EXPECT_EQ(asker.answer(), Lines{". 1"});
  EXPECT_EQ(asker.answer(), Lines{". 0"});
  asker.send("st\n");
  EXPECT_EQ(asker.answer(), Lines{". 0"});
}

TEST_F(Control, WhoSendsNoMoreIsAnsweredAllTheSame) {
  open_many(2000);
  Asker asker(server);
  asker.send("statewall/1 list\n");
  ::shutdown(asker.number(), SHUT_WR);
  EXPECT_EQ(asker.answer().size(), 2001u);
  EXPECT_EQ(asker.line(), "(end)");
  EXPECT_EQ(server.clients(), 0u);
}

class ControlOfRules : public Control {
 protected:
  ControlOfRules() {
    site.install(
        filter(":FORWARD ACCEPT [0:0]\n-A FORWARD -p udp --dport 53 -j DROP\n"
               "-A FORWARD -p icmp -j ACCEPT"));
  }
};

std::string number_of(const Lines& lines, std::string_view group, std::string_view name) {
  for (const std::string& line : lines) {
    char words[3][64] = {};
    if (std::sscanf(line.c_str(), "= %63s %63s %63s", words[0], words[1], words[2]) != 3) continue;
    if (group == words[0] && name == words[1]) return words[2];
  }
  return "(none)";
}

TEST_F(ControlOfRules, Statistics) {
  site.pass(ping(kA, kB));
  site.pass(pong(kB, kA));
  site.pass(datagram(kA, kB, 1025, 53));
  const Lines lines = Asker(server).ask("stats");
  const struct {
    const char* group;
    const char* name;
    const char* value;
  } kExpected[] = {
      {"packets", "all", "3"},       {"packets", "bytes", "84"},     {"state", "NEW", "2"},
      {"state", "ESTABLISHED", "1"}, {"state", "INVALID", "(none)"}, {"verdict", "ACCEPT", "2"},
      {"verdict", "DROP", "1"},      {"worker", "0", "3"},           {"table", "connections", "1"},
      {"table", "opened", "1"},      {"fragments", "all", "0"},      {"rules", "version", "3"}};
  for (const auto& [group, name, value] : kExpected) {
    EXPECT_EQ(number_of(lines, group, name), value) << group << " " << name;
  }
  EXPECT_EQ(lines.back(), ". 1");
}

TEST_F(ControlOfRules, StatisticsAsJsonWithWhatTheDaemonAdds) {
  ControlHandlers handlers;
  handlers.statistics = [](std::vector<LiveStatistic>& all) {
    all.push_back({"daemon", "x\"", 7});
  };
  ControlServer telling(site.engine(), handlers);
  const Lines lines = Asker(telling).ask("stats format=json");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("= {\"v\":1,\"type\":\"live_stats\",\"ts\":\"")) << lines[0];
  EXPECT_TRUE(contains(lines[0], "\"packets\":{\"all\":0,")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with("\"daemon\":{\"x\\\"\":7}}")) << lines[0];
}

TEST_F(ControlOfRules, RulesWithWhatTheyCounted) {
  site.pass(datagram(kA, kB, 1025, 53));
  site.pass(datagram(kA, kB, 1025, 54));
  site.pass(ping(kA, kB));
  const Lines lines = Asker(server).ask("stats rules=yes");
  const auto begin = std::ranges::find(lines, "= *filter");
  ASSERT_NE(begin, lines.end());
  const Lines rules(begin, lines.end());
  EXPECT_EQ(rules,
            (Lines{"= *filter", "= :INPUT ACCEPT [0:0]", "= :FORWARD ACCEPT [1:28]",
                   "= :OUTPUT ACCEPT [0:0]", "= [1:28] -A FORWARD -p udp -m udp --dport 53 -j DROP",
                   "= [1:28] -A FORWARD -p icmp -j ACCEPT", "= COMMIT", ". 1"}));
  const Lines json = Asker(server).ask("stats rules=yes format=json");
  ASSERT_EQ(json.size(), 3u);
  EXPECT_TRUE(json[1].starts_with("= {\"v\":1,\"type\":\"rules\",\"family\":4,\"text\":\"*filter"));
}

TEST_F(Control, ManyRulesAreToldAsTheyAreRead) {
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += "-A FORWARD -s 10.0.0.1 -j ACCEPT\n";
  lines.pop_back();
  site.install(filter(lines));
  ControlLimits limits;
  limits.output = 20'000;
  ControlServer narrow(site.engine(), {}, limits);
  Asker asker(narrow);
  asker.send("statewall/1 stats rules=yes\n");
  for (int i = 0; i < 200; ++i) narrow.serve();
  pollfd rests{narrow.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&rests, 1, 0), 0);  // nobody reads: it waits
  const Lines answer = asker.answer();
  EXPECT_EQ(std::ranges::count(answer, "= [0:0] -A FORWARD -s 10.0.0.1/32 -j ACCEPT"), 3000);
  EXPECT_EQ(answer.back(), ". 1");
}

TEST_F(Control, OtherRulesMeanwhileAreSaid) {
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += "-A FORWARD -s 10.0.0.1 -j ACCEPT\n";
  lines.pop_back();
  site.install(filter(lines));
  Asker asker(server);
  asker.send("statewall/1 stats rules=yes\n");
  server.serve();
  site.install("");
  EXPECT_EQ(asker.answer(), Lines{"! runtime other rules came into force meanwhile; ask again"});
}

TEST_F(Control, TheGreatestConnections) {
  site.pass(datagram(kA, kB, 1001, 53));                         // 28 bytes
  site.pass(datagram(kA, kB, 1002, 53, Octets(100)));            // 128
  for (int i = 0; i < 3; ++i) site.pass(ping(kA, kB, 0x70001));  // 3 packets
  Asker asker(server);
  // Two threads number connections here, this one and the operator.
  const auto numbers = [&](const std::string& request) {
    std::string text;
    for (const std::string& line : asker.ask(request)) {
      text += line.substr(2, line.find('\t') - 2) + (line[0] == '=' ? " " : " in all");
    }
    return text;
  };
  EXPECT_EQ(numbers("top"), "3 5 1 3 in all");
  EXPECT_EQ(numbers("top sort=packets"), "5 1 3 3 in all");
  EXPECT_EQ(numbers("top sort=age limit=2"), "1 3 3 in all");
  EXPECT_EQ(numbers("top proto=icmp"), "5 1 in all");
  const auto without_time = [&](const std::string& request) {
    return std::regex_replace(asker.ask(request).front(), std::regex("\t(29|30)\t"), "\tT\t");
  };
  EXPECT_EQ(without_time("top conn=3"),
            "= 3\t1\t128\tT\tudp\tUNREPLIED\t192.168.1.6:1002\t10.0.0.10:53");
  EXPECT_EQ(without_time("top conn=5"),
            "= 5\t3\t84\tT\ticmp:8/0:7\tUNREPLIED\t192.168.1.6\t10.0.0.10");
}

TEST_F(Control, WhatTheDaemonDoesForThoseWhoAsk) {
  std::string did, imported;
  ControlHandlers handlers;
  handlers.reload = [&]() -> std::optional<Error> {
    did += "reload ";
    return Error{ErrorKind::input, "office.rules:12:9", "unknown match 'sate'"};
  };
  handlers.save = [&]() -> std::optional<Error> {
    did += "save ";
    return std::nullopt;
  };
  handlers.import = [&](std::string_view lines) -> Result<std::string> {
    imported = lines;
    if (lines.empty()) return Error{ErrorKind::input, "line 1", "nothing"};
    return std::string("2 connections");
  };
  ControlServer able(site.engine(), handlers);
  Asker asker(able);
  EXPECT_EQ(asker.ask("reload"), Lines{"! input office.rules:12:9: unknown match 'sate'"});
  EXPECT_EQ(asker.ask("save"), Lines{". 1"});
  EXPECT_EQ(did, "reload save ");
  EXPECT_EQ(asker.ask("import\n= tcp 6\n= udp 17\n."), (Lines{"= 2 connections", ". 1"}));
  EXPECT_EQ(imported, "tcp 6\nudp 17\n");
  EXPECT_EQ(asker.ask("import\n."), Lines{"! input line 1: nothing"});
  EXPECT_EQ(asker.ask("import\ntcp 6"),
            Lines{"! usage behind this request come lines that begin with = and one with ."});
}

TEST_F(Control, OneImportAtATimeAndNotTooLarge) {
  ControlHandlers handlers;
  handlers.import = [](std::string_view) -> Result<std::string> { return std::string(); };
  ControlLimits limits;
  limits.import = 20;
  ControlServer able(site.engine(), handlers, limits);
  Asker first(able), second(able);
  first.send("statewall/1 import\n= 1234567890\n");
  able.serve();
  EXPECT_EQ(second.ask("import"),
            Lines{"! runtime somebody imports connections; try again behind that"});
  first.send("= 1234567890\n");
  EXPECT_EQ(first.answer(), Lines{"! input more than 20 bytes are too much for one import"});
  EXPECT_EQ(Asker(able).ask("import\n= 12\n."), Lines{". 1"});
}

TEST_F(Control, WhoseRequestDoesNotArriveIsDropped) {
  ControlLimits limits;
  limits.patience = std::chrono::milliseconds(50);
  ControlServer impatient(site.engine(), {}, limits);
  Asker silent(impatient), half(impatient), follower(impatient);
  half.send("statewall/1 list");
  follower.send("statewall/1 events\n");
  EXPECT_EQ(follower.line(), "# following");
  for (Asker* each : {&silent, &half}) {
    EXPECT_EQ(each->line(), "! usage the request did not arrive in time");
    EXPECT_EQ(each->line(), "(end)");
  }
  // Who waits for events is not waited for.
  EXPECT_EQ(follower.line(100), "(nothing)");
  EXPECT_EQ(impatient.clients(), 1u);
}

TEST_F(Control, ALineHasItsLimit) {
  const std::string head = "statewall/1 list proto=";
  const std::string fits = head + std::string(4095 - head.size(), 'x') + "\n";
  Asker fitting(server), too_long(server), endless(server);
  fitting.send(fits);
  EXPECT_TRUE(contains(fitting.line(), "unknown protocol"));
  too_long.send(head + "x" + fits.substr(head.size()));
  EXPECT_EQ(too_long.line(), "! usage a line has at most 4096 bytes with its end");
  endless.send(std::string(100'000, 'x'));
  EXPECT_EQ(endless.line(), "! usage a line has at most 4096 bytes with its end");
  EXPECT_EQ(endless.line(), "(end)");
}

TEST_F(Control, OneClientTooManyIsToldSo) {
  ControlLimits limits;
  limits.clients = 2;
  ControlServer small(site.engine(), {}, limits);
  Asker first(small), second(small), third(small);
  EXPECT_EQ(third.line(), "! runtime 2 clients are connected already");
  first.hang_up();
  small.serve();
  EXPECT_EQ(Asker(small).ask("list"), Lines{". 0"});
}

}  // namespace
}  // namespace statewall
