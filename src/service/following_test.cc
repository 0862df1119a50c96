#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
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
using testing::ping;
using testing::pong;
using testing::Site;

using EventsFollowed = testing::Served;

TEST_F(EventsFollowed, EventsAreToldWithTheirCauses) {
  Asker asker(server);
  site.pass(ping(kA, kB, 0x10001));  // before anybody listens
  asker.send("statewall/1 events\n");
  EXPECT_EQ(asker.line(), "# following");
  site.pass(ping(kA, kB, 0x20001));
  site.pass(pong(kB, kA, 0x20001));
  Asker other(server);
  EXPECT_EQ(other.ask("flush"), Lines{". 2"});
  Lines lines;
  for (int i = 0; i < 4; ++i) lines.push_back(asker.line());
  EXPECT_TRUE(contains(lines[0], "[NEW] icmp     1 ")) << lines[0];
  EXPECT_TRUE(contains(lines[1], "[UPDATE] icmp     1 ")) << lines[1];
  for (int i = 2; i < 4; ++i) {
    EXPECT_TRUE(contains(lines[i], "[DESTROY]") && contains(lines[i], "cause=flushed"));
    EXPECT_FALSE(contains(lines[i], "[0.")) << "has a time: " << lines[i];
  }
  EXPECT_EQ(asker.line(20), "(nothing)");
}

TEST_F(EventsFollowed, EventsOfSomeKindsAndConnections) {
  Asker some(server), json(server), conntrack(server);
  some.send("statewall/1 events kinds=destroy,update proto=icmp\n");
  json.send("statewall/1 events format=json kinds=new\n");
  conntrack.send("statewall/1 events output=id kinds=new\n");
  for (Asker* each : {&some, &json, &conntrack}) EXPECT_EQ(each->line(), "# following");
  site.pass(datagram(kA, kB));
  site.pass(ping(kA, kB));
  site.pass(pong(kB, kA));
  EXPECT_TRUE(contains(some.line(), "[UPDATE] icmp"));
  EXPECT_EQ(some.line(20), "(nothing)");
  EXPECT_TRUE(json.line().starts_with("= {\"v\":1,\"type\":\"event\",\"file\":\"live\""));
  const std::string line = conntrack.line();
  EXPECT_TRUE(line.starts_with("=     [NEW] udp      17 ")) << line;
  EXPECT_TRUE(line.ends_with(" id=1")) << line;
}

TEST_F(EventsFollowed, EventsThatSeveralWorkersTellComeInTheirOrder) {
  Site wide("", linux_6(), 3);
  ControlServer of_wide(wide.engine());
  Asker asker(of_wide);
  asker.send("statewall/1 events proto=udp\n");
  EXPECT_EQ(asker.line(), "# following");
  constexpr unsigned kConnections = 30;
  for (unsigned i = 0; i < kConnections; ++i) {
    const auto port = static_cast<std::uint16_t>(2000 + i);
    wide.pass(datagram(kA, kB, port, 53), (i + 1) % 3);
    wide.pass(datagram(kB, kA, 53, port), i % 3);
  }
  EXPECT_EQ(Asker(of_wide).ask("flush"), Lines{fmt::format(". {}", kConnections)});
  std::map<std::string, std::string> told;
  for (unsigned i = 0; i < 3 * kConnections; ++i) {
    const std::string line = asker.line();
    const std::size_t kind = line.find('[', 3) + 1, port = line.find("sport=");
    ASSERT_NE(port, line.npos) << line;
    told[line.substr(port, 10)] += line.substr(kind, line.find(']', kind) - kind) + " ";
  }
  for (const auto& [port, kinds] : told) EXPECT_EQ(kinds, "NEW UPDATE DESTROY ") << port;
}

TEST_F(EventsFollowed, WhoDoesNotKeepUpIsToldHowManyEventsItMissed) {
  ControlLimits limits;
  limits.output = 10'000;
  ControlServer narrow(site.engine(), {}, limits);
  Asker slow(narrow);
  slow.send("statewall/1 events kinds=new\n");
  EXPECT_EQ(slow.line(), "# following");
  constexpr int kCount = 30'000;
  for (int i = 0; i < kCount; ++i) {
    site.pass(datagram(kA, kB, static_cast<std::uint16_t>(1000 + i), 53));
    if (i % 1000 == 0) narrow.serve();
  }
  narrow.serve();
  int told = 0, lost = 0;
  for (std::string line = slow.line(); line != "(nothing)"; line = slow.line(100)) {
    if (line.starts_with("# lost ")) {
      lost += std::stoi(line.substr(7));
    } else {
      ++told;
    }
  }
  EXPECT_GT(lost, 0);
  EXPECT_EQ(told + lost, kCount);
}

TEST_F(EventsFollowed, EventsThatFoundNoRoomAtTheWorkerAreCounted) {
  Asker asker(server);
  asker.send("statewall/1 events kinds=new\n");
  EXPECT_EQ(asker.line(), "# following");
  constexpr int kCount = 9000;  // more than a worker keeps
  open_many(kCount);
  int told = 0, lost = 0;
  for (std::string line = asker.line(); line != "(nothing)"; line = asker.line(100)) {
    if (line.starts_with("# lost ")) {
      lost += std::stoi(line.substr(7));
    } else {
      ++told;
    }
  }
  EXPECT_GT(lost, 0);
  EXPECT_EQ(told + lost, kCount);
}

class PacketsFollowed : public testing::Served {
 protected:
  PacketsFollowed() {
    site.install(
        filter(":FORWARD ACCEPT [0:0]\n-A FORWARD -p udp --dport 53 -j DROP\n"
               "-A FORWARD -p icmp -j ACCEPT"));
  }
};

TEST_F(PacketsFollowed, PacketsThatWereNotAcceptedAreExplained) {
  Asker asker(server), json(server);
  EXPECT_EQ(site.pass(datagram(kA, kB, 1024, 53)), Fate::drop);  // before anybody follows
  asker.send("statewall/1 explain\n");
  json.send("statewall/1 explain format=json\n");
  EXPECT_EQ(asker.line(), "# following");
  EXPECT_EQ(json.line(), "# following");
  EXPECT_EQ(site.pass(datagram(kA, kB, 1025, 53)), Fate::drop);
  EXPECT_EQ(site.pass(ping(kA, kB)), Fate::pass);
  const std::string line = asker.line();
  EXPECT_TRUE(contains(line, " NEW         orig  ")) << line;
  EXPECT_TRUE(contains(line, "DROP   IP 192.168.1.6.1025 > 10.0.0.10.53: UDP")) << line;
  EXPECT_TRUE(line.ends_with("; filter FORWARD 1")) << line;
  EXPECT_EQ(asker.line(30), "(nothing)");
  const std::string object = json.line();
  EXPECT_TRUE(contains(object, "\"verdict\":\"DROP\"")) << object;
  EXPECT_TRUE(contains(object, "\"in\":\"lan\",\"out\":\"wan\"")) << object;
}

TEST_F(PacketsFollowed, PacketsOfOneConnectionAreExplained) {
  site.pass(ping(kA, kB));
  Asker one(server), refused(server);
  one.send("statewall/1 explain conn=1\n");
  refused.send("statewall/1 explain\n");
  EXPECT_EQ(one.line(), "# following");
  EXPECT_EQ(refused.line(), "# following");
  site.pass(datagram(kA, kB, 1025, 53));
  site.pass(pong(kB, kA));
  const std::string reply = one.line();
  EXPECT_TRUE(contains(reply, "ESTABLISHED reply #1    ACCEPT")) << reply;
  EXPECT_EQ(one.line(30), "(nothing)");
  EXPECT_TRUE(contains(refused.line(), "DROP"));
  EXPECT_EQ(refused.line(30), "(nothing)");
  // Another one can be followed when nobody follows this one any more.
  EXPECT_EQ(Asker(server).ask("explain conn=2"),
            Lines{"! runtime somebody follows connection 1, and one can be followed at a time"});
  one.hang_up();
  Asker two(server);
  two.send("statewall/1 explain conn=2\n");
  EXPECT_EQ(two.line(), "# following");
}

TEST_F(PacketsFollowed, NothingIsWatchedWhenNobodyAsks) {
  {
    Asker asker(server);
    asker.send("statewall/1 explain\n");
    EXPECT_EQ(asker.line(), "# following");
  }
  server.serve();
  site.pass(datagram(kA, kB, 1025, 53));
  EXPECT_TRUE(site.engine().take_news(0).packets.empty());
  pollfd rests{server.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&rests, 1, 50), 0);
}

}  // namespace
}  // namespace statewall
