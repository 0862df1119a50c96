#include "kernel/ruleset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "kernel/nft.h"

namespace statewall {
namespace {

// The most frequent first: each packet goes through them up to its own.
constexpr Mark kMarks[] = {
    {'e', State::established, Direction::original, "ct state established ct direction original"},
    {'E', State::established, Direction::reply, "ct state established ct direction reply"},
    {'n', State::new_, Direction::original, "ct state new"},
    {'i', State::invalid, Direction::none, "ct state invalid"},
    {'r', State::related, Direction::original, "ct state related ct direction original"},
    {'R', State::related, Direction::reply, "ct state related ct direction reply"},
    {'u', State::untracked, Direction::none, "ct state untracked"},
};

// Priorities: fragments are reassembled at -400, connections found at -200 (B11).
std::string ruleset() {
  std::string text;
  const auto log = [&text](const char* match, char letter) {
    text += fmt::format("    {} log prefix \"{}\" group {} accept\n", match, letter, kStateGroup);
  };
  text += "table inet statewall {\n";
  text += "  chain arrived {\n    type filter hook prerouting priority -450;\n";
  log("ip frag-off & 0x3fff != 0", kFragmentLetter);
  log("exthdr frag exists", kFragmentLetter);
  text += "  }\n  chain tracked {\n    type filter hook prerouting priority -150;\n";
  for (const Mark& mark : kMarks) log(mark.match, mark.letter);
  text += "  }\n  chain refused {\n    type filter hook prerouting priority -140;\n";
  text += fmt::format("    ether daddr {:02x} drop\n", fmt::join(kDropAddress, ":"));
  return text + "  }\n}\n";
}

}  // namespace

std::span<const Mark> marks() { return kMarks; }

std::optional<Error> load_ruleset() { return run_nft(ruleset()); }

}  // namespace statewall
