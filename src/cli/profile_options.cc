#include "cli/profile_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/profile_text.h"
#include "rules/suggest.h"

namespace statewall {
namespace {

Error usage(std::string where, std::string message) {
  return {ErrorKind::usage, std::move(where), std::move(message)};
}

/// Makes one setting; an error's message, or nothing.
std::string apply(const std::string& setting, Profile& profile) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) return "write NAME=VALUE, as in --set icmp_timeout=10";
  const std::string_view name = std::string_view(setting).substr(0, equals);
  const std::string_view value = std::string_view(setting).substr(equals + 1);
  const Switch* row = find_switch(name);
  if (!row) {
    return unknown_name("switch", name, switch_names()) + " (`statewall profiles` lists them)";
  }
  if (set_switch(profile, *row, value) == SwitchError::none) return {};
  return fmt::format("'{}' is not {}", value, switch_range_text(*row));
}

}  // namespace

void ProfileOptions::add_to(CLI::App& app) {
  app.add_option("--profile", profile,
                 fmt::format("Rules of tracking: {}", fmt::join(profile_names(), ", ")))
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--set", settings, "Change one switch of the profile; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

Result<Profile> resolve(const ProfileOptions& options) {
  const Profile* known = find_profile(options.profile);
  if (!known) {
    return usage("--profile", fmt::format("{} (profiles: {})",
                                          unknown_name("profile", options.profile, profile_names()),
                                          fmt::join(profile_names(), ", ")));
  }
  Profile profile = *known;
  for (const std::string& setting : options.settings) {
    std::string problem = apply(setting, profile);
    if (!problem.empty()) return usage("--set " + setting, std::move(problem));
  }
  return profile;
}

std::string text(const ProfileOptions& options) {
  if (options.settings.empty()) return "profile " + options.profile;
  return fmt::format("profile {} with {}", options.profile, fmt::join(options.settings, ", "));
}

}  // namespace statewall
