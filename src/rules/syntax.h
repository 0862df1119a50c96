#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "rules/argument.h"
#include "rules/match.h"
#include "rules/ruleset.h"
#include "rules/target.h"
#include "rules/writing.h"

// How matches and targets are written: one `Extension` for each name behind `-m` or `-j`, in the
// tables at the end of the files `syntax_*.cc`. Reading and printing both go by them.

namespace statewall::rules {

/// Bits of families, of tables (1 << TableKind) and of hooks (1 << Hook).
inline constexpr std::uint8_t kIpv4 = 1, kIpv6 = 2, kBothFamilies = 3;
inline constexpr std::uint8_t kEveryTable = 0x0f, kEveryHook = 0x1f;
constexpr std::uint8_t bit(TableKind table) { return static_cast<std::uint8_t>(1 << int(table)); }
constexpr std::uint8_t bit(Hook hook) { return static_cast<std::uint8_t>(1 << int(hook)); }
constexpr std::uint8_t bit(Family family) { return family == Family::ipv4 ? kIpv4 : kIpv6; }

/// An option of a match or a target. Part is Match or Target.
template <typename Part>
struct Option {
  /// Bits of `flags`.
  static constexpr std::uint8_t kNot = 1;    ///< `!` may stand before it
  static constexpr std::uint8_t kAlone = 2;  ///< it has no value
  static constexpr std::uint8_t kUnsupported = 4;

  std::string_view name;  ///< without the dashes
  std::uint32_t id = 1;   ///< a bit; other names of the same option share it
  std::uint8_t flags = 0;
  bool (*read)(Argument&, Part&) = nullptr;
  std::uint32_t not_with = 0;  ///< bits of options that exclude it
  std::uint32_t needs = 0;     ///< bits of options of which one must be there, too
};

/// What the reader of a rule knows when all of it is read.
struct Surroundings {
  Family family = Family::ipv4;
  std::uint8_t protocol = 0;
  bool protocol_inverted = false;
  std::uint32_t given = 0;  ///< the options that were there, by their bits
};

template <typename Part>
struct Extension {
  std::string_view name;
  std::size_t kind;  ///< which alternative of Part it makes
  Part (*make)(Family family);
  std::span<const Option<Part>> options;
  void (*print)(RuleWriter& out, const Part& part) = nullptr;
  std::uint8_t families = kBothFamilies;
  /// The rule must ask for it, by `-p`; 0: no matter. There, options load the match by themselves.
  std::uint8_t protocol = 0;
  bool without_protocol = false;  ///< the rule need not ask for it
  std::uint32_t required = 0;     ///< options of which none may be missing
  std::uint32_t any_of = 0;       ///< options of which one must be there
  /// What else must be so, once all options are read. Returns a complaint; empty if it is good.
  std::string (*finish)(const Surroundings& around, Part& part) = nullptr;
  /// Of several extensions of the same kind and family, is it this one that `part` was made by?
  bool (*owns)(const Part& part) = nullptr;
  std::uint8_t tables = kEveryTable;
  std::uint8_t hooks = kEveryHook;
  /// Where the options say more of that.
  std::uint8_t (*hooks_of)(const Part& part) = nullptr;
};

using MatchOption = Option<Match>;
using TargetOption = Option<Target>;
using MatchSyntax = Extension<Match>;
using TargetSyntax = Extension<Target>;

/// By the name behind `-m` or `-j`; nullptr if there is none of this family.
const MatchSyntax* find_match(std::string_view name, Family family);
const TargetSyntax* find_target(std::string_view name, Family family);

/// The extension that this was made by; nullptr for what has none (an unsupported match, a jump).
const MatchSyntax* syntax_of(const Match& match, Family family);
const TargetSyntax* syntax_of(const Target& target, Family family);

/// The match that options ask for by themselves behind `-p PROTOCOL`; nullptr if there is none.
const MatchSyntax* match_of_protocol(std::uint8_t protocol, Family family);

/// A match that has this option, to tell somebody who left out its `-m`; nullptr if none has.
const MatchSyntax* match_with_option(std::string_view option, Family family);

/// All names, for suggestions.
std::vector<std::string_view> match_names(Family family);
std::vector<std::string_view> target_names(Family family);

/// Extensions of iptables and xtables-addons that are known to be, but not to us.
bool is_unsupported_match(std::string_view name);
bool is_unsupported_target(std::string_view name);

// What the tables are made of.

template <typename Value, typename Part>
struct IndexIn;
template <typename Value, typename... Values>
struct IndexIn<Value, std::variant<Values...>> {
  static consteval std::size_t find() {
    constexpr bool same[] = {std::is_same_v<Value, Values>...};
    std::size_t index = 0;
    while (!same[index]) ++index;
    return index;
  }
};
/// Which alternative of a variant this type is.
template <typename Value, typename Part>
inline constexpr std::size_t kIndexIn = IndexIn<Value, Part>::find();

/// A match or target with nothing but its defaults.
template <typename Value, typename Part>
Part make(Family) {
  return Value{};
}

/// A reader of an option whose value goes into one member: `into<&TcpMatch::ports, read_ports>`.
template <auto member, auto read, typename Part, typename Struct, typename Value>
bool read_member(Argument& argument, Part& part, Value Struct::*) {
  Struct* const whole = std::get_if<Struct>(&part);
  return read(argument, whole->*member);
}
template <typename Part, auto member, auto read>
bool into(Argument& argument, Part& part) {
  return read_member<member, read>(argument, part, member);
}
template <auto member, auto read>
constexpr auto into_match = &into<Match, member, read>;
template <auto member, auto read>
constexpr auto into_target = &into<Target, member, read>;

/// A reader of an option that concerns more than one member: `bool read(Argument&, TcpMatch&)`.
template <typename Part, typename Struct, bool (*read)(Argument&, Struct&)>
bool whole(Argument& argument, Part& part) {
  return read(argument, *std::get_if<Struct>(&part));
}
template <typename Struct, bool (*read)(Argument&, Struct&)>
constexpr auto of_match = &whole<Match, Struct, read>;
template <typename Struct, bool (*read)(Argument&, Struct&)>
constexpr auto of_target = &whole<Target, Struct, read>;

/// A printer of one kind: `void print(RuleWriter&, const TcpMatch&)`.
template <typename Part, typename Struct, void (*print)(RuleWriter&, const Struct&)>
void print_one(RuleWriter& out, const Part& part) {
  print(out, *std::get_if<Struct>(&part));
}
template <typename Struct, void (*print)(RuleWriter&, const Struct&)>
constexpr auto prints_match = &print_one<Match, Struct, print>;
template <typename Struct, void (*print)(RuleWriter&, const Struct&)>
constexpr auto prints_target = &print_one<Target, Struct, print>;

}  // namespace statewall::rules
