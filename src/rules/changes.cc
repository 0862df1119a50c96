#include "rules/changes.h"

#include <cstddef>
#include <span>

#include "rules/syntax.h"

namespace statewall::rules {
namespace {

using namespace change;

struct OfKind {
  std::size_t kind;  ///< its index in the variant
  Changes changes;
};

// The kinds that are not here change nothing, or look at nothing that changes.
constexpr OfKind kTargets[] = {
    {kIndexIn<MarkTarget, Target>, kMark},
    {kIndexIn<ConnmarkTarget, Target>, kMark | kConnmark},
    // Another zone, or none, is another connection or none.
    {kIndexIn<CtTarget, Target>, kTracking | kConnmark},
    {kIndexIn<TtlTarget, Target>, kTtl},
    {kIndexIn<TosTarget, Target>, kTos},
    {kIndexIn<DscpTarget, Target>, kTos},
    // It might do anything.
    {kIndexIn<UnsupportedTarget, Target>, kMark | kConnmark | kTracking | kTtl | kTos},
};
constexpr OfKind kMatches[] = {
    {kIndexIn<MarkMatch, Match>, kMark},
    {kIndexIn<ConnmarkMatch, Match>, kConnmark},
    {kIndexIn<ConntrackMatch, Match>, kTracking},
    {kIndexIn<TtlMatch, Match>, kTtl},
    {kIndexIn<TosMatch, Match>, kTos},
    {kIndexIn<DscpMatch, Match>, kTos},
};

Changes of_kind(std::span<const OfKind> table, std::size_t kind) {
  for (const OfKind& row : table) {
    if (row.kind == kind) return row.changes;
  }
  return 0;
}

}  // namespace

Changes changes_by(const Target& target) { return of_kind(kTargets, target.index()); }

Changes changes_in(const Table& table) {
  Changes changes = 0;
  for (const Chain& chain : table.chains) {
    for (const Rule& rule : chain.rules) {
      changes = static_cast<Changes>(changes | changes_by(rule.target));
    }
  }
  return changes;
}

Changes looks_at(const Match& match) { return of_kind(kMatches, match.index()); }

}  // namespace statewall::rules
