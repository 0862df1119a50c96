#include "cli/fail_on.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "rules/suggest.h"

namespace statewall {
namespace {

constexpr State kStates[] = {State::new_, State::established, State::related, State::invalid,
                             State::untracked};

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// The set of reasons that a word means: one, or all of a state. Empty if it means nothing.
std::uint64_t reasons_of(std::string_view word) {
  std::uint64_t set = 0;
  for (unsigned i = 0; i < static_cast<unsigned>(Reason::count); ++i) {
    const auto reason = static_cast<Reason>(i);
    const State state = state_of(reason);
    const bool of_state = state != State::none && same(word, name(state));
    if (of_state || word == slug(reason)) set |= std::uint64_t{1} << i;
  }
  return set;
}

/// Those that a rule or the table makes of a packet.
struct Word {
  std::string_view word;
  Verdict verdict;
};
constexpr Word kVerdictWords[] = {{"drop", Verdict::drop}, {"reject", Verdict::reject}};
constexpr std::string_view kUncertain = "uncertain";

Error unknown(const std::string& word, bool with_rules) {
  std::vector<std::string_view> known;
  for (const State state : kStates) known.push_back(name(state));
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    known.push_back(slug(static_cast<Reason>(i)));
  }
  for (const Word& row : kVerdictWords) known.push_back(row.word);
  known.push_back(kUncertain);
  const bool verdict =
      std::ranges::any_of(kVerdictWords, [&](const Word& row) { return same(word, row.word); }) ||
      same(word, kUncertain);
  if (verdict && !with_rules)
    return {ErrorKind::usage, "--fail-on", "'" + word + "' needs --rules"};
  return {ErrorKind::usage, "--fail-on", unknown_name("state, reason or verdict", word, known)};
}

}  // namespace

Result<FailOn> FailOn::parse(const std::vector<std::string>& words, bool with_rules) {
  FailOn fail_on;
  for (const std::string& word : words) {
    const std::uint64_t set = reasons_of(word);
    fail_on.reasons_ |= set;
    bool known = set != 0;
    for (const Word& row : kVerdictWords) {
      if (!with_rules || !same(word, row.word)) continue;
      fail_on.verdicts_ |= std::uint64_t{1} << static_cast<unsigned>(row.verdict);
      known = true;
    }
    if (with_rules && same(word, kUncertain)) fail_on.uncertain_ = known = true;
    if (!known) return unknown(word, with_rules);
  }
  return fail_on;
}

void FailOn::packet(const PacketRecord& record, bool shown) {
  if (!shown) return;
  bool found = (reasons_ >> static_cast<unsigned>(record.observation.reason) & 1) != 0;
  if (record.decision) {
    const Decision& decision = record.decision->decision;
    found = found || (verdicts_ >> static_cast<unsigned>(decision.verdict) & 1) != 0 ||
            (uncertain_ && decision.uncertainty != Uncertainty::none);
  }
  found_ += found ? 1 : 0;
}

}  // namespace statewall
