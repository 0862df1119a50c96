#include "rules/ruleset.h"

namespace statewall::rules {
namespace {

constexpr std::string_view kTableNames[kTables] = {"raw", "mangle", "nat", "filter"};
constexpr std::string_view kHookNames[kHooks] = {"PREROUTING", "INPUT", "FORWARD", "OUTPUT",
                                                 "POSTROUTING"};

// By table, in the order of the hooks.
constexpr bool kHasHook[kTables][kHooks] = {
    {true, false, false, true, false},  // raw
    {true, true, true, true, true},     // mangle
    {true, true, false, true, true},    // nat
    {false, true, true, true, false},   // filter
};

}  // namespace

std::string_view name(TableKind kind) { return kTableNames[static_cast<int>(kind)]; }

std::string_view name(Hook hook) { return kHookNames[static_cast<int>(hook)]; }

bool has_hook(TableKind kind, Hook hook) {
  return kHasHook[static_cast<int>(kind)][static_cast<int>(hook)];
}

}  // namespace statewall::rules
