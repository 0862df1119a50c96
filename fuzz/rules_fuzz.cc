#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "require.h"
#include "rules/advice.h"
#include "rules/loader.h"
#include "rules/printer.h"

// Any text as a ruleset, of the family and with the options that its first byte says. What is read
// is printed, and read again it is the same.

namespace {

using namespace statewall;

void require_sense(const rules::Loaded& loaded) {
  STATEWALL_REQUIRE(loaded.ruleset.has_value() == loaded.errors.empty());
  STATEWALL_REQUIRE(loaded.errors.size() <= 101);
  for (const Error& error : loaded.errors) {
    STATEWALL_REQUIRE(error.kind == ErrorKind::input);
    STATEWALL_REQUIRE(error.where.starts_with("fuzz"));
    const bool printable = std::ranges::all_of(
        error.message, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
    STATEWALL_REQUIRE(printable);
  }
}

std::string printed(const rules::Ruleset& ruleset) {
  std::string text;
  rules::append_ruleset(text, ruleset, true);
  return text;
}

void require_same(const rules::Ruleset& one, const rules::Ruleset& other) {
  STATEWALL_REQUIRE(printed(one) == printed(other));
  STATEWALL_REQUIRE(one.skipped == other.skipped);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const rules::LoadOptions options{(data[0] & 1) != 0 ? Family::ipv6 : Family::ipv4,
                                   (data[0] & 2) != 0};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const rules::Loaded loaded = rules::load(text, "fuzz", options);
  require_sense(loaded);
  if (!loaded.ruleset) return 0;
  rules::advise(*loaded.ruleset);
  const rules::Loaded again = rules::load(printed(*loaded.ruleset), "fuzz", options);
  STATEWALL_REQUIRE(again.ruleset.has_value());
  require_same(*loaded.ruleset, *again.ruleset);
  return 0;
}
