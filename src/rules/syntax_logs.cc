#include <algorithm>

#include "rules/syntax_groups.h"

// LOG.

namespace statewall::rules {
namespace {

constexpr std::size_t kLongestPrefix = 29;

// syslog(3)'s levels; those with a second name have it behind the eighth.
constexpr std::string_view kLevels[] = {"emerg",  "alert", "crit",  "error", "warning",
                                        "notice", "info",  "debug", "panic"};

bool read_level(Argument& argument, LogTarget& log) {
  const std::string_view text = argument.text();
  if (!text.empty() && '0' <= text[0] && text[0] <= '9') {
    return read_number_into<0, 7>(argument, log.level);
  }
  const auto level = read_name(argument, text, "log level", kLevels);
  if (level) log.level = static_cast<std::uint8_t>(*level % 8);
  return level.has_value();
}

/// What is too long for the kernel is cut, as iptables does.
bool read_prefix(Argument& argument, std::string& prefix) {
  if (argument.text().empty()) return argument.fail("a prefix has at least one byte");
  prefix = argument.text().substr(0, kLongestPrefix);
  return true;
}

struct Flag {
  std::string_view name;
  bool LogTarget::*member;
};
constexpr Flag kFlags[] = {{"log-tcp-sequence", &LogTarget::tcp_sequence},
                           {"log-tcp-options", &LogTarget::tcp_options},
                           {"log-ip-options", &LogTarget::ip_options},
                           {"log-uid", &LogTarget::uid},
                           {"log-macdecode", &LogTarget::macdecode}};

void print_log(RuleWriter& out, const LogTarget& log) {
  if (!log.prefix.empty()) out.option("log-prefix").quoted(log.prefix);
  if (log.level != LogTarget{}.level) out.option("log-level").number(log.level);
  for (const Flag& flag : kFlags) {
    if (log.*flag.member) out.option(flag.name);
  }
}

constexpr std::uint8_t kAlone = TargetOption::kAlone;
constexpr TargetOption kLogOptions[] = {
    {"log-level", 1, 0, of_target<LogTarget, read_level>},
    {"log-prefix", 2, 0, into_target<&LogTarget::prefix, read_prefix>},
    {"log-tcp-sequence", 4, kAlone, into_target<&LogTarget::tcp_sequence, read_flag>},
    {"log-tcp-options", 8, kAlone, into_target<&LogTarget::tcp_options, read_flag>},
    {"log-ip-options", 16, kAlone, into_target<&LogTarget::ip_options, read_flag>},
    {"log-uid", 32, kAlone, into_target<&LogTarget::uid, read_flag>},
    {"log-macdecode", 64, kAlone, into_target<&LogTarget::macdecode, read_flag>},
};

constexpr TargetSyntax kTargets[] = {
    {.name = "LOG",
     .kind = kIndexIn<LogTarget, Target>,
     .make = make<LogTarget, Target>,
     .options = kLogOptions,
     .print = prints_target<LogTarget, print_log>},
};

}  // namespace

std::span<const TargetSyntax> log_targets() { return kTargets; }

}  // namespace statewall::rules
