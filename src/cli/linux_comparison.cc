#include "cli/linux_comparison.h"

#include <fmt/format.h>

namespace statewall {

void add_no_compare(CLI::App& app, bool& value) {
  app.add_flag("--no-compare", value, "Do not count what profile linux would see otherwise");
}

bool is_compared(const Profile& profile) { return profile.name == tutorial().name; }

std::string comparison_text(std::uint64_t otherwise, std::uint64_t packets) {
  if (otherwise == 0) return "profile linux would have seen the same";
  return fmt::format("profile linux would have seen {} of {} packets otherwise", otherwise,
                     packets);
}

}  // namespace statewall
