#include "kernel/ruleset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nftables/libnftables.h>

#include <memory>
#include <mutex>
#include <string>

#include "kernel/failure.h"

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

struct Free {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

}  // namespace

std::span<const Mark> marks() { return kMarks; }

std::optional<Error> load_ruleset() {
  // Nothing promises that the library may be used by several threads at once.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const std::unique_ptr<nft_ctx, Free> context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context) return failure("cannot use nftables");
  nft_ctx_buffer_error(context.get());
  if (nft_run_cmd_from_buffer(context.get(), ruleset().c_str()) == 0) return std::nullopt;
  // What it says has several lines, which show the rule.
  const std::string said = nft_ctx_get_error_buffer(context.get());
  return failure("this kernel takes no nft rules about connections: " +
                 said.substr(0, said.find('\n')));
}

}  // namespace statewall
