#include "verify/rules_campaign.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "report/buffer.h"
#include "report/packet_text.h"
#include "report/quantity.h"
#include "traffic/ip_writer.h"
#include "traffic/random_rules.h"
#include "traffic/traffic.h"
#include "verify/play_twice.h"
#include "verify/shrink.h"
#include "verify/verdict_text.h"

namespace statewall {
namespace {

using Packets = std::span<const RulesPacket>;

/// TOS, traffic class, TTL, hop limit: rules look at them, and the generator does not care.
void vary(Random& random, RulesPacket& packet) {
  constexpr std::uint8_t kTos[] = {0x10, 0x08, 0xb8, 0x28, 0xc0, 0x04, 0xff, 0x02};
  constexpr std::uint8_t kTtls[] = {63, 65, 128, 255, 60, 32};
  auto& bytes = packet.bytes;
  const bool six = packet.family == Family::ipv6;
  if (bytes.size() < (six ? 40 : 20) || (family_of(bytes) == Family::ipv6) != six) return;
  const std::uint8_t tos = random.of(kTos), ttl = random.of(kTtls);
  // Datagrams whose fragments differ in ECN are the reassembly's matter.
  const bool fragment = six ? bytes[6] == 44 : (bytes[6] & 0x3f) != 0 || bytes[7] != 0;
  const bool new_tos = random.one_in(3) && !fragment, new_ttl = random.one_in(3);
  if (six) {
    if (new_tos) {
      bytes[0] = static_cast<std::uint8_t>(0x60 | tos >> 4);
      bytes[1] = static_cast<std::uint8_t>((bytes[1] & 0xf) | tos << 4);
    }
    if (new_ttl) bytes[7] = ttl;
    return;
  }
  constexpr std::size_t kChecksum = 10;
  if (new_tos) {
    change_word(bytes, 0, static_cast<std::uint16_t>(bytes[0] << 8 | tos), kChecksum);
  }
  if (new_ttl) change_word(bytes, 8, static_cast<std::uint16_t>(ttl << 8 | bytes[9]), kChecksum);
}

/// Shows packets one by one, and counts.
class Player {
 public:
  explicit Player(RulesetVerifier& both) : both_(both) {}

  /// True if it differs in this one.
  Result<bool> pass(const RulesPacket& packet) {
    auto shown = both_.pass(packet.bytes, packet.family);
    if (!shown) return shown.error();
    ++tally_.packets;
    if (!shown->compared) {
      ++tally_.left_out[shown->left_out];
      return false;
    }
    ++tally_.compared;
    quantity(both_.kernels_saw());
    differences_ = std::move(shown->differences);
    if (differences_.empty()) return false;
    ++tally_.differing;
    for (const auto& difference : differences_) {
      ++tally_.differences[static_cast<std::size_t>(difference.what)];
    }
    return true;
  }

  RulesDifference difference(Packets packets) const {
    return {{packets.begin(), packets.end()}, differences_, both_.deciding_rule(), {}, {}};
  }

  /// What both have at the end.
  Result<std::optional<RulesDifference>> compare_ends(Packets packets) {
    auto counters = both_.compare_counters(tally_.counters);
    if (!counters) return counters.error();
    auto tables = both_.compare_tables();
    if (!tables) return tables.error();
    ++tally_.tables;
    tally_.counters_differing += counters->size();
    tally_.tables_differing += *tables ? 1 : 0;
    if (counters->empty() && !*tables) return std::optional<RulesDifference>();
    return std::optional(RulesDifference{
        {packets.begin(), packets.end()}, {}, {}, std::move(*counters), std::move(*tables)});
  }

  const RulesTally& tally() const { return tally_; }

 private:
  void quantity(const RouterPassage& kernels) {
    switch (kernels.packet.fate) {
      case RouterFate::refused:
      case RouterFate::held: ++tally_.unseen; break;
      case RouterFate::dropped:
      case RouterFate::not_routed: ++tally_.dropped; break;
      case RouterFate::delivered:
      case RouterFate::forwarded: ++tally_.passed; break;
    }
    tally_.answers += kernels.answers.size();
    tally_.log_lines += kernels.log.size();
    tally_.nflogs += kernels.nflog.size();
  }

  RulesetVerifier& both_;
  RulesTally tally_;
  std::vector<PassageDifference> differences_;
};

/// From the beginning to the first packet that differs, or, if `whole`, to the end.
Result<RulesVerdict> play(RulesetVerifier& both, Packets packets, bool whole) {
  if (auto error = both.begin_anew()) return *error;
  RulesVerdict verdict;
  Player player(both);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto differs = player.pass(packets[i]);
    if (!differs) return differs.error();
    if (!*differs || verdict.difference) continue;
    verdict.difference = player.difference(packets.first(i + 1));
    verdict.number = i + 1;
    if (!whole) break;
  }
  if (!verdict.difference) {
    auto ends = player.compare_ends(packets);
    if (!ends) return ends.error();
    verdict.difference = std::move(*ends);
  }
  verdict.tally = player.tally();
  return verdict;
}

/// Which rules counted differently up to the packet that differs: the first of them is why.
std::optional<Error> add_counters(RulesetVerifier& both, RulesDifference& difference) {
  if (difference.passage.empty()) return std::nullopt;
  const auto again = play(both, difference.packets, false);
  if (!again) return again.error();
  std::uint64_t compared = 0;
  auto counters = both.compare_counters(compared);
  if (!counters) return counters.error();
  difference.counters = std::move(*counters);
  return std::nullopt;
}

std::optional<Error> shrink_difference(RulesetVerifier& both, std::size_t most_runs,
                                       RulesVerdict& verdict) {
  std::optional<Error> error;
  std::optional<RulesDifference> least;
  const auto differs = [&](Packets packets) {
    if (error) return false;
    auto played = play(both, packets, false);
    if (!played) error = played.error();
    if (!played || !played->difference) return false;
    least = std::move(played->difference);
    return true;
  };
  const auto shrunk =
      shrink<RulesPacket>(verdict.difference->packets, differs, most_runs - verdict.runs);
  verdict.runs += shrunk.runs;
  if (least) verdict.difference = std::move(*least);
  if (error) return error;
  return add_counters(both, *verdict.difference);
}

std::string differing(std::uint64_t number) {
  return number == 0 ? "none differs" : quantity(number, "differs", "differ");
}

}  // namespace

RouterPlan generated_plan() {
  using rules::Topology;
  RouterPlan plan;
  for (const char* local : {"10.0.0.1/24=lan", "fd00:1::1/64=lan", "192.168.1.1/24=dmz",
                            "fd00:2::1/64=dmz", "10.0.1.10/24=wan", "2001:db8::a/64=wan"}) {
    plan.locals.push_back(*Topology::parse_local(local));
  }
  plan.routes = Topology::parse_route("default=wan");
  for (const char* group : {"224.0.0.22", "ff0e::101"}) {
    plan.groups.push_back(*Topology::parse_local(group));
  }
  return plan;
}

RuleTexts random_rules(std::uint64_t seed) {
  return {.ipv4 = random_ruleset(seed, Family::ipv4),
          .ipv6 = random_ruleset(seed, Family::ipv6),
          .file = fmt::format("seed {}", seed),
          .file6 = fmt::format("seed {}, IPv6", seed)};
}

std::vector<RulesPacket> traffic_for_rules(std::uint64_t seed, std::size_t packets,
                                           const TrafficMix& mix) {
  Traffic traffic(seed, mix);
  Random random(seed);
  std::vector<RulesPacket> all(packets);
  for (RulesPacket& packet : all) {
    packet.family = traffic.next(packet.bytes).family;
    vary(random, packet);
  }
  return all;
}

Result<RulesVerdict> play_rules(RulesetVerifier& both, Packets packets, std::size_t most_runs) {
  auto verdict = play_twice([&] { return play(both, packets, most_runs == 0); });
  if (!verdict || !verdict->differs() || most_runs == 0) return verdict;
  if (auto error = shrink_difference(both, most_runs, *verdict)) return *error;
  return verdict;
}

void RulesTally::add(const RulesTally& other) {
  for (const auto& [why, number] : other.left_out) left_out[why] += number;
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] += other.differences[i];
  for (const auto field :
       {&RulesTally::packets, &RulesTally::compared, &RulesTally::passed, &RulesTally::dropped,
        &RulesTally::unseen, &RulesTally::answers, &RulesTally::log_lines, &RulesTally::nflogs,
        &RulesTally::differing, &RulesTally::counters, &RulesTally::counters_differing,
        &RulesTally::tables, &RulesTally::tables_differing}) {
    this->*field += other.*field;
  }
}

std::string RulesTally::text() const {
  std::string line =
      fmt::format("{}: {} compared ({} passed, {} dropped, {} seen by no rule)",
                  quantity(packets, "packet", "packets"), compared, passed, dropped, unseen);
  line += "; " + differing_text();
  line += fmt::format("; {}, {}, {}", quantity(answers, "answer", "answers"),
                      quantity(log_lines, "log line", "log lines"),
                      quantity(nflogs, "NFLOG message", "NFLOG messages"));
  line += fmt::format("; {}: {}", quantity(counters, "counter", "counters"),
                      statewall::differing(counters_differing));
  return line + fmt::format("; tables: {}", statewall::differing(tables_differing));
}

std::string RulesTally::differing_text() const {
  std::string text = statewall::differing(differing);
  std::string_view separator = " (";
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] == 0) continue;
    text += fmt::format("{}{}: {}", separator, name(static_cast<PassageDifference::What>(i)),
                        differences[i]);
    separator = ", ";
  }
  return differing == 0 ? text : text + ")";
}

std::string rules_difference_text(const RulesDifference& difference) {
  Buffer out;
  constexpr std::size_t kMostPackets = 20;
  const std::size_t count = difference.packets.size();
  const std::size_t first = count > kMostPackets ? count - kMostPackets : 0;
  if (first != 0) append(out, "  ... {} packets before\n", first);
  for (std::size_t i = first; i < count; ++i) {
    const RulesPacket& packet = difference.packets[i];
    const LinkType link = packet.family == Family::ipv6 ? LinkType::ipv6 : LinkType::ipv4;
    append(out, "  {} ", i + 1);
    append_packet(out, read_frame(packet.bytes, link, packet.bytes.size(), ChecksumMode::verify));
    append(out, "\n");
  }
  // As a scenario takes it.
  if (count != 0) append(out, "    bytes {:02x}\n", fmt::join(difference.packets.back().bytes, ""));
  for (const PassageDifference& one : difference.passage) {
    append(out, "    {}: statewall {}\n    {}: kernel    {}\n", name(one.what), one.ours,
           name(one.what), one.kernels);
  }
  if (!difference.rule.empty()) append(out, "    statewall decided by {}\n", difference.rule);
  for (const CounterDifference& one : difference.counters) {
    append(out, "    {}: statewall [{}:{}], kernel [{}:{}]\n", one.rule, one.ours.packets,
           one.ours.bytes, one.kernels.packets, one.kernels.bytes);
  }
  constexpr std::size_t kMostEntries = 10;
  append_table_difference(out, difference.tables, kMostEntries);
  return {out.data(), out.size()};
}

}  // namespace statewall
