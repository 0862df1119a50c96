#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "rules/testing.h"
#include "traffic/random_rules.h"
#include "traffic/traffic.h"

// Nothing is allocated while packets flow: not by tracking, by any match or target, by REJECT, LOG,
// or the text of a translation.

namespace {

std::size_t allocations = 0;

void* allocate(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace statewall {
namespace {

using testing::World;

/// Listens to everything, so that all of it is written.
class Listener final : public FirewallWitness {
 public:
  void visited(Family, rules::Hook, const RulePlace&, int) override { ++heard; }
  void logged(const rules::LogTarget&, std::string_view) override { ++lines; }
  void nflogged(const rules::NflogTarget&) override { ++heard; }
  void would_translate(const rules::NatTarget&, std::string_view) override { ++translations; }

  std::size_t heard = 0, lines = 0, translations = 0;
};

struct Sums {
  std::size_t allocated = 0, answers = 0, lines = 0, translations = 0;
  std::set<std::size_t> matches, targets;  ///< kinds that there were
};

constexpr const char* kNat =
    "*nat\n-A PREROUTING -m connlimit --connlimit-above 2 -j DNAT --to-destination 10.0.0.8\n"
    "-A PREROUTING -p udp -j DNAT --to-destination 10.0.0.9\n-A POSTROUTING -j MASQUERADE\n"
    "COMMIT\n";
constexpr const char* kNat6 = "*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n";

void note_kinds(const rules::Ruleset& ruleset, Sums& sums) {
  for (const rules::Table& table : ruleset.tables) {
    for (const rules::Chain& chain : table.chains) {
      for (const rules::Rule& rule : chain.rules) {
        sums.targets.insert(rule.target.index());
        for (const rules::Match& match : rule.matches) sums.matches.insert(match.index());
      }
    }
  }
}

void play(std::uint64_t seed, const Profile& profile, Sums& sums) {
  const auto rules4 = testing::ruleset(random_ruleset(seed, Family::ipv4) + kNat);
  const auto rules6 = testing::ruleset(random_ruleset(seed, Family::ipv6) + kNat6, Family::ipv6);
  note_kinds(rules4, sums);
  note_kinds(rules6, sums);
  FirewallConfig config{.ipv4 = &rules4, .ipv6 = &rules6, .topology = {}, .seed = seed};
  for (const char* local : {"10.0.1.10/24=lan", "192.168.1.6/24=wan", "fd00:1::2/64=lan"}) {
    config.topology.add(*rules::Topology::parse_local(local));
  }
  Firewall firewall(std::move(config));
  World world(profile);
  Traffic traffic(seed);
  const testing::Octets frame = testing::hex("020000000001 0200000000aa 0800");
  std::vector<std::uint8_t> bytes;
  Listener listener;
  for (int i = 0; i < 300; ++i) {
    traffic.next(bytes);
    const testing::Octets whole = frame + testing::Octets(bytes.begin(), bytes.end());
    const Nanoseconds now = i * kNanosecondsPerSecond / 10;
    const std::size_t before = allocations;
    const Packet packet = read_frame(whole, LinkType::ethernet, whole.size());
    Lookup lookup;
    world.tracker().prepare({&packet, 1}, {&lookup, 1});
    const Arrival arrival{.packet = packet,
                          .bytes = whole,
                          .link = LinkType::ethernet,
                          .link_header = std::span(whole).first(frame.size())};
    firewall.handle(world.tracker(), arrival, lookup, now, &listener);
    if (!firewall.answer().empty()) {
      ++sums.answers;
      firewall.handle_answer(world.tracker(), now, &listener);
    }
    sums.allocated += allocations - before;
  }
  sums.lines += listener.lines;
  sums.translations += listener.translations;
}

TEST(Allocation, IsCounted) {
  const std::size_t before = allocations;
  const auto something = std::make_unique<int>(1);
  EXPECT_EQ(allocations, before + 1);
}

TEST(Allocation, NoneWhilePacketsFlow) {
  Sums sums;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    play(seed, seed % 2 == 0 ? linux_6() : tutorial(), sums);
  }
  EXPECT_EQ(sums.allocated, 0u);
  // What it says is said of nearly everything that rules can do.
  EXPECT_GT(sums.answers, 50u);
  EXPECT_GT(sums.lines, 100u);
  EXPECT_GT(sums.translations, 100u);
  EXPECT_EQ(sums.matches.size(), std::variant_size_v<rules::Match> - 1)
      << ::testing::PrintToString(sums.matches) << ": all that are supported";
  EXPECT_EQ(sums.targets.size(), std::variant_size_v<rules::Target> - 1)
      << "all that are supported";
}

}  // namespace
}  // namespace statewall
