#include "traffic/random_rules.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace statewall {
namespace {

using Table = RulePlaceWords::Table;

struct Hook {
  std::string_view chain;
  bool comes_in, goes_out;
};
constexpr Hook kPrerouting{"PREROUTING", true, false}, kInput{"INPUT", true, false},
    kForward{"FORWARD", true, true}, kOutput{"OUTPUT", false, true},
    kPostrouting{"POSTROUTING", false, true};

struct TableKind {
  Table table;
  std::string_view name;
  std::vector<Hook> hooks;
};
const std::vector<TableKind>& table_kinds() {
  static const std::vector<TableKind> kinds = {
      {Table::raw, "raw", {kPrerouting, kOutput}},
      {Table::mangle, "mangle", {kPrerouting, kInput, kForward, kOutput, kPostrouting}},
      {Table::filter, "filter", {kInput, kForward, kOutput}},
  };
  return kinds;
}

constexpr std::uint32_t kMostUserChains = 4, kMostRules = 8;

class Writer {
 public:
  Writer(std::uint64_t seed, Family family)
      : random_(seed * 2 + (family == Family::ipv6 ? 1 : 0)), family_(family) {}

  std::string write() {
    const std::uint32_t tables = 1 + random_.below(7);  // a bit each
    for (const TableKind& kind : table_kinds()) {
      if ((tables >> static_cast<unsigned>(kind.table) & 1) != 0) write_table(kind);
    }
    return std::move(text_);
  }

 private:
  void write_table(const TableKind& kind) {
    user_chains_ = random_.below(kMostUserChains + 1);
    fmt::format_to(out(), "*{}\n", kind.name);
    for (const Hook& hook : kind.hooks) {
      const bool drop = kind.table == Table::filter && random_.one_in(5);
      fmt::format_to(out(), ":{} {} [0:0]\n", hook.chain, drop ? "DROP" : "ACCEPT");
    }
    for (std::uint32_t i = 0; i < user_chains_; ++i) fmt::format_to(out(), ":c{} - [0:0]\n", i);
    for (const Hook& hook : kind.hooks) {
      const RulePlaceWords place{.family = family_,
                                 .table = kind.table,
                                 .comes_in = hook.comes_in,
                                 .goes_out = hook.goes_out,
                                 .before_routing = hook.chain == kPrerouting.chain};
      write_chain(place, hook.chain, 0);
    }
    for (std::uint32_t i = 0; i < user_chains_; ++i) {
      const RulePlaceWords place{.family = family_,
                                 .table = kind.table,
                                 .built_in = false,
                                 .before_routing = kind.table != Table::filter};
      write_chain(place, fmt::format("c{}", i), i + 1);
    }
    text_ += "COMMIT\n";
  }

  /// `first` is the first chain that it may jump to: never one before, so that there is no loop.
  void write_chain(const RulePlaceWords& place, std::string_view chain, std::uint32_t first) {
    const std::uint32_t rules = random_.below(kMostRules + 1);
    for (std::uint32_t i = 0; i < rules; ++i) {
      std::uint8_t protocol = 0;
      const std::uint32_t number = number_++;
      const std::string matches = random_matches(random_, place, number, protocol);
      fmt::format_to(out(), "-A {} {}", chain, matches);
      if (first < user_chains_ && random_.one_in(3)) {
        const std::uint32_t to = first + random_.below(user_chains_ - first);
        fmt::format_to(out(), "{} c{}", random_.one_in(3) ? "-g" : "-j", to);
      } else {
        text_ += random_target(random_, place, number, protocol);
      }
      while (text_.back() == ' ') text_.pop_back();
      text_ += '\n';
    }
  }

  std::back_insert_iterator<std::string> out() { return std::back_inserter(text_); }

  Random random_;
  Family family_;
  std::string text_;
  std::uint32_t user_chains_ = 0;
  std::uint32_t number_ = 0;
};

}  // namespace

std::string random_ruleset(std::uint64_t seed, Family family) {
  return Writer(seed, family).write();
}

}  // namespace statewall
