#include "rules/evaluator.h"

#include <algorithm>

#include "rules/effects.h"
#include "rules/matching.h"

namespace statewall::rules {

Evaluator::Evaluator(const Ruleset& ruleset, RecentLists& lists, HostHash hash, std::uint64_t seed)
    : ruleset_(ruleset) {
  SharedMemory shared{lists, hashlimits_, hash};
  memories_.emplace_back();
  for (const Table& table : ruleset.tables) {
    TableState state{compile(table, ruleset.family), {}, {}, {}};
    for (MatchStep& step : state.program.matches) {
      if (!has_memory(*step.match)) continue;
      step.memory = static_cast<std::uint32_t>(memories_.size());
      memories_.push_back(make_memory(*step.match, shared, seed + memories_.size()));
    }
    state.rule_counters.resize(state.program.steps.size());
    state.policy_counters.resize(state.program.chains.size());
    state.returns.reserve(state.program.depth);
    tables_[static_cast<std::size_t>(table.kind)].emplace(std::move(state));
  }
}

bool Evaluator::has_chain(TableKind kind, Hook hook) const {
  const auto& state = tables_[static_cast<std::size_t>(kind)];
  return state && state->program.at_hook[static_cast<std::size_t>(hook)] >= 0;
}

/// What the packet does not meet of a rule: see `unmet`. `hotdrop`: it is dropped on the way.
inline int Evaluator::unmet_of(TableState& state, std::uint32_t index, const StepView& view,
                               const Subject& subject, bool& hotdrop) {
  if (const int unmet = first_unmet(state.program, index, view); unmet != unmet::kNone) {
    return unmet;
  }
  const Step& step = state.program.steps[index];
  const MatchStep* match = state.program.matches.data() + step.first_match;
  for (const MatchStep* const end = match + step.matches; match != end; ++match) {
    // Whether it holds is not known; what else must hold is.
    if (std::holds_alternative<UnsupportedMatch>(*match->match)) continue;
    const Matching result = test(*match->match, subject, memories_[match->memory]);
    if (result == Matching::yes) continue;
    hotdrop = result == Matching::drop;
    return match->index;
  }
  return unmet::kNone;
}

/// One packet's way through one table's chain.
struct Evaluator::Walk {
  Evaluator& evaluator;
  TableState& state;
  TableKind kind;
  Subject& subject;
  Lookup* lookup;
  EvaluatorWitness* witness;
  Outcome& outcome;

  void run(std::uint32_t base) {
    const StepView view(subject);
    const Program& program = state.program;
    state.returns.clear();
    std::uint32_t chain = base;
    std::uint32_t at = program.chains[base].first;
    for (;;) {
      // A witness wants to hear of each rule.
      if (!witness) at = next_candidate(program, at, program.chains[chain].end, view);
      if (at == program.chains[chain].end) {
        if (state.returns.empty()) return policy(base);
        come_back(chain, at);
        continue;
      }
      const std::uint32_t here = at++;
      bool hotdrop = false;
      const int unmet = evaluator.unmet_of(state, here, view, subject, hotdrop);
      if (witness) witness->visited(place(chain, here), unmet);
      if (hotdrop) return end(Outcome::Kind::drop, chain, here);
      if (unmet != unmet::kNone) continue;
      if ((program.steps[here].tests & Step::kUnsupported) != 0) {
        pass_over(*program.rules[here]);
        continue;
      }
      count(state.rule_counters[here]);
      switch (program.steps[here].action) {
        case Action::accept: return end(Outcome::Kind::accept, chain, here);
        case Action::drop: return end(Outcome::Kind::drop, chain, here);
        case Action::reject: return end(Outcome::Kind::reject, chain, here);
        case Action::translate: return end(Outcome::Kind::translate, chain, here);
        case Action::back: at = program.chains[chain].end; break;
        case Action::jump: state.returns.push_back(at); [[fallthrough]];
        case Action::go:
          chain = program.steps[here].target;
          at = program.chains[chain].first;
          break;
        case Action::effect: affect(program.rules[here]->target); break;
        case Action::next: break;
      }
    }
  }

 private:
  void come_back(std::uint32_t& chain, std::uint32_t& at) {
    at = state.returns.back();
    state.returns.pop_back();
    chain = chain_of(at);
  }

  /// The chain of the rule before `at`: one that jumped.
  std::uint32_t chain_of(std::uint32_t at) const {
    const auto& chains = state.program.chains;
    const auto behind = std::ranges::upper_bound(chains, at - 1, {}, &Program::Chain::first);
    return static_cast<std::uint32_t>(behind - chains.begin()) - 1;
  }

  RulePlace place(std::uint32_t chain, std::uint32_t step) const {
    return {kind, chain, step - state.program.chains[chain].first};
  }

  void count(RuleCounters& counters) const {
    ++counters.packets;
    counters.bytes += subject.length();
  }

  void end(Outcome::Kind how, std::uint32_t chain, std::uint32_t step) {
    outcome.kind = how;
    outcome.decided = true;
    outcome.place = place(chain, step);
    outcome.target = &state.program.rules[step]->target;
  }

  void policy(std::uint32_t base) {
    count(state.policy_counters[base]);
    outcome.kind =
        state.program.chains[base].policy_drop ? Outcome::Kind::drop : Outcome::Kind::accept;
    outcome.decided = true;
    outcome.place = {kind, base, RulePlace::kPolicy};
  }

  /// A rule with something unsupported, all of whose other conditions hold: what it would have done
  /// is not known, unless it only counts.
  void pass_over(const Rule& rule) {
    if (!std::holds_alternative<NoTarget>(rule.target)) outcome.uncertain = true;
  }

  void affect(const Target& target) {
    if (const auto* log = std::get_if<LogTarget>(&target)) {
      if (witness) witness->logs(*log, subject);
    } else if (const auto* nflog = std::get_if<NflogTarget>(&target)) {
      if (witness) witness->nflogs(*nflog, subject);
    } else if (!apply(target, subject, lookup)) {
      outcome.uncertain = true;
    }
  }
};

Outcome Evaluator::run(TableKind kind, Subject& subject, Lookup* lookup,
                       EvaluatorWitness* witness) {
  auto& state = tables_[static_cast<std::size_t>(kind)];
  const int base = state ? state->program.at_hook[static_cast<std::size_t>(subject.hook)] : -1;
  Outcome outcome;
  if (base < 0) return outcome;
  state->program.in.look_at(subject.in);
  state->program.out.look_at(subject.out);
  Walk{*this, *state, kind, subject, lookup, witness, outcome}.run(
      static_cast<std::uint32_t>(base));
  return outcome;
}

RuleCounters Evaluator::counters(const RulePlace& place) const {
  const auto& state = tables_[static_cast<std::size_t>(place.table)];
  if (!state) return {};
  if (place.rule == RulePlace::kPolicy) return state->policy_counters[place.chain];
  return state->rule_counters[state->program.chains[place.chain].first + place.rule];
}

}  // namespace statewall::rules
