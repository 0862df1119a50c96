#include "cli/fail_on.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "report/suggest.h"

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

Error unknown(const std::string& word) {
  std::vector<std::string_view> known;
  for (const State state : kStates) known.push_back(name(state));
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    known.push_back(slug(static_cast<Reason>(i)));
  }
  return {ErrorKind::usage, "--fail-on", unknown_name("state or reason", word, known)};
}

}  // namespace

Result<FailOn> FailOn::parse(const std::vector<std::string>& words) {
  FailOn fail_on;
  for (const std::string& word : words) {
    const std::uint64_t set = reasons_of(word);
    if (set == 0) return unknown(word);
    fail_on.reasons_ |= set;
  }
  return fail_on;
}

void FailOn::packet(const PacketRecord& record, bool shown) {
  found_ += shown && (reasons_ >> static_cast<unsigned>(record.observation.reason) & 1) != 0;
}

}  // namespace statewall
