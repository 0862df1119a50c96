#include "tests/model/slow_evaluator.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "firewall/way.h"
#include "rules/advice.h"
#include "rules/testing.h"
#include "traffic/random_rules.h"
#include "traffic/traffic.h"
#include "wire/ip_readable.h"

// The compiled rules against the slow ones: random rulesets, random packets, every table and hook
// that these meet. Both must say the same, change the packet alike, and count the same.

namespace statewall::model {
namespace {

using testing::Octets, testing::Sample, testing::World;

constexpr std::uint64_t kRulesets = 60;
constexpr int kPackets = 150;
constexpr std::string_view kInterfaces[] = {"lan", "wan", "dmz", "eth0", ""};
const Octets kFrame = testing::hex("020000000001 0200000000aa 0800");

/// Whoever listens hears of each rule, which takes another way through them.
class Quiet final : public rules::EvaluatorWitness {
 public:
  void visited(const rules::RulePlace&, int) override {}
  void logs(const rules::LogTarget&, const rules::Subject&) override {}
  void nflogs(const rules::NflogTarget&, const rules::Subject&) override {}
};

Profile small_profile() {
  Profile profile = linux_6();
  profile.max = 1000;
  return profile;
}

/// One of the two sides: an evaluator, and a table of its own for the marks that rules set.
template <typename Evaluate>
struct Side {
  Evaluate evaluate;
  World world{small_profile()};

  void settle(Sample& sample, std::string_view in, std::string_view out) {
    sample.subject.tracker = &world.tracker();
    sample.subject.in = in;
    sample.subject.out = out;
    sample.topology.add(*rules::Topology::parse_local("10.0.1.10/24=lan"));
    sample.topology.add(*rules::Topology::parse_local("fd00:1::2/64=lan"));
  }
  void track(Sample& sample, const Lookup& lookup, Nanoseconds now) {
    Lookup own = lookup;
    world.tracker().prepare({&sample.packet, 1}, {&own, 1});
    const Observation seen = world.tracker().observe(sample.packet, own, now);
    sample.subject.state = seen.state;
    sample.subject.direction = seen.direction;
    sample.subject.connection = seen.connection;
  }
};

struct Pair {
  explicit Pair(const rules::Ruleset& ruleset)
      : fast{rules::Evaluator(ruleset, lists, rules::HostHash{{1, 2}}, 1)},
        slow{SlowEvaluator(ruleset)} {}

  /// A packet's way. False where it ends.
  bool walk(std::span<const Stop> stops, Sample& a, Sample& b, Lookup* lookup_a, Lookup* lookup_b) {
    for (const Stop& stop : stops) {
      a.subject.hook = b.subject.hook = stop.hook;
      const rules::Outcome x = fast.evaluate.run(stop.table, a.subject, lookup_a, witness);
      const rules::Outcome y = slow.evaluate.run(stop.table, b.subject, lookup_b);
      EXPECT_EQ(x.kind, y.kind);
      EXPECT_EQ(x.decided, y.decided);
      EXPECT_EQ(x.place, y.place);
      EXPECT_EQ(x.target, y.target);
      EXPECT_EQ(x.uncertain, y.uncertain);
      EXPECT_EQ(a.subject.mark, b.subject.mark);
      EXPECT_EQ(a.subject.tos, b.subject.tos);
      EXPECT_EQ(a.subject.ttl, b.subject.ttl);
      if (::testing::Test::HasFailure()) return false;
      decided += x.decided && x.place.rule != rules::RulePlace::kPolicy ? 1 : 0;
      if (x.kind == rules::Outcome::Kind::drop || x.kind == rules::Outcome::Kind::reject)
        return false;
    }
    return true;
  }

  void pass(const Octets& bytes, Way way, std::string_view in, std::string_view out,
            Nanoseconds now) {
    Sample a(bytes, kFrame), b(bytes, kFrame);
    witness = witness == nullptr ? &quiet : nullptr;
    fast.settle(a, in, out);
    slow.settle(b, in, out);
    a.subject.now = b.subject.now = now;
    a.subject.local = b.subject.local = way == Way::output;
    Lookup lookup_a, lookup_b;
    if (!walk(stops_before(way), a, b, &lookup_a, &lookup_b)) return;
    EXPECT_EQ(lookup_a.zone, lookup_b.zone);
    EXPECT_EQ(lookup_a.notrack, lookup_b.notrack);
    fast.track(a, lookup_a, now);
    slow.track(b, lookup_b, now);
    if (walk(stops_behind(way), a, b, nullptr, nullptr)) {
      fast.world.tracker().confirm();
      slow.world.tracker().confirm();
    }
  }

  void expect_equal_counters(const rules::Ruleset& ruleset) {
    for (const rules::Table& table : ruleset.tables) {
      for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
        const auto rules = static_cast<std::uint32_t>(table.chains[c].rules.size());
        for (std::uint32_t r = 0; r <= rules; ++r) {
          const std::uint32_t rule = r == rules ? rules::RulePlace::kPolicy : r;
          const rules::RulePlace place{table.kind, c, rule};
          EXPECT_EQ(fast.evaluate.counters(place), slow.evaluate.counters(place))
              << rules::name(table.kind) << " " << table.chains[c].name << " " << r;
        }
      }
    }
  }

  /// What advice says never to match has not, and so with chains that no packet comes to.
  void expect_advice_holds(const rules::Ruleset& ruleset) {
    std::set<std::uint32_t> named;
    for (const rules::Advice& advice : rules::advise(ruleset)) {
      const bool never = advice.message.find("never") != std::string::npos;
      if (never) named.insert(advice.line);
    }
    for (const rules::Table& table : ruleset.tables) {
      for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
        const rules::Chain& chain = table.chains[c];
        const bool entered = chain.line == 0 || !named.contains(chain.line);
        for (std::uint32_t r = 0; r < chain.rules.size(); ++r) {
          if (entered && !named.contains(chain.rules[r].line)) continue;
          EXPECT_EQ(fast.evaluate.counters({table.kind, c, r}).packets, 0u)
              << rules::name(table.kind) << " " << chain.name << " " << r;
          ++never_matching;
        }
      }
    }
  }

  rules::RecentLists lists{rules::HostHash{{1, 2}}};
  Side<rules::Evaluator> fast;
  Side<SlowEvaluator> slow;
  Quiet quiet;
  Quiet* witness = nullptr;
  std::size_t decided = 0;
  std::size_t never_matching = 0;
};

/// Do rules see it?
bool judged(const Packet& packet) {
  return packet.headers.family != Family::none && ip_readable(packet.error);
}

struct Compared {
  std::size_t decided = 0;         ///< packets, by a rule
  std::size_t never_matching = 0;  ///< rules, as advice has it
};

Compared compare(std::uint64_t seed, Family family) {
  const rules::Ruleset ruleset = testing::ruleset(random_ruleset(seed, family), family);
  Pair pair(ruleset);
  Traffic traffic(seed);
  Random random(seed);
  std::vector<std::uint8_t> bytes;
  for (int seen = 0; seen < kPackets;) {
    traffic.next(bytes);
    const Packet packet = read_ip(bytes);
    if (!judged(packet) || packet.headers.family != family) continue;
    constexpr Way ways[] = {Way::forward, Way::forward, Way::input, Way::output};
    const Way way = random.of(ways);
    const std::string_view in = random.of(kInterfaces), out = random.of(kInterfaces);
    const Octets octets(bytes.begin(), bytes.end());
    pair.pass(octets, way, in, out, (1'700'000'000 + seen) * kNanosecondsPerSecond);
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << " packet " << seen << "\n"
                    << random_ruleset(seed, family);
      return {};
    }
    ++seen;
  }
  pair.expect_equal_counters(ruleset);
  pair.expect_advice_holds(ruleset);
  return {pair.decided, pair.never_matching};
}

TEST(SlowEvaluator, AgreesWithTheCompiledRules) {
  Compared all;
  for (std::uint64_t seed = 1; seed <= kRulesets && !HasFailure(); ++seed) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      if (HasFailure()) return;
      const Compared one = compare(seed, family);
      all.decided += one.decided;
      all.never_matching += one.never_matching;
    }
  }
  EXPECT_GT(all.decided, kRulesets * kPackets / 4) << "most packets meet some rule";
  EXPECT_GT(all.never_matching, kRulesets) << "or advice says too little to be tested";
}

}  // namespace
}  // namespace statewall::model
