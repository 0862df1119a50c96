#include "service/metrics.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <thread>

#include "service/testing.h"

namespace statewall::testing {
namespace {

constexpr std::string_view kRules =
    "*filter\n"
    ":FORWARD DROP [0:0]\n"
    ":echo - [0:0]\n"
    "-A FORWARD -m conntrack --ctstate INVALID -j DROP\n"
    "-A FORWARD -p icmp -m comment --comment \"say \\\"hi\\\"\" -j echo\n"
    "-A echo -j ACCEPT\n"
    "COMMIT\n";

class MetricsOf : public ::testing::Test {
 protected:
  std::string text(bool rules = false) const { return metrics.text(rules); }
  bool has(const std::string& line, bool rules = false) const {
    return ("\n" + text(rules)).find("\n" + line + "\n") != std::string::npos;
  }

  Site site{kRules, linux_6(), 2};
  DaemonCounters daemon;
  QueueTable queues;
  SourceCounters first, second;
  bool works = true;
  Metrics metrics{
      MetricsSources{site.engine(), daemon, queues, {&first, &second}, [this] { return works; }}};
};

TEST_F(MetricsOf, PacketsByStateReasonVerdictAndWorker) {
  site.pass(ping(kA, kB), 0);
  site.pass(pong(kB, kA), 1);
  site.pass(pong(kB, kA, 0x90001), 1);
  EXPECT_TRUE(has("statewall_packets_total{state=\"NEW\"} 1"));
  EXPECT_TRUE(has("statewall_packets_total{state=\"ESTABLISHED\"} 1"));
  EXPECT_TRUE(has("statewall_packets_total{state=\"INVALID\"} 1"));
  EXPECT_TRUE(has("statewall_invalid_packets_total{reason=\"reply-without-query\"} 1"));
  EXPECT_TRUE(has("statewall_invalid_packets_total{reason=\"checksum-wrong\"} 0"));
  EXPECT_TRUE(has("statewall_verdicts_total{verdict=\"ACCEPT\"} 2"));
  EXPECT_TRUE(has("statewall_verdicts_total{verdict=\"DROP\"} 1"));
  EXPECT_TRUE(has("statewall_worker_packets_total{worker=\"0\"} 1"));
  EXPECT_TRUE(has("statewall_worker_packets_total{worker=\"1\"} 2"));
  EXPECT_TRUE(has("statewall_packet_bytes_total 84"));
}

TEST_F(MetricsOf, TheTable) {
  site.pass(ping(kA, kB));
  site.pass(datagram(kA, kB));
  EXPECT_TRUE(has("statewall_connections 1"));
  EXPECT_TRUE(has("statewall_connections_opened_total 1"));
  EXPECT_TRUE(has("statewall_connections_unconfirmed_total 1"));
  EXPECT_TRUE(has("statewall_connections_limit " + std::to_string(site.engine().profile().max)));
}

TEST_F(MetricsOf, SourcesAndTheDaemon) {
  SourceCounters::add(first.received, 5);
  SourceCounters::add(second.lost, 2);
  daemon.reloads = 3;
  daemon.failed_savings = 1;
  EXPECT_TRUE(has("statewall_source_received_frames_total{worker=\"0\"} 5"));
  EXPECT_TRUE(has("statewall_source_lost_frames_total{worker=\"1\"} 2"));
  EXPECT_TRUE(has("statewall_source_send_failures_total{worker=\"1\"} 0"));
  EXPECT_TRUE(has("statewall_reloads_total{result=\"ok\"} 3"));
  EXPECT_TRUE(has("statewall_reloads_total{result=\"failed\"} 0"));
  EXPECT_TRUE(has("statewall_savings_total{result=\"failed\"} 1"));
}

TEST_F(MetricsOf, Health) {
  EXPECT_TRUE(has("statewall_healthy 1"));
  works = false;
  EXPECT_TRUE(has("statewall_healthy 0"));
  EXPECT_FALSE(metrics.healthy());
}

TEST_F(MetricsOf, RulesWhereTheyAreAskedFor) {
  site.pass(ping(kA, kB), 0);
  site.pass(ping(kA, kB, 0x80001), 1);
  site.pass(datagram(kA, kB));
  EXPECT_EQ(text().find("statewall_rule_"), std::string::npos);
  const std::string place = "family=\"ipv4\",table=\"filter\",chain=";
  EXPECT_TRUE(has(
      "statewall_rule_packets_total{" + place + "\"echo\",rule=\"1\",text=\"-A echo -j ACCEPT\"} 2",
      true));
  EXPECT_TRUE(
      has("statewall_rule_bytes_total{" + place + "\"FORWARD\",rule=\"policy\",text=\"DROP\"} 28",
          true));
  // Quotation marks of a rule are escaped, and those within them twice.
  EXPECT_NE(
      text(true).find(
          R"(rule="2",text="-A FORWARD -p icmp -m comment --comment \"say \\\"hi\\\"\" -j echo"} 2)"),
      std::string::npos);
}

// Rules that were in force when the asking began are told of, whatever comes meanwhile.
TEST_F(MetricsOf, RulesThatOthersReplacedCanStillBeAsked) {
  const auto before = site.engine().rules();
  site.pass(ping(kA, kB));
  site.install("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
  const auto& chains = before->ipv4()->tables[0].chains;
  const auto forward = std::ranges::find(chains, "FORWARD", &rules::Chain::name) - chains.begin();
  const RulePlace last{rules::TableKind::filter, static_cast<std::uint32_t>(forward), 1};
  EXPECT_EQ(site.engine().counters(*before, Family::ipv4, {&last, 1}).front().packets, 1u);
}

// For the sanitizers: who asks is no thread of the firewall's.
TEST_F(MetricsOf, AskedAmidTrafficAndReloads) {
  std::atomic<bool> ends = false;
  const auto until_the_end = [&](auto&& work) {
    return std::thread([&ends, work] {
      while (!ends) work();
    });
  };
  const Octets fragment =
      ipv4({.source = kA, .destination = kB, .protocol = 17, .id = 7, .more_fragments = true},
           Octets(64));
  std::thread workers[] = {until_the_end([&] { site.pass(ping(kA, kB), 0); }),
                           until_the_end([&] { site.pass(fragment, 1); }),
                           until_the_end([&] { site.install(kRules); })};
  for (int i = 0; i < 50; ++i) {
    EXPECT_NE(text(true).find("chain=\"echo\",rule=\"1\""), std::string::npos);
  }
  ends = true;
  for (std::thread& worker : workers) worker.join();
}

// https://prometheus.io/docs/practices/naming/
TEST_F(MetricsOf, NamesAreAsPrometheusHasThem) {
  std::set<std::string> seen;
  auto families = metrics.Collect();
  for (auto& family : metrics.collect_rules()) families.push_back(std::move(family));
  for (const auto& family : families) {
    EXPECT_TRUE(std::regex_match(family.name, std::regex("statewall(_[a-z]+)+"))) << family.name;
    EXPECT_EQ(family.name.ends_with("_total"), family.type == prometheus::MetricType::Counter)
        << family.name;
    EXPECT_TRUE(family.help.ends_with('.')) << family.name;
    EXPECT_FALSE(family.metric.empty()) << family.name;
    EXPECT_TRUE(seen.insert(family.name).second) << family.name;
  }
}

TEST_F(MetricsOf, EachIsInTheManual) {
  std::ifstream file(STATEWALL_SOURCE_DIR "/docs/metrics.md");
  const std::string manual{std::istreambuf_iterator<char>(file), {}};
  auto families = metrics.Collect();
  for (auto& family : metrics.collect_rules()) families.push_back(std::move(family));
  for (const auto& family : families) {
    EXPECT_NE(manual.find("| `" + family.name), std::string::npos) << family.name;
  }
}

}  // namespace
}  // namespace statewall::testing
