#include "rules/syntax_groups.h"

// The marks of packets and of connections: mark, connmark, MARK and CONNMARK.

namespace statewall::rules {
namespace {

void print_masked(RuleWriter& out, const Masked& mark) {
  out.option("mark", mark.inverted).hex(mark.value).mask(mark.mask);
}

void print_mark(RuleWriter& out, const MarkMatch& match) { print_masked(out, match.mark); }

void print_connmark(RuleWriter& out, const ConnmarkMatch& match) { print_masked(out, match.mark); }

/// What a target makes of a mark: (mark & ~mask) ^ value.
struct Change {
  std::uint32_t value, mask;
};

// Each way to write it, from the value and the mask that were written.
Change set_xmark(std::uint32_t value, std::uint32_t mask) { return {value, mask}; }
Change set_mark(std::uint32_t value, std::uint32_t mask) { return {value, mask | value}; }
Change and_mark(std::uint32_t value, std::uint32_t) { return {0, ~value}; }
Change or_mark(std::uint32_t value, std::uint32_t) { return {value, value}; }
Change xor_mark(std::uint32_t value, std::uint32_t) { return {value, 0}; }

using Way = Change (*)(std::uint32_t, std::uint32_t);

template <Way way>
std::optional<Change> read_change(Argument& argument) {
  Masked written;
  if constexpr (way == set_xmark || way == set_mark) {
    if (!read_masked(argument, written)) return {};
  } else {
    if (!read_number_into<0, 0xffffffff>(argument, written.value)) return {};
  }
  return way(written.value, written.mask);
}

template <Way way>
bool read_mark_change(Argument& argument, MarkTarget& target) {
  const auto change = read_change<way>(argument);
  if (change) target = {change->value, change->mask};
  return change.has_value();
}

template <Way way>
bool read_connmark_change(Argument& argument, ConnmarkTarget& target) {
  const auto change = read_change<way>(argument);
  if (!change) return false;
  target.what = ConnmarkTarget::What::set;
  target.value = change->value;
  target.ctmask = change->mask;
  return true;
}

template <ConnmarkTarget::What what>
bool read_copy(Argument&, ConnmarkTarget& target) {
  target.what = what;
  return true;
}

bool read_both_masks(Argument& argument, ConnmarkTarget& target) {
  if (!read_number_into<0, 0xffffffff>(argument, target.ctmask)) return false;
  target.nfmask = target.ctmask;
  return true;
}

template <bool right>
bool read_shift(Argument& argument, ConnmarkTarget& target) {
  target.shift_right = right;
  return read_number_into<0, 31>(argument, target.shift);
}

void print_change(RuleWriter& out, std::uint32_t value, std::uint32_t mask) {
  out.option("set-xmark").hex(value).text() += '/';
  append_hex(out.text(), mask);
}

void print_set_mark(RuleWriter& out, const MarkTarget& target) {
  print_change(out, target.value, target.mask);
}

void print_set_connmark(RuleWriter& out, const ConnmarkTarget& target) {
  using What = ConnmarkTarget::What;
  if (target.what == What::set) {
    print_change(out, target.value, target.ctmask);
  } else {
    out.option(target.what == What::save ? "save-mark" : "restore-mark");
    out.option("nfmask").hex(target.nfmask).option("ctmask").hex(target.ctmask);
  }
  if (target.shift == 0) return;
  out.option(target.shift_right ? "right-shift-mark" : "left-shift-mark").number(target.shift);
}

constexpr MatchOption kMarkOptions[] = {
    {"mark", 1, MatchOption::kNot, into_match<&MarkMatch::mark, read_masked>},
};
constexpr MatchOption kConnmarkOptions[] = {
    {"mark", 1, MatchOption::kNot, into_match<&ConnmarkMatch::mark, read_masked>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "mark",
     .kind = kIndexIn<MarkMatch, Match>,
     .make = make<MarkMatch, Match>,
     .options = kMarkOptions,
     .print = prints_match<MarkMatch, print_mark>,
     .required = 1},
    {.name = "connmark",
     .kind = kIndexIn<ConnmarkMatch, Match>,
     .make = make<ConnmarkMatch, Match>,
     .options = kConnmarkOptions,
     .print = prints_match<ConnmarkMatch, print_connmark>,
     .required = 1},
};

template <Way way>
constexpr auto kMark = of_target<MarkTarget, read_mark_change<way>>;
constexpr TargetOption kSetMarkOptions[] = {
    {"set-xmark", 1, 0, kMark<set_xmark>, 30}, {"set-mark", 2, 0, kMark<set_mark>, 29},
    {"and-mark", 4, 0, kMark<and_mark>, 27},   {"or-mark", 8, 0, kMark<or_mark>, 23},
    {"xor-mark", 16, 0, kMark<xor_mark>, 15},
};

template <Way way>
constexpr auto kConnmark = of_target<ConnmarkTarget, read_connmark_change<way>>;
template <ConnmarkTarget::What what>
constexpr auto kCopy = of_target<ConnmarkTarget, read_copy<what>>;
constexpr std::uint8_t kAlone = TargetOption::kAlone;
constexpr std::uint32_t kOperations = 0x7f;
constexpr auto kCtmask =
    into_target<&ConnmarkTarget::ctmask, read_number_into<0, 0xffffffff, std::uint32_t>>;
constexpr auto kNfmask =
    into_target<&ConnmarkTarget::nfmask, read_number_into<0, 0xffffffff, std::uint32_t>>;

constexpr TargetOption kSetConnmarkOptions[] = {
    {"set-xmark", 1, 0, kConnmark<set_xmark>, kOperations},
    {"set-mark", 2, 0, kConnmark<set_mark>, kOperations},
    {"and-mark", 4, 0, kConnmark<and_mark>, kOperations},
    {"or-mark", 8, 0, kConnmark<or_mark>, kOperations},
    {"xor-mark", 16, 0, kConnmark<xor_mark>, kOperations},
    {"save-mark", 32, kAlone, kCopy<ConnmarkTarget::What::save>, kOperations},
    {"restore-mark", 64, kAlone, kCopy<ConnmarkTarget::What::restore>, kOperations},
    {"mask", 128, 0, of_target<ConnmarkTarget, read_both_masks>, 256 | 512},
    {"ctmask", 256, 0, kCtmask, 128},
    {"nfmask", 512, 0, kNfmask, 128},
    {"left-shift-mark", 1024, 0, of_target<ConnmarkTarget, read_shift<false>>, 2048},
    {"right-shift-mark", 2048, 0, of_target<ConnmarkTarget, read_shift<true>>, 1024},
};

constexpr TargetSyntax kTargets[] = {
    {.name = "MARK",
     .kind = kIndexIn<MarkTarget, Target>,
     .make = make<MarkTarget, Target>,
     .options = kSetMarkOptions,
     .print = prints_target<MarkTarget, print_set_mark>,
     .any_of = 31},
    {.name = "CONNMARK",
     .kind = kIndexIn<ConnmarkTarget, Target>,
     .make = make<ConnmarkTarget, Target>,
     .options = kSetConnmarkOptions,
     .print = prints_target<ConnmarkTarget, print_set_connmark>,
     .any_of = kOperations},
};

}  // namespace

std::span<const MatchSyntax> mark_matches() { return kMatches; }

std::span<const TargetSyntax> mark_targets() { return kTargets; }

}  // namespace statewall::rules
