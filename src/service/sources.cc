#include "service/sources.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "live/queue.h"

namespace statewall {
namespace {

using Sources = std::vector<std::unique_ptr<Source>>;

Result<Sources> open_queues(const RunConfig& config, Nanoseconds patience) {
  Sources sources;
  for (std::uint64_t i = 0; i < config.workers; ++i) {
    QueueConfig queue;
    queue.setup.number = static_cast<std::uint16_t>(config.queue_first + i);
    queue.setup.length = static_cast<std::uint32_t>(config.queue_length);
    queue.setup.fail_open = config.queue_full == "pass";
    queue.answer_mark = static_cast<std::uint32_t>(config.queue_answer_mark);
    queue.patience = patience;
    auto opened = Queue::open(queue);
    if (!opened) return opened.error();
    sources.push_back(std::move(*opened));
  }
  return sources;
}

/// The queues of all workers, as an option of NFQUEUE.
std::string queue_option(const RunConfig& config) {
  const std::uint64_t last = config.queue_first + config.workers - 1;
  if (config.workers == 1) return fmt::format("--queue-num {}", config.queue_first);
  return fmt::format("--queue-balance {}:{}", config.queue_first, last);
}

struct SetupRule {
  const char* table;
  const char* chain;
  const char* match;  ///< with {mark}: that of answers
  bool queues;        ///< or leaves alone
};
// What the machine says to itself stays with itself: it would come by twice.
constexpr SetupRule kSetup[] = {
    {"raw", "PREROUTING", "! -i lo ", false},
    {"raw", "OUTPUT", "! -o lo ", false},
    {"mangle", "INPUT", "! -i lo ", true},
    {"mangle", "FORWARD", "", true},
    {"mangle", "OUTPUT", "! -o lo -m mark ! --mark {mark} ", true},
};

void append_commands(std::string& out, const RunConfig& config, char action) {
  for (const char* program : {"iptables", "ip6tables"}) {
    for (const SetupRule& rule : kSetup) {
      const std::string match =
          fmt::format(fmt::runtime(rule.match), fmt::arg("mark", config.queue_answer_mark));
      const std::string target =
          rule.queues ? fmt::format("NFQUEUE {} --queue-bypass", queue_option(config))
                      : "CT --notrack";
      fmt::format_to(std::back_inserter(out), "{} -w -t {} -{} {} {}-j {}\n", program, rule.table,
                     action, rule.chain, match, target);
    }
  }
}

std::string queue_setup(const RunConfig& config) {
  std::string out =
      "# Leads every packet to the firewall, and past the kernel's own connection tracking.\n"
      "# --queue-bypass lets packets pass while no firewall runs; without it they are dropped.\n";
  append_commands(out, config, 'I');
  out += "\n# Undoes it:\n";
  std::string undo;
  append_commands(undo, config, 'D');
  for (std::size_t at = 0; at < undo.size();) {
    const std::size_t end = undo.find('\n', at) + 1;
    out += "# " + undo.substr(at, end - at);
    at = end;
  }
  return out;
}

}  // namespace

std::string setup_text(const RunConfig& config) { return queue_setup(config); }

Result<Sources> open_sources(const RunConfig& config, const Profile& profile) {
  const Nanoseconds patience = fragment_patience(profile.ipfrag_time, profile.frag6_timeout);
  return open_queues(config, patience);
}

}  // namespace statewall
