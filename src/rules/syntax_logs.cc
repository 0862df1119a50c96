#include <algorithm>

#include "rules/syntax_groups.h"

// LOG and NFLOG.

namespace statewall::rules {
namespace {

constexpr std::size_t kLongestLogPrefix = 29, kLongestNflogPrefix = 127;

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
template <std::size_t longest>
bool read_prefix(Argument& argument, std::string& prefix) {
  if (argument.text().empty()) return argument.fail("a prefix has at least one byte");
  prefix = argument.text().substr(0, longest);
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

bool read_size(Argument& argument, NflogTarget& log) {
  log.size_given = true;
  return read_number_into<0, 0xffffffff>(argument, log.size);
}

/// `--nflog-range`, which kernels never heeded and iptables forgets.
bool read_range(Argument& argument, NflogTarget&) {
  std::uint32_t unused = 0;
  return read_number_into<0, 0xffffffff>(argument, unused);
}

void print_nflog(RuleWriter& out, const NflogTarget& log) {
  if (!log.prefix.empty()) out.option("nflog-prefix").quoted(log.prefix);
  if (log.group != 0) out.option("nflog-group").number(log.group);
  if (log.size_given) out.option("nflog-size").number(log.size);
  if (log.threshold != 0) out.option("nflog-threshold").number(log.threshold);
}

constexpr std::uint8_t kAlone = TargetOption::kAlone;
constexpr TargetOption kLogOptions[] = {
    {"log-level", 1, 0, of_target<LogTarget, read_level>},
    {"log-prefix", 2, 0, into_target<&LogTarget::prefix, read_prefix<kLongestLogPrefix>>},
    {"log-tcp-sequence", 4, kAlone, into_target<&LogTarget::tcp_sequence, read_flag>},
    {"log-tcp-options", 8, kAlone, into_target<&LogTarget::tcp_options, read_flag>},
    {"log-ip-options", 16, kAlone, into_target<&LogTarget::ip_options, read_flag>},
    {"log-uid", 32, kAlone, into_target<&LogTarget::uid, read_flag>},
    {"log-macdecode", 64, kAlone, into_target<&LogTarget::macdecode, read_flag>},
};

constexpr auto kNumber16 = read_number_into<0, 65535, std::uint16_t>;
constexpr TargetOption kNflogOptions[] = {
    {"nflog-group", 1, 0, into_target<&NflogTarget::group, kNumber16>},
    {"nflog-prefix", 2, 0, into_target<&NflogTarget::prefix, read_prefix<kLongestNflogPrefix>>},
    {"nflog-range", 4, 0, of_target<NflogTarget, read_range>, 8},
    {"nflog-size", 8, 0, of_target<NflogTarget, read_size>, 4},
    {"nflog-threshold", 16, 0, into_target<&NflogTarget::threshold, kNumber16>},
};

constexpr TargetSyntax kTargets[] = {
    {.name = "LOG",
     .kind = kIndexIn<LogTarget, Target>,
     .make = make<LogTarget, Target>,
     .options = kLogOptions,
     .print = prints_target<LogTarget, print_log>},
    {.name = "NFLOG",
     .kind = kIndexIn<NflogTarget, Target>,
     .make = make<NflogTarget, Target>,
     .options = kNflogOptions,
     .print = prints_target<NflogTarget, print_nflog>},
};

}  // namespace

std::span<const TargetSyntax> log_targets() { return kTargets; }

}  // namespace statewall::rules
