#include "rules/syntax_groups.h"

// The targets of table raw: CT and NOTRACK.

namespace statewall::rules {
namespace {

/// Options that say which way the zone counts, taken together; for `--zone` alone it is both.
enum class Way { both, original, reply };

template <Way way>
bool read_zone(Argument& argument, CtTarget& target) {
  std::uint16_t zone = 0;
  const bool from_mark = argument.text() == "mark";
  if (!from_mark && !read_number_into<0, 65535>(argument, zone)) return false;
  target.zone = zone;
  target.zone_from_mark = from_mark;
  target.zone_given = zone != 0 || from_mark;
  if (way == Way::both) return true;
  const bool first = target.for_original == target.for_reply;
  target.for_original = way == Way::original || (!first && target.for_original);
  target.for_reply = way == Way::reply || (!first && target.for_reply);
  return true;
}

void print_ct(RuleWriter& out, const CtTarget& target) {
  if (target.written_as_notrack) return;
  if (target.notrack) out.option("notrack");
  if (!target.zone_given) return;
  const bool both = target.for_original && target.for_reply;
  out.option(both ? "zone" : target.for_original ? "zone-orig" : "zone-reply");
  if (target.zone_from_mark) {
    out.word("mark");
  } else {
    out.number(target.zone);
  }
}

Target make_notrack(Family) {
  CtTarget target;
  target.written_as_notrack = target.notrack = true;
  return target;
}

constexpr bool is_notrack(const Target& target) {
  return std::get_if<CtTarget>(&target)->written_as_notrack;
}
constexpr bool is_ct(const Target& target) { return !is_notrack(target); }

template <Way way>
constexpr auto kZone = of_target<CtTarget, read_zone<way>>;
constexpr std::uint8_t kUnsupported = TargetOption::kUnsupported;
constexpr TargetOption kOptions[] = {
    {"notrack", 1, TargetOption::kAlone, into_target<&CtTarget::notrack, read_flag>},
    {"zone", 2, 0, kZone<Way::both>},
    {"zone-orig", 4, 0, kZone<Way::original>},
    {"zone-reply", 8, 0, kZone<Way::reply>},
    {"helper", 16, kUnsupported},
    {"timeout", 32, kUnsupported},
    {"ctevents", 64, kUnsupported},
    {"expevents", 128, kUnsupported},
};

constexpr TargetSyntax kTargets[] = {
    {.name = "CT",
     .kind = kIndexIn<CtTarget, Target>,
     .make = make<CtTarget, Target>,
     .options = kOptions,
     .print = prints_target<CtTarget, print_ct>,
     .owns = is_ct,
     .tables = bit(TableKind::raw)},
    {.name = "NOTRACK",
     .kind = kIndexIn<CtTarget, Target>,
     .make = make_notrack,
     .options = {},
     .print = prints_target<CtTarget, print_ct>,
     .owns = is_notrack,
     .tables = bit(TableKind::raw)},
};

}  // namespace

std::span<const TargetSyntax> ct_targets() { return kTargets; }

}  // namespace statewall::rules
