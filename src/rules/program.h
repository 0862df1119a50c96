#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "rules/place.h"
#include "rules/ruleset.h"
#include "rules/subject.h"

// A table, laid out for walking: the rules of all its chains one behind the other, the conditions
// that nearly every rule has in one compact record each, and the rest by index.

namespace statewall::rules {

/// Interface conditions that differ, each tested once for an interface and then looked up.
class InterfaceTests {
 public:
  static constexpr std::uint32_t kAny = 0xffffffff;

  /// The number of this condition; kAny for none.
  std::uint32_t add(const InterfaceCondition& condition);

  /// The interface that `holds` is about from here on.
  void look_at(std::string_view name);
  bool holds(std::uint32_t condition) const { return condition == kAny || results_[condition]; }

 private:
  using Key = std::tuple<std::string, bool, bool>;

  std::vector<InterfaceCondition> conditions_;
  std::map<Key, std::uint32_t> numbers_;
  std::vector<std::uint8_t> results_;
  std::string name_;
  bool looked_ = false;
};

/// What a rule does with a packet that it matches.
enum class Action : std::uint8_t {
  next,  ///< on to the next rule, perhaps after a change (Step::target)
  accept,
  drop,
  reject,
  jump,
  go,  ///< goto
  back,
  translate,  ///< a target of table nat: ends the table's chain
  effect      ///< LOG, MARK, ...: carried out, then on
};

/// One rule.
struct Step {
  static constexpr std::uint8_t kSource = 1, kDestination = 2;  ///< of `inverted` alone
  static constexpr std::uint8_t kProtocol = 4, kFragment = 8;
  static constexpr std::uint8_t kWide = 16;         ///< IPv6: its addresses are in Program::wide
  static constexpr std::uint8_t kUnsupported = 32;  ///< passed over

  // IPv4: as the four bytes lie in memory.
  std::uint32_t source = 0, source_mask = 0, destination = 0, destination_mask = 0;
  std::uint8_t tests = 0;     ///< of the above, which there are
  std::uint8_t inverted = 0;  ///< and which of them are inverted
  std::uint8_t protocol = 0;
  Action action = Action::next;
  std::uint32_t in = InterfaceTests::kAny, out = InterfaceTests::kAny;
  std::uint32_t target = 0;       ///< jump, go: the chain
  std::uint32_t first_match = 0;  ///< index into Program::matches
  std::uint16_t matches = 0;
};

/// One condition beyond those of Step.
struct MatchStep {
  const Match* match = nullptr;
  std::uint32_t memory = 0;  ///< index into the evaluator's memories; 0: the one that nobody uses
  std::int32_t index = 0;    ///< into Rule::matches
};

struct Program {
  struct Chain {
    std::uint32_t first = 0, end = 0;  ///< its rules, in `steps`
    bool policy_drop = false;
  };
  struct WideAddresses {
    std::array<std::uint64_t, 2> source{}, source_mask{}, destination{}, destination_mask{};
  };

  std::vector<Step> steps;
  std::vector<const Rule*> rules;   ///< beside `steps`
  std::vector<WideAddresses> wide;  ///< beside `steps`, IPv6 only
  std::vector<MatchStep> matches;
  std::vector<Chain> chains;  ///< beside Table::chains
  std::array<int, kHooks> at_hook{-1, -1, -1, -1, -1};
  InterfaceTests in, out;
  std::uint32_t depth = 0;  ///< of jumps, at most
};

/// REQUIRES: `table` outlives the program, and no chain jumps to itself in any way.
Program compile(const Table& table, Family family);

/// The four bytes of an IPv4 address, and the sixteen of any, as they lie in memory.
inline std::uint32_t word(const Address& address) {
  std::uint32_t word;
  std::memcpy(&word, address.bytes.data(), sizeof word);
  return word;
}
inline std::array<std::uint64_t, 2> words(const Address& address) {
  std::array<std::uint64_t, 2> words;
  std::memcpy(words.data(), address.bytes.data(), sizeof words);
  return words;
}

/// What of a packet the conditions of Step are about.
struct StepView {
  explicit StepView(const Subject& subject)
      : source(word(subject.headers().source)),
        destination(word(subject.headers().destination)),
        wide_source(words(subject.headers().source)),
        wide_destination(words(subject.headers().destination)),
        protocol(subject.protocol.value_or(0)),
        protocol_known(subject.protocol.has_value()),
        later_fragment(subject.headers().fragment_offset != 0) {}

  std::uint32_t source, destination;
  std::array<std::uint64_t, 2> wide_source, wide_destination;
  std::uint8_t protocol;
  bool protocol_known;
  bool later_fragment;
};

/// The first condition of Step that this packet does not meet, of `unmet`; kNone if it meets all.
inline int first_unmet(const Program& program, std::uint32_t index, const StepView& view) {
  const auto differ = [](const auto& a, const auto& b, const auto& mask) {
    return (((a[0] ^ b[0]) & mask[0]) | ((a[1] ^ b[1]) & mask[1])) != 0;
  };
  const Step& step = program.steps[index];
  bool source, destination;
  if ((step.tests & Step::kWide) == 0) {
    source = ((view.source ^ step.source) & step.source_mask) != 0;
    destination = ((view.destination ^ step.destination) & step.destination_mask) != 0;
  } else {
    const Program::WideAddresses& wide = program.wide[index];
    source = differ(view.wide_source, wide.source, wide.source_mask);
    destination = differ(view.wide_destination, wide.destination, wide.destination_mask);
  }
  // Where there is no condition the mask is empty, so that nothing differs and nothing is inverted.
  if (source != ((step.inverted & Step::kSource) != 0)) return unmet::kSource;
  if (destination != ((step.inverted & Step::kDestination) != 0)) return unmet::kDestination;
  if (!program.in.holds(step.in)) return unmet::kInterfaceIn;
  if (!program.out.holds(step.out)) return unmet::kInterfaceOut;
  const auto fails = [&](std::uint8_t bit, bool differs) {
    return (step.tests & bit) != 0 && differs != ((step.inverted & bit) != 0);
  };
  if (fails(Step::kProtocol, view.protocol != step.protocol)) return unmet::kProtocol;
  if ((step.tests & Step::kProtocol) != 0 && !view.protocol_known) return unmet::kProtocol;
  if (fails(Step::kFragment, !view.later_fragment)) return unmet::kFragment;
  return unmet::kNone;
}

/// The first step from `at` on, before `end`, whose addresses may be this packet's: most rules name
/// others, and are passed by here. `end` if there is none.
inline std::uint32_t next_candidate(const Program& program, std::uint32_t at, std::uint32_t end,
                                    const StepView& view) {
  const Step* step = program.steps.data() + at;
  for (const Step* const last = program.steps.data() + end; step != last; ++step, ++at) {
    const std::uint32_t differs = ((view.source ^ step->source) & step->source_mask) |
                                  ((view.destination ^ step->destination) & step->destination_mask);
    if (differs == 0 || (step->inverted & (Step::kSource | Step::kDestination)) != 0) break;
  }
  return at;
}

}  // namespace statewall::rules
