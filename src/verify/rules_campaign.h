#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/address.h"
#include "statewall/result.h"
#include "traffic/mix.h"
#include "verify/ruleset_verifier.h"

// Many packets through a ruleset, ours and the kernel's, and what is left of them where they part.

namespace statewall {

/// A router between the hosts of generated traffic: some are in `lan`, some in `dmz`, the others
/// behind `wan`, and one of each family is the router itself.
RouterPlan generated_plan();

/// Rulesets of a seed.
RuleTexts random_rules(std::uint64_t seed);

/// A whole IP packet, and the family that its link says.
struct RulesPacket {
  std::vector<std::uint8_t> bytes;
  Family family = Family::ipv4;
};

/// Generated traffic of a seed, with TOS and TTL of all kinds.
std::vector<RulesPacket> traffic_for_rules(std::uint64_t seed, std::size_t packets,
                                           const TrafficMix& mix = {});

/// What was compared, and how much of it differs.
struct RulesTally {
  std::uint64_t packets = 0, compared = 0;
  std::map<std::string_view, std::uint64_t> left_out;  ///< how many, by why
  std::uint64_t passed = 0, dropped = 0, unseen = 0;   ///< by the kernel; `unseen` by any rule
  std::uint64_t answers = 0, log_lines = 0, nflogs = 0;
  std::uint64_t differing = 0;                         ///< packets
  std::array<std::uint64_t, 6> differences{};          ///< by PassageDifference::What
  std::uint64_t counters = 0, counters_differing = 0;  ///< of rules, policies
  std::uint64_t tables = 0, tables_differing = 0;

  void add(const RulesTally& other);
  bool differs() const { return differing + counters_differing + tables_differing != 0; }
  std::string differing_text() const;  ///< "none differs", "2 differ (verdict: 2, log: 1)"
  /// "1000 packets: 990 compared ...; none differs; ...".
  std::string text() const;
};

/// Where both part: in the last of these packets, or in counters or tables behind them all.
struct RulesDifference {
  std::vector<RulesPacket> packets;
  std::vector<PassageDifference> passage;
  std::string rule;  ///< that decided in our firewall
  std::vector<CounterDifference> counters;
  TableDifference tables;
};

struct RulesVerdict {
  RulesTally tally;
  std::optional<RulesDifference> difference;  ///< the first
  std::uint64_t number = 0;  ///< of the packet that differed first, from 1; 0: none of them
  bool again = false;        ///< there was one again when the packets were played anew
  std::size_t runs = 0;      ///< how often packets were played anew

  bool differs() const { return difference && again; }
};

/// Plays packets from the beginning. With `most_runs` it ends at the first packet that differs;
/// with 0 it goes on to the end and counts. If there is a difference, it plays them again, tells
/// what was counted then, and if there is one again shrinks what led to it, but for `most_runs` of
/// 0.
Result<RulesVerdict> play_rules(RulesetVerifier& both, std::span<const RulesPacket> packets,
                                std::size_t most_runs);

/// For people: each packet of it, what both made of the last, the rule.
std::string rules_difference_text(const RulesDifference& difference);

}  // namespace statewall
