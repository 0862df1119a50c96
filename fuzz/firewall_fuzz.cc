#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "replay/world.h"
#include "rules/loader.h"
#include "traffic/random_rules.h"

// Packets through a firewall. The first byte chooses: bit 0 the family, bit 1 whether the ruleset
// is made from the eight bytes behind it as a seed, or is the text up to the next zero byte, in
// which what is not supported is passed over. Then packets: two bytes that tell the length and the
// time that passes, and the packet from its IP header on. The verdict of each must name its rule,
// count it, and be the only one.

namespace {

using namespace statewall;
using rules::Hook;
using rules::TableKind;

/// Takes the ruleset off the front of the input; nothing where it is none.
std::optional<rules::Ruleset> take_ruleset(std::uint8_t choice,
                                           std::span<const std::uint8_t>& data) {
  const Family family = (choice & 1) != 0 ? Family::ipv6 : Family::ipv4;
  std::string text;
  if ((choice & 2) != 0) {
    std::uint64_t seed = 0;
    const std::size_t length = std::min<std::size_t>(8, data.size());
    for (const std::uint8_t byte : data.first(length)) seed = seed << 8 | byte;
    data = data.subspan(length);
    text = random_ruleset(seed, family);
  } else {
    const auto zero = std::ranges::find(data, 0);
    text.assign(data.begin(), zero);
    data = data.subspan(std::min(text.size() + 1, data.size()));
  }
  rules::Loaded loaded = rules::load(text, "fuzz", {family, true});
  STATEWALL_REQUIRE((choice & 2) == 0 || loaded.ruleset);
  return std::move(loaded.ruleset);
}

/// Each rule visited is one of the ruleset's.
class Witness final : public FirewallWitness {
 public:
  explicit Witness(const rules::Ruleset& ruleset) : ruleset_(ruleset) {}

  void visited(Family family, Hook, const RulePlace& place, int unmet) override {
    STATEWALL_REQUIRE(family == ruleset_.family);
    const rules::Table* table = ruleset_.table(place.table);
    STATEWALL_REQUIRE(table && place.chain < table->chains.size());
    const auto& rules = table->chains[place.chain].rules;
    STATEWALL_REQUIRE(place.rule < rules.size());
    STATEWALL_REQUIRE(unmet < static_cast<int>(rules[place.rule].matches.size()));
  }
  void logged(const rules::LogTarget& target, std::string_view line) override {
    STATEWALL_REQUIRE(line.starts_with(target.prefix + "IN="));
  }
  void nflogged(const rules::NflogTarget&) override {}
  void would_translate(const rules::NatTarget&, std::string_view text) override {
    STATEWALL_REQUIRE(!text.empty());
  }

 private:
  const rules::Ruleset& ruleset_;
};

void require_sense(const Decision& decision, const rules::Ruleset& ruleset,
                   const Firewall& firewall) {
  if (decision.verdict == Verdict::none) return;
  STATEWALL_REQUIRE(!decision.decided || decision.obstacle == Obstacle::none);
  STATEWALL_REQUIRE(decision.verdict != Verdict::reject || decision.decided);
  if (!decision.decided) return;
  STATEWALL_REQUIRE(decision.family == ruleset.family);
  const rules::Table* table = ruleset.table(decision.place.table);
  STATEWALL_REQUIRE(table && decision.place.chain < table->chains.size());
  // A packet that is too short for a condition is dropped before its rule counts it.
  if (decision.verdict == Verdict::drop) return;
  STATEWALL_REQUIRE(firewall.counters(decision.family, decision.place).packets > 0);
}

void pass(World& world, Firewall& firewall, Witness& witness, const rules::Ruleset& ruleset,
          std::span<const std::uint8_t> bytes) {
  const Packet packet = read_ip(bytes);
  const World::Passage passage =
      world.pass(packet, {bytes, LinkType::raw, "eth0"}, firewall, &witness);
  require_sense(*passage.decision, ruleset, firewall);
  if (firewall.answer().empty()) return;
  STATEWALL_REQUIRE(passage.decision->verdict == Verdict::reject);
  const Packet answer = read_ip(firewall.answer());
  STATEWALL_REQUIRE(answer.error == WireError::none && answer.l4_checksum == Checksum::good);
  STATEWALL_REQUIRE(answer.headers.destination == passage.tracked->headers.source);
  require_sense(*world.send_answer(firewall, &witness).decision, ruleset, firewall);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::span<const std::uint8_t> rest(data + 1, size - 1);
  const std::optional<rules::Ruleset> ruleset = take_ruleset(data[0], rest);
  if (!ruleset) return 0;

  WorldConfig config;
  config.profile = (data[0] & 4) != 0 ? tutorial() : linux_6();
  config.profile.max = config.profile.buckets = 64;  // laid out fast, and filled
  const auto world = World::create(config);
  FirewallConfig setup;
  (ruleset->family == Family::ipv6 ? setup.ipv6 : setup.ipv4) = &*ruleset;
  if ((data[0] & 8) != 0) {
    setup.topology.add(*rules::Topology::parse_local("10.0.1.1/24=eth0"));
    setup.topology.add(*rules::Topology::parse_local("fd00:1::1/64=eth0"));
    for (const auto& route : rules::Topology::parse_route("default=eth1")) {
      setup.topology.add(route);
    }
  }
  Firewall firewall(setup);
  Witness witness(*ruleset);
  Nanoseconds now = 0;
  while (rest.size() > 2) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 2);
    now += rest[1] * kNanosecondsPerSecond / 16;
    (*world)->advance(now, [](const Event&) {});
    pass(**world, firewall, witness, *ruleset, rest.subspan(2, length));
    (*world)->take_events([](const Event&) {});
    rest = rest.subspan(2 + length);
  }
  return 0;
}
