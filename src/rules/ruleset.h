#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/match.h"
#include "rules/target.h"
#include "statewall/address.h"

// An iptables ruleset, as `iptables-save` prints it, as values. It does not change once it is
// loaded (`loader.h`); the counters in it are those that stood in the file. Thread-safe to read.

namespace statewall::rules {

/// In the order in which a packet meets them.
enum class TableKind : std::uint8_t { raw, mangle, nat, filter };
inline constexpr int kTables = 4;
/// "raw", "mangle", "nat", "filter".
std::string_view name(TableKind kind);

/// Where in a packet's way a chain hangs.
enum class Hook : std::uint8_t { prerouting, input, forward, output, postrouting };
inline constexpr int kHooks = 5;
/// "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING": also the name of the chain.
std::string_view name(Hook hook);
/// Does this kind of table have a chain at this hook?
bool has_hook(TableKind kind, Hook hook);

struct RuleCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const RuleCounters&, const RuleCounters&) = default;
};

/// `-i` or `-o`: a whole name, or with `+` behind it the beginning of one.
struct InterfaceCondition {
  std::string name;  ///< without the `+`; empty and not `prefix`: no condition
  bool prefix = false;
  bool inverted = false;
  bool given() const { return prefix || inverted || !name.empty(); }
  friend bool operator==(const InterfaceCondition&, const InterfaceCondition&) = default;
};

struct Rule {
  // The IP header and the interfaces.
  Network source, destination;  ///< mask of zeros, not inverted: no condition
  InterfaceCondition in, out;
  std::uint8_t protocol = 0;  ///< 0, not inverted: no condition
  bool protocol_inverted = false;
  bool fragment = false;           ///< `-f`, of IPv4
  bool fragment_inverted = false;  ///< ... is `! -f`

  std::vector<Match> matches;  ///< as written; all must hold, tried in this order
  Target target;

  std::optional<RuleCounters> counters;  ///< where they were written
  std::uint32_t line = 0;                ///< in the file, from 1
};

struct Chain {
  std::string name;
  std::optional<Hook> hook;  ///< of a built-in chain
  bool policy_drop = false;  ///< of a built-in chain; else ACCEPT
  RuleCounters counters;     ///< of the policy
  std::vector<Rule> rules;
  std::uint32_t line = 0;  ///< where it was declared; 0: a built-in chain that was not
};

struct Table {
  TableKind kind = TableKind::filter;
  std::vector<Chain> chains;  ///< as declared; built-in chains that were not, behind them
  /// The built-in chain at a hook: index into `chains`, or -1.
  std::array<int, kHooks> at_hook{-1, -1, -1, -1, -1};
};

struct Ruleset {
  Family family = Family::ipv4;
  std::vector<Table> tables;  ///< in the order of the file; each kind at most once
  std::uint32_t skipped = 0;  ///< rules with something unsupported (`--unsupported skip`)

  const Table* table(TableKind kind) const {
    for (const Table& table : tables) {
      if (table.kind == kind) return &table;
    }
    return nullptr;
  }
};

}  // namespace statewall::rules
