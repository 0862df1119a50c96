#include "rules/advice.h"

#include <algorithm>

#include "rules/chain_graph.h"
#include "rules/complaints.h"
#include "rules/cover.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

constexpr std::uint64_t kMostPairs = 10'000'000;

constexpr std::uint8_t kIcmp = 1, kIcmp6 = 58;

/// A packet that people forget: what it is, and the state that it has.
struct Forgotten {
  Hook hook;
  std::uint8_t type;
  std::uint8_t state;
  std::string_view what, why;
};

constexpr std::string_view kErrors = "ICMP errors about connections (RELATED)";
constexpr std::string_view kPathMtu = "path-MTU discovery fails without them";
constexpr std::string_view kSolicitation = "neighbour solicitations (UNTRACKED)";
constexpr std::string_view kAdvertisement = "neighbour advertisements (UNTRACKED)";
constexpr std::string_view kNeighbours = "IPv6 does not work without them";

// Destination unreachable and packet too big are the errors that hosts cannot do without.
constexpr Forgotten kForgotten4[] = {
    {Hook::input, 3, ConntrackMatch::kRelated, kErrors, kPathMtu},
    {Hook::forward, 3, ConntrackMatch::kRelated, kErrors, kPathMtu},
};
constexpr Forgotten kForgotten6[] = {
    {Hook::input, 2, ConntrackMatch::kRelated, kErrors, kPathMtu},
    {Hook::forward, 2, ConntrackMatch::kRelated, kErrors, kPathMtu},
    {Hook::input, 135, ConntrackMatch::kUntracked, kSolicitation, kNeighbours},
    {Hook::input, 136, ConntrackMatch::kUntracked, kAdvertisement, kNeighbours},
    {Hook::output, 135, ConntrackMatch::kUntracked, kSolicitation, kNeighbours},
    {Hook::output, 136, ConntrackMatch::kUntracked, kAdvertisement, kNeighbours},
};

/// Could this packet meet the conditions of the rule? Says no only where it is certain.
class Possible {
 public:
  Possible(const Forgotten& packet, Family family) : packet_(packet), family_(family) {}

  bool meets(const Rule& rule) const {
    const std::uint8_t mine = family_ == Family::ipv4 ? kIcmp : kIcmp6;
    const bool protocol = rule.protocol == 0 || (rule.protocol == mine) != rule.protocol_inverted;
    const bool loopback = rule.in.name == "lo" && !rule.in.inverted && !rule.in.prefix;
    const bool out_loopback = rule.out.name == "lo" && !rule.out.inverted && !rule.out.prefix;
    return protocol && !loopback && !out_loopback &&
           std::ranges::all_of(rule.matches, [this](const Match& match) { return meets(match); });
  }

 private:
  bool meets(const Match& match) const {
    if (const auto* icmp = std::get_if<IcmpMatch>(&match)) {
      return (icmp->any || icmp->type == packet_.type) != icmp->inverted ||
             (icmp->inverted && icmp->type == packet_.type &&
              (icmp->code_low != 0 || icmp->code_high != 255));
    }
    if (const auto* conntrack = std::get_if<ConntrackMatch>(&match)) {
      if ((conntrack->given & ConntrackMatch::kState) == 0) return true;
      return ((conntrack->states & packet_.state) != 0) != conntrack->states_inverted;
    }
    return !std::get_if<UnsupportedMatch>(&match);
  }

  const Forgotten& packet_;
  Family family_;
};

/// What can become of a packet in a chain.
enum class Fate : std::uint8_t { unknown, may_be_accepted, dropped, falls_through };

class Adviser {
 public:
  explicit Adviser(const Ruleset& ruleset) : ruleset_(ruleset) {}

  std::vector<Advice> advise() {
    for (const Table& table : ruleset_.tables) {
      const ChainGraph graph = graph_of(table);
      for (std::uint32_t i = 0; i < table.chains.size(); ++i) {
        chain(table, table.chains[i], graph.hooks[i]);
      }
      if (table.kind != TableKind::filter) continue;
      if (ruleset_.family == Family::ipv4) {
        for (const Forgotten& packet : kForgotten4) forgotten(table, packet);
      } else {
        for (const Forgotten& packet : kForgotten6) forgotten(table, packet);
      }
    }
    std::ranges::stable_sort(advice_, {}, &Advice::line);
    return std::move(advice_);
  }

 private:
  void say(std::uint32_t line, std::string message) {
    advice_.push_back({line, std::move(message)});
  }

  void chain(const Table& table, const Chain& chain, std::uint8_t hooks) {
    if (hooks == 0) {
      say(chain.line, "no packet ever comes to chain " + in_quotes(chain.name));
    }
    std::vector<const Rule*> earlier;
    for (const Rule& rule : chain.rules) {
      if (const auto* jump = std::get_if<JumpTarget>(&rule.target)) empty_chain(table, rule, *jump);
      if (const Rule* taker = taker_of(rule, earlier)) {
        taken(rule, *taker);
      } else if (is_final(rule)) {
        earlier.push_back(&rule);
      }
    }
  }

  void empty_chain(const Table& table, const Rule& rule, const JumpTarget& jump) {
    const Chain& target = table.chains[jump.chain];
    if (!target.rules.empty()) return;
    say(rule.line, "chain " + in_quotes(target.name) + " has no rules: the jump does nothing");
  }

  const Rule* taker_of(const Rule& rule, const std::vector<const Rule*>& earlier) {
    for (const Rule* candidate : earlier) {
      if (++pairs_ > kMostPairs) return nullptr;
      if (covers(*candidate, rule)) return candidate;
    }
    return nullptr;
  }

  void taken(const Rule& rule, const Rule& taker) {
    std::string message;
    if (takes_all(taker) && asks_for_replies(rule)) {
      message = "packets of known connections never come to this rule: line ";
    } else {
      message = "this rule never matches: line ";
    }
    append_number(message, taker.line);
    say(rule.line, message + (takes_all(taker) ? " takes every packet" : " takes all of it"));
  }

  static bool asks_for_replies(const Rule& rule) {
    constexpr unsigned wanted = ConntrackMatch::kEstablished | ConntrackMatch::kRelated;
    return std::ranges::any_of(rule.matches, [](const Match& match) {
      const auto* conntrack = std::get_if<ConntrackMatch>(&match);
      return conntrack && (conntrack->given & ConntrackMatch::kState) != 0 &&
             ((conntrack->states & wanted) != 0) != conntrack->states_inverted;
    });
  }

  void forgotten(const Table& table, const Forgotten& packet) {
    const int index = table.at_hook[static_cast<std::size_t>(packet.hook)];
    if (index < 0) return;
    const Chain& chain = table.chains[static_cast<std::size_t>(index)];
    fates_.assign(table.chains.size(), Fate::unknown);
    const Fate fate = fate_in(table, chain, Possible(packet, ruleset_.family));
    if (fate == Fate::may_be_accepted) return;
    if (fate == Fate::falls_through && !chain.policy_drop) return;
    std::string message = "chain " + in_quotes(chain.name) + " drops ";
    message.append(packet.what).append("; ").append(packet.why);
    const bool again =
        std::ranges::any_of(advice_, [&](const Advice& said) { return said.message == message; });
    if (!again) say(chain.line, message);
  }

  /// Chains nest at most 16 deep, so that recursion is bounded; each is walked once.
  Fate fate_in(const Table& table, const Chain& chain, const Possible& packet) {
    for (const Rule& rule : chain.rules) {
      if (!packet.meets(rule)) continue;
      const Target& target = rule.target;
      if (std::get_if<AcceptTarget>(&target)) return Fate::may_be_accepted;
      if (std::get_if<UnsupportedTarget>(&target)) return Fate::may_be_accepted;
      const auto* jump = std::get_if<JumpTarget>(&target);
      const bool drops = std::get_if<DropTarget>(&target) || std::get_if<RejectTarget>(&target);
      if (jump) {
        Fate& fate = fates_[jump->chain];
        if (fate == Fate::unknown) fate = fate_in(table, table.chains[jump->chain], packet);
        if (fate == Fate::may_be_accepted) return fate;
        if (fate == Fate::dropped && takes_all(rule)) return fate;
        if (jump->is_goto && takes_all(rule)) return Fate::falls_through;
      } else if (takes_all(rule) && drops) {
        return Fate::dropped;
      } else if (takes_all(rule) && std::get_if<ReturnTarget>(&target)) {
        return Fate::falls_through;
      }
    }
    return Fate::falls_through;
  }

  const Ruleset& ruleset_;
  std::vector<Advice> advice_;
  std::vector<Fate> fates_;  ///< by chain, of one packet
  std::uint64_t pairs_ = 0;
};

}  // namespace

std::vector<Advice> advise(const Ruleset& ruleset) { return Adviser(ruleset).advise(); }

}  // namespace statewall::rules
