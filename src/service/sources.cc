#include "service/sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "live/bridge.h"
#include "live/interface_link.h"
#include "live/packet_port.h"
#include "live/queue.h"
#include "live/watch.h"
#include "live/xdp_port.h"
#include "report/quantity.h"

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

Result<Sources> open_watch(const RunConfig& config) {
  auto opened = Watch::open(config.watch_interface);
  if (!opened) return opened.error();
  Sources sources;
  sources.push_back(std::move(*opened));
  return sources;
}

/// By AF_XDP each worker has a queue of each interface.
BridgeSide xdp_side(const std::string& interface, unsigned worker,
                    const std::shared_ptr<XdpProgram>& program) {
  return {interface,
          [interface, worker, program] { return XdpPort::open(interface, worker, program); }};
}

/// By AF_PACKET several workers share an interface: those of a side are a group.
BridgeSide packet_side(const RunConfig& config, std::size_t which) {
  PacketPort::Config port{config.bridge_interfaces[which]};
  if (config.workers > 1) {
    port.slots = std::max<std::size_t>(port.slots / config.workers, 32);
    // Groups are numbered in their namespace: two bridges in one differ by their process.
    port.group = static_cast<std::uint16_t>(2 * ::getpid() + static_cast<int>(which));
  }
  return {port.interface, [port] { return PacketPort::open(port); }};
}

/// A queue without a worker would be a hole in the wall.
std::optional<Error> check_xdp(const RunConfig& config) {
  for (const std::string& interface : config.bridge_interfaces) {
    const unsigned queues = receive_queues(interface);
    if (queues == 0 || queues == config.workers) continue;
    return Error{ErrorKind::usage, "workers",
                 fmt::format("{} receives in {}, and each needs a worker: --workers {}, or "
                             "ethtool -L {} combined {}",
                             interface, quantity(queues, "queue", "queues"), queues, interface,
                             config.workers)};
  }
  return std::nullopt;
}

std::optional<Error> check_links(const RunConfig& config) {
  for (const std::string& interface : config.bridge_interfaces) {
    const auto link = link_of(interface);
    if (!link) return link.error();
    if (*link == LinkType::ethernet) continue;
    return Error{ErrorKind::usage, "bridge.interfaces",
                 interface + " has no Ethernet frames, which a bridge passes on"};
  }
  return std::nullopt;
}

using Programs = std::array<std::shared_ptr<XdpProgram>, 2>;

/// One for each side.
Result<Programs> load_programs(const RunConfig& config) {
  if (auto error = check_xdp(config)) return *error;
  Programs programs;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    auto loaded =
        XdpProgram::load(config.bridge_interfaces[i], static_cast<unsigned>(config.workers));
    if (!loaded) return loaded.error();
    programs[i] = std::move(*loaded);
  }
  return programs;
}

Result<Sources> open_bridges(const RunConfig& config, Nanoseconds patience) {
  if (auto error = check_links(config)) return *error;
  Programs programs;
  if (config.bridge_rings == "xdp") {
    auto loaded = load_programs(config);
    if (!loaded) return loaded.error();
    programs = std::move(*loaded);
  }
  Sources sources;
  for (unsigned worker = 0; worker < config.workers; ++worker) {
    BridgeConfig bridge;
    for (std::size_t i = 0; i < bridge.sides.size(); ++i) {
      bridge.sides[i] = programs[i] ? xdp_side(config.bridge_interfaces[i], worker, programs[i])
                                    : packet_side(config, i);
    }
    bridge.passes_other = config.bridge_other == "pass";
    bridge.patience = patience;
    auto opened = Bridge::open(std::move(bridge));
    if (!opened) return opened.error();
    sources.push_back(std::move(*opened));
  }
  return sources;
}

std::string bridge_setup(const RunConfig& config) {
  std::string out =
      "# The firewall alone joins the two interfaces: neither has an address, nor is in a "
      "bridge.\n";
  for (const std::string& name : config.bridge_interfaces) {
    fmt::format_to(std::back_inserter(out),
                   "sysctl -w net.ipv6.conf.{0}.disable_ipv6=1\n"
                   "ip address flush dev {0}\n"
                   "ip link set {0} up\n",
                   name);
  }
  out += "\n# Undoes it:\n";
  for (const std::string& name : config.bridge_interfaces) {
    fmt::format_to(std::back_inserter(out), "# sysctl -w net.ipv6.conf.{}.disable_ipv6=0\n", name);
  }
  return out;
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

constexpr std::string_view kQueueSetup =
    "# Leads every packet to the firewall, and past the kernel's own connection tracking.\n"
    "# BYPASS lets packets pass while no firewall runs; without it they are dropped.\n";

std::string queue_setup_head(std::string_view bypass) {
  std::string head(kQueueSetup);
  head.replace(head.find("BYPASS"), 6, bypass);
  return head;
}

std::string nft_setup(const RunConfig& config) {
  const std::uint64_t last = config.queue_first + config.workers - 1;
  const std::string queues = config.workers == 1 ? fmt::format("{}", config.queue_first)
                                                 : fmt::format("{}-{}", config.queue_first, last);
  return queue_setup_head("\"flags bypass\"") + fmt::format(R"(nft -f - <<'END'
table inet statewall {{
  chain untracked_in {{
    type filter hook prerouting priority raw
    iifname != "lo" notrack
  }}
  chain untracked_out {{
    type filter hook output priority raw
    oifname != "lo" notrack
  }}
  chain input {{
    type filter hook input priority mangle
    iifname != "lo" queue flags bypass to {0}
  }}
  chain forward {{
    type filter hook forward priority mangle
    queue flags bypass to {0}
  }}
  chain output {{
    type route hook output priority mangle
    oifname != "lo" meta mark != {1} queue flags bypass to {0}
  }}
}}
END

# Undoes it:
# nft delete table inet statewall
)",
                                                            queues, config.queue_answer_mark);
}

std::string queue_setup(const RunConfig& config) {
  std::string out = queue_setup_head("--queue-bypass");
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

std::string setup_text(const RunConfig& config, SetupTool tool) {
  if (config.mode == "watch") return "# Nothing: an interface is only looked at.\n";
  if (config.mode == "bridge") return bridge_setup(config);
  return tool == SetupTool::nft ? nft_setup(config) : queue_setup(config);
}

std::vector<std::string> source_remarks(const RunConfig& config) {
  std::vector<std::string> remarks;
  if (config.mode != "bridge" || config.bridge_rings != "xdp") return remarks;
  for (const std::string& interface : config.bridge_interfaces) {
    std::string remark = offloads_in_the_way(interface);
    if (!remark.empty()) remarks.push_back(std::move(remark));
  }
  return remarks;
}

Result<Sources> open_sources(const RunConfig& config, const Profile& profile) {
  const Nanoseconds patience = fragment_patience(profile.ipfrag_time, profile.frag6_timeout);
  if (config.mode == "bridge") return open_bridges(config, patience);
  if (config.mode == "watch") return open_watch(config);
  return open_queues(config, patience);
}

}  // namespace statewall
