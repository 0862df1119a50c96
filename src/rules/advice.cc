#include "rules/advice.h"

#include <algorithm>

#include "rules/chain_graph.h"
#include "rules/complaints.h"
#include "rules/cover.h"
#include "rules/reach.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

constexpr std::uint64_t kMostComparisons = 10'000'000;

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
      never_matching(table);
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

  void never_matching(const Table& table) {
    const ChainGraph graph = graph_of(table);
    // Each its own comparisons: what is seen within a chain must not depend on what is behind
    // jumps.
    Reach within(table, graph, kMostComparisons), across(table, graph, kMostComparisons);
    for (std::uint32_t i = 0; i < table.chains.size(); ++i) {
      const Chain& chain = table.chains[i];
      const bool reached = graph.hooks[i] != 0 && !never_entered(chain, across.before(i));
      if (graph.hooks[i] == 0) say(chain.line, "no packet ever comes to " + chain_text(chain));
      for (std::uint32_t j = 0; j < chain.rules.size(); ++j) {
        const Rule& rule = chain.rules[j];
        empty_chain(table, rule);
        if (const Rule* taker = within.taker_of({i, j})) {
          taken(table, rule, *taker);
        } else if (reached) {
          barred(chain, rule, across.before({i, j}));
        }
      }
    }
  }

  static std::string chain_text(const Chain& chain) { return "chain " + in_quotes(chain.name); }

  void empty_chain(const Table& table, const Rule& rule) {
    const auto* jump = std::get_if<JumpTarget>(&rule.target);
    if (!jump || !table.chains[jump->chain].rules.empty()) return;
    say(rule.line, chain_text(table.chains[jump->chain]) + " has no rules: the jump does nothing");
  }

  bool never_entered(const Chain& chain, const std::optional<Barrier>& barrier) {
    if (!barrier) return false;
    std::string message = "no packet ever comes to " + chain_text(chain);
    if (barrier->how == Barrier::How::takes) {
      message += ": line ";
      append_number(message, barrier->rule->line);
      message += " takes all of them";
    }
    say(chain.line, message);
    return true;
  }

  void taken(const Table& table, const Rule& rule, const Rule& taker) {
    const bool replies = takes_all(taker) && asks_for_replies(rule);
    std::string message = replies ? "packets of known connections never come to this rule: line "
                                  : "this rule never matches: line ";
    append_number(message, taker.line);
    const std::string_view what = takes_all(taker) ? "every packet" : "all of it";
    const auto* jump = std::get_if<JumpTarget>(&taker.target);
    if (jump && !jump->is_goto) {
      message.append(" sends ").append(what).append(" to ");
      message += chain_text(table.chains[jump->chain]) + ", from which nothing comes back";
    } else {
      message.append(" takes ").append(what);
    }
    say(rule.line, message);
  }

  void barred(const Chain& chain, const Rule& rule, const std::optional<Barrier>& barrier) {
    if (!barrier) return;
    std::string message = "this rule never matches: ";
    if (barrier->how == Barrier::How::several) {
      say(rule.line, message + "nothing of it comes to " + chain_text(chain));
      return;
    }
    message += "line ";
    append_number(message, barrier->rule->line);
    message += barrier->how == Barrier::How::takes ? " takes all of it before it comes to "
                                                   : " lets nothing of it come to ";
    say(rule.line, message + chain_text(chain));
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
    // Some such packets may have left the chain: what drops the others does not drop all.
    bool some_left = false;
    for (const Rule& rule : chain.rules) {
      if (!packet.meets(rule)) continue;
      const Target& target = rule.target;
      const bool all = takes_all(rule);
      if (std::get_if<AcceptTarget>(&target)) return Fate::may_be_accepted;
      if (std::get_if<UnsupportedTarget>(&target)) return Fate::may_be_accepted;
      const bool drops = std::get_if<DropTarget>(&target) || std::get_if<RejectTarget>(&target);
      if (drops && all) return some_left ? Fate::falls_through : Fate::dropped;
      bool leaves = std::get_if<ReturnTarget>(&target) != nullptr;
      if (const auto* jump = std::get_if<JumpTarget>(&target)) {
        Fate& fate = fates_[jump->chain];
        if (fate == Fate::unknown) fate = fate_in(table, table.chains[jump->chain], packet);
        if (fate == Fate::may_be_accepted) return fate;
        if (fate == Fate::dropped && all) return some_left ? Fate::falls_through : fate;
        leaves = jump->is_goto && fate == Fate::falls_through;
      }
      if (leaves && all) return Fate::falls_through;
      some_left = some_left || leaves;
    }
    return Fate::falls_through;
  }

  const Ruleset& ruleset_;
  std::vector<Advice> advice_;
  std::vector<Fate> fates_;  ///< by chain, of one packet
};

}  // namespace

std::vector<Advice> advise(const Ruleset& ruleset) { return Adviser(ruleset).advise(); }

}  // namespace statewall::rules
