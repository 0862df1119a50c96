#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "replay/world.h"
#include "rules/loader.h"
#include "rules/printer.h"
#include "traffic/random_rules.h"
#include "traffic/traffic.h"
#include "wire/ip_readable.h"

// A ruleset, printed, is the same ruleset: read again it is printed alike, and does the same with
// every packet. Random ones, and all that this project has in files.

namespace statewall::model {
namespace {

namespace fs = std::filesystem;

rules::Ruleset load(const std::string& text, Family family, const std::string& name) {
  rules::Loaded loaded = rules::load(text, name, {.family = family, .skip_unsupported = true});
  for (const Error& error : loaded.errors) ADD_FAILURE() << error.text();
  return loaded.ruleset ? *std::move(loaded.ruleset) : rules::Ruleset{};
}

std::string printed(const rules::Ruleset& ruleset) {
  std::string text;
  rules::append_ruleset(text, ruleset, true);
  return text;
}

/// A ruleset at work.
class Side {
 public:
  explicit Side(const rules::Ruleset& ruleset) : ruleset_(ruleset), firewall_(config(ruleset)) {
    WorldConfig small;
    small.profile = linux_6();
    small.profile.max = small.profile.buckets = 1000;
    auto world = World::create(small);
    world_ = std::move(*world);
  }

  /// Everything that became of a packet, as text. Chains go by their names, since printing puts
  /// them in another order.
  std::string pass(const std::vector<std::uint8_t>& bytes, Nanoseconds now) {
    world_->advance(now, [](const Event&) {});
    const Packet packet = read_ip(bytes);
    const auto passage = world_->pass(packet, {bytes, LinkType::raw, "lan"}, firewall_, nullptr);
    const Decision& decision = *passage.decision;
    std::ostringstream out;
    out << name(decision.verdict) << ' ' << decision.mark << ' ' << int{decision.tos} << ' '
        << int{decision.ttl} << ' ' << static_cast<int>(decision.obstacle) << ' '
        << static_cast<int>(decision.uncertainty) << ' ' << place(decision);
    if (decision.decided && decision.place.rule != RulePlace::kPolicy) ++decided_;
    for (const std::uint8_t byte : firewall_.answer()) out << ' ' << int{byte};
    world_->take_events([](const Event&) {});
    return out.str();
  }

  std::size_t decided() const { return decided_; }

  /// What each rule counted, by chain.
  std::string counters() const {
    std::vector<std::string> chains;
    for (const rules::Table& table : ruleset_.tables) {
      for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
        std::string text = std::string(name(table.kind)) + " " + table.chains[c].name + ":";
        for (std::uint32_t r = 0; r < table.chains[c].rules.size(); ++r) {
          const auto counted = firewall_.counters(ruleset_.family, {table.kind, c, r});
          text += " " + std::to_string(counted.packets) + "/" + std::to_string(counted.bytes);
        }
        chains.push_back(text + "\n");
      }
    }
    std::ranges::sort(chains);
    std::string all;
    for (const std::string& chain : chains) all += chain;
    return all;
  }

 private:
  static FirewallConfig config(const rules::Ruleset& ruleset) {
    FirewallConfig config;
    (ruleset.family == Family::ipv6 ? config.ipv6 : config.ipv4) = &ruleset;
    config.topology.add(*rules::Topology::parse_local("10.0.1.10/24=lan"));
    config.topology.add(*rules::Topology::parse_local("fd00:1::2/64=lan"));
    config.topology.add(rules::Topology::parse_route("default=wan")[0]);
    return config;
  }

  std::string place(const Decision& decision) const {
    if (!decision.decided) return "nobody";
    const rules::Chain& chain = ruleset_.table(decision.place.table)->chains[decision.place.chain];
    return std::string(name(decision.place.table)) + " " + chain.name + " " +
           std::to_string(decision.place.rule);
  }

  const rules::Ruleset& ruleset_;
  Firewall firewall_;
  std::unique_ptr<World> world_;
  std::size_t decided_ = 0;
};

/// Returns how many of the packets a rule decided.
std::size_t expect_same_verdicts(const rules::Ruleset& one, const rules::Ruleset& other,
                                 std::uint64_t seed) {
  constexpr int kPackets = 100;
  Side first(one), second(other);
  Traffic traffic(seed);
  std::vector<std::uint8_t> bytes;
  for (int seen = 0; seen < kPackets;) {
    traffic.next(bytes);
    if (read_ip(bytes).headers.family != one.family) continue;
    const Nanoseconds now = (1'700'000'000 + seen++) * kNanosecondsPerSecond;
    const std::string here = first.pass(bytes, now), there = second.pass(bytes, now);
    EXPECT_EQ(here, there) << "packet " << seen;
    if (here != there) break;
  }
  EXPECT_EQ(first.counters(), second.counters());
  return first.decided();
}

std::size_t expect_round_trip(const std::string& text, Family family, const std::string& name,
                              std::uint64_t seed) {
  SCOPED_TRACE(name);
  const rules::Ruleset read = load(text, family, name);
  const std::string once = printed(read);
  const rules::Ruleset again = load(once, family, name + ", printed");
  EXPECT_EQ(printed(again), once);
  EXPECT_EQ(again.skipped, read.skipped);
  return expect_same_verdicts(read, again, seed);
}

TEST(RoundTrip, RandomRulesets) {
  constexpr std::uint64_t kSeeds = 40;
  std::size_t decided = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      const std::string name = "seed " + std::to_string(seed);
      decided += expect_round_trip(random_ruleset(seed, family), family, name, seed);
    }
  }
  EXPECT_GT(decided, kSeeds * 15) << "or rules decide too little";
}

std::string contents(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RoundTrip, RulesetsInFiles) {
  std::size_t files = 0, decided = 0;
  for (const char* folder :
       {"examples", "tests/rules", "tests/rules/verdicts", "tests/scenarios"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(STATEWALL_SOURCE_DIR) / folder)) {
      const std::string name = entry.path().filename();
      if (name.find(".rules") == name.npos) continue;
      const Family family = name.ends_with("6") ? Family::ipv6 : Family::ipv4;
      decided += expect_round_trip(contents(entry.path()), family, name, ++files);
    }
  }
  EXPECT_GT(files, 30u);
  EXPECT_GT(decided, files * 15);
}

/// Of a file of tests/rules/syntax the rules that are accepted, a few of a section at a time: each
/// list that some of them keep has room for many hosts.
TEST(RoundTrip, EveryRuleThatIsAccepted) {
  constexpr std::size_t kTogether = 10;
  std::size_t rules = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(STATEWALL_SOURCE_DIR) / "tests/rules/syntax")) {
    std::istringstream file(contents(entry.path()));
    std::string family, table;
    std::vector<std::string> waiting;
    const auto check = [&] {
      std::string text = "*" + table + "\n:web - [0:0]\n";
      for (const std::string& rule : waiting) text += rule + "\n";
      const Family of = family == "ipv6" ? Family::ipv6 : Family::ipv4;
      const std::string name = entry.path().filename().string() + " " + family + " " + table;
      if (!waiting.empty()) expect_round_trip(text + "COMMIT\n", of, name, rules);
      rules += waiting.size();
      waiting.clear();
    };
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('@') || waiting.size() == kTogether) check();
      if (line.starts_with('@')) std::istringstream(line.substr(1)) >> family >> table;
      if (line.starts_with("+ ")) waiting.push_back(line.substr(2));
    }
    check();
  }
  EXPECT_GT(rules, 1000u);
}

}  // namespace
}  // namespace statewall::model
