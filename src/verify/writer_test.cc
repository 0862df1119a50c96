#include "scenario/writer.h"

#include <gtest/gtest.h>

#include "scenario/parser.h"
#include "traffic/traffic.h"

namespace statewall {
namespace {

std::vector<WrittenPacket> generated(const TrafficMix& mix, std::size_t count) {
  Traffic traffic(5, mix);
  std::vector<WrittenPacket> packets(count);
  for (WrittenPacket& packet : packets) traffic.next(packet.bytes);
  return packets;
}

// Whatever is written makes the same packets again, and much of it is words.
TEST(Writer, WritesAllTraffic) {
  for (const NamedMix& named : traffic_mixes()) {
    std::vector<WrittenPacket> packets = generated(named.mix, 1500);
    packets[0].expectations = "state NEW";
    const std::string text = scenario_text(packets, "profile linux-2.4\n# why\n");
    const ParsedScenario parsed = parse_scenario(text, "written");
    ASSERT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
    ASSERT_EQ(parsed.scenario.packets, packets.size());
    std::vector<PacketBytes> sent;
    int words = 0;
    for (const Step& step : parsed.scenario.steps) {
      const PacketSpec& spec = std::get<PacketStep>(step.what).packet;
      words += spec.bytes.empty() ? 1 : 0;
      sent.push_back(make_packet(spec, sent));
      ASSERT_EQ(sent.back(), packets[sent.size() - 1].bytes) << named.name << ' ' << sent.size();
    }
    RecordProperty(std::string(named.name), words);
    const bool much = named.name == "tcp" || named.name == "all";
    EXPECT_GT(words, much ? 700 : 0) << named.name;
    EXPECT_EQ(std::get<PacketStep>(parsed.scenario.steps[0].what).expectations.size(), 1u);
  }
}

std::string words(std::string_view lines) {
  const ParsedScenario parsed = parse_scenario("statewall-scenario 1\n" + std::string(lines), "x");
  EXPECT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
  std::vector<PacketBytes> sent;
  std::vector<WrittenPacket> packets;
  for (const Step& step : parsed.scenario.steps) {
    sent.push_back(make_packet(std::get<PacketStep>(step.what).packet, sent));
    packets.push_back({sent.back()});
  }
  return packet_words(packets, packets.size() - 1);
}

TEST(Writer, FindsTheWords) {
  const char* const lines[] = {
      "1.2.3.4 > 5.6.7.8 icmp 8/0 id 5 seq 6 length 10 ttl 3",
      "fd00::1 > fd00::2 icmp6 128/0 id 5 length 0",
      "1.2.3.4 > 5.6.7.8 tcp 1 > 2 syn,ack seq 5 ack 6 win 7 mss 1460 sack-ok wscale 7 length 3",
      "1.2.3.4 > 5.6.7.8 tcp 1 > 2 ack sack 10-20,30-40 ip-id 5 df bad-checksum",
      "fd00::1 > fd00::2 udp 1 > 2 length 3",
      "1.2.3.4 > 5.6.7.8 udplite 1 > 2 coverage 8 length 3",
      "1.2.3.4 > 5.6.7.8 sctp 1 > 2 init itag 9",
      "1.2.3.4 > 5.6.7.8 sctp 1 > 2 cookie-echo,data vtag 9",
      "1.2.3.4 > 5.6.7.8 gre version 1 carries 34827 key 7 seq 0 length 4",
      "1.2.3.4 > 5.6.7.8 proto 253 length 4",
      "1.2.3.4 > 5.6.7.8 tcp 1 > 2 urg urgent 3 tsval 4 tsecr 5 payload 0x6869 tos 16",
      "1.2.3.4 > 5.6.7.8 udp 1 > 2 ip-options 94040000",
      "1.2.3.4 > 5.6.7.8 esp spi 5 seq 6 length 8",
      "1.2.3.4 > 5.6.7.8 igmp 22/1 group 224.0.0.251",
      "1.2.3.4 > 5.6.7.8 ah spi 5 udp 1 > 2",
      "fd00::1 > fd00::2 udp 1 > 2 tos 184 flow 74565",
      "fd00::1 > fd00::2 hop-by-hop 5:2 routing type 4 left 1 via fd00::9 tcp 1 > 2 syn",
      "fd00::1 > fd00::2 destination 0,194:4 ah spi 5 seq 6 icmp6 128/0 length 0",
  };
  for (const std::string line : lines) EXPECT_EQ(words("0 " + line), line);
  EXPECT_EQ(
      words(
          "0 1.2.3.4 > 5.6.7.8 udp 1 > 2 length 30\n0 9.9.9.9 > 1.2.3.4 icmp 3/3 quoting #1 cut 8"),
      "9.9.9.9 > 1.2.3.4 icmp 3/3 quoting #1 cut 8");
  EXPECT_EQ(words("0 bytes 00ff0102 03"), "bytes 00ff0102 03");
}

}  // namespace
}  // namespace statewall
