#include "service/run_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "report/toml_file.h"
#include "rules/suggest.h"
#include "service/metrics_server.h"

namespace statewall {
namespace {

constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
using C = RunConfig;

constexpr RunSetting kSettings[] = {
    {"", "profile", &C::profile, "NAME", "Rules of tracking"},
    {"", "set", &C::set, "NAME=VALUE", "Changes one switch of the profile"},
    {"", "rules", &C::rules, "FILE", "Judges IPv4 by this ruleset, as iptables-save prints it"},
    {"", "rules6", &C::rules6, "FILE", "Judges IPv6 by this one, as ip6tables-save prints it"},
    {"", "unsupported", &C::unsupported, "WHAT", "Rules with something not supported: error, skip",
     "error skip"},
    {"", "topology", &C::topology, "FILE", "Addresses and routes of the firewall, from a file"},
    {"", "local", &C::local, "ADDRESS", "An address of the firewall: ADDRESS/LENGTH=IFACE"},
    {"", "route", &C::route, "PREFIX=IFACE", "What lies behind an interface; default=IFACE"},
    {"", "mode", &C::mode, "WAY", "Where packets come from: queue, bridge, watch",
     "queue bridge watch"},
    {"", "workers", &C::workers, "N", "Threads that handle packets", "", 1, 32},
    {"", "user", &C::user, "NAME", "User to become once everything is open"},
    {"", "sandbox", &C::sandbox, "WHEN", "No other files and system calls than needed: on, off",
     "on off"},
    {"queue", "first", &C::queue_first, "N", "Number of the first worker's queue", "", 0, 65535},
    {"queue", "length", &C::queue_length, "N", "Packets that may wait for their verdict", "", 1,
     1U << 20},
    {"queue", "full", &C::queue_full, "WHAT", "What becomes of more: drop, pass", "drop pass"},
    {"queue", "answer_mark", &C::queue_answer_mark, "N", "Mark of what REJECT sends", "", 1,
     kMost32},
    {"bridge", "interfaces", &C::bridge_interfaces, "NAME", "One of the two interfaces"},
    {"bridge", "rings", &C::bridge_rings, "KIND", "AF_PACKET or AF_XDP: packet, xdp", "packet xdp"},
    {"bridge", "other", &C::bridge_other, "WHAT", "Frames without IP, as ARP: pass, drop",
     "pass drop"},
    {"watch", "interface", &C::watch_interface, "NAME", "The interface to look at"},
    {"watch", "format", &C::watch_format, "FORMAT", "How packets are told: text, json",
     "text json"},
    {"control", "socket", &C::control_socket, "PATH", "Unix socket of list, events, reload, ..."},
    {"control", "group", &C::control_group, "NAME", "Group that may use it"},
    {"log", "rate", &C::log_rate, "N", "Lines of LOG a second at most", "", 0, 1'000'000},
    {"state", "file", &C::state_file, "FILE", "Keeps the connections over a restart"},
    {"state", "every", &C::state_every, "SECONDS", "Time between two savings; 0: only at the end",
     "", 0, 86400},
    {"metrics", "listen", &C::metrics_listen, "ADDRESS", "Serves Prometheus: 127.0.0.1:9632"},
};

template <typename... Visit>
struct Overload : Visit... {
  using Visit::operator()...;
};
template <typename... Visit>
Overload(Visit...) -> Overload<Visit...>;  // clang 16 does not deduce it from the aggregate

bool is_word_of(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

class ConfigFile {
 public:
  ConfigFile(const std::string& path, RunConfig& config) : path_(path), config_(config) {}

  std::optional<Error> load() {
    const auto parsed = read_toml_file(path_);
    if (!parsed) return parsed.error();
    return take(*parsed, "");
  }

 private:
  std::optional<Error> take(const toml::table& table, std::string_view section) {
    for (const auto& [key, node] : table) {
      const std::string_view name = key.str();
      const bool is_section = section.empty() && node.is_table();
      if (is_section && !knows_section(name)) return unknown("section", key, section);
      const RunSetting* setting = is_section ? nullptr : find(section, name);
      if (!is_section && !setting) return unknown("key", key, section);
      const auto error = is_section ? take(*node.as_table(), name) : take(node, *setting);
      if (error) return error;
    }
    return std::nullopt;
  }

  std::optional<Error> take(const toml::node& node, const RunSetting& setting) {
    return std::visit(
        Overload{
            [&](RunSetting::Text field) { return take_text(node, config_.*field, setting); },
            [&](RunSetting::Number field) { return take_number(node, config_.*field, setting); },
            [&](RunSetting::List field) { return take_list(node, config_.*field); }},
        setting.field);
  }

  std::optional<Error> take_text(const toml::node& node, std::string& to,
                                 const RunSetting& setting) {
    const auto text = node.value_exact<std::string>();
    if (!text) return wrong(node.source(), "expected text in quotation marks");
    if (!setting.words.empty() && !is_word_of(setting.words, *text)) {
      return wrong(node.source(), fmt::format("'{}' is none of: {}", *text, setting.words));
    }
    to = *text;
    return std::nullopt;
  }

  std::optional<Error> take_number(const toml::node& node, std::uint64_t& to,
                                   const RunSetting& setting) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 0 || static_cast<std::uint64_t>(*number) < setting.least ||
        static_cast<std::uint64_t>(*number) > setting.most) {
      return wrong(node.source(),
                   fmt::format("expected a number from {} to {}", setting.least, setting.most));
    }
    to = static_cast<std::uint64_t>(*number);
    return std::nullopt;
  }

  std::optional<Error> take_list(const toml::node& node, std::vector<std::string>& to) {
    const toml::array* const array = node.as_array();
    if (!array) return wrong(node.source(), "expected an array of texts: [\"...\"]");
    to.clear();
    for (const toml::node& each : *array) {
      const auto text = each.value_exact<std::string>();
      if (!text) return wrong(each.source(), "expected text in quotation marks");
      to.push_back(*text);
    }
    return std::nullopt;
  }

  static bool knows_section(std::string_view name) {
    return std::ranges::any_of(
        kSettings, [&](const RunSetting& each) { return each.section == name && !name.empty(); });
  }

  static const RunSetting* find(std::string_view section, std::string_view key) {
    const auto found = std::ranges::find_if(kSettings, [&](const RunSetting& each) {
      return each.section == section && each.key == key;
    });
    return found == std::end(kSettings) ? nullptr : found;
  }

  Error unknown(const char* what, const toml::key& key, std::string_view section) const {
    std::vector<std::string_view> names;
    for (const RunSetting& each : kSettings) {
      if (each.section == section) names.push_back(each.key);
      if (section.empty() && !each.section.empty()) names.push_back(each.section);
    }
    return wrong(key.source(), unknown_name(what, key.str(), names));
  }

  Error wrong(const toml::source_region& region, std::string message) const {
    return toml_error(path_, region, std::move(message));
  }

  const std::string& path_;
  RunConfig& config_;
};

Error usage(const char* key, std::string message) {
  return {ErrorKind::usage, key, std::move(message)};
}

std::optional<Error> check_value(const RunConfig& config, const RunSetting& setting) {
  const auto wrong = [&](std::string message) {
    return Error{ErrorKind::usage, setting.name(), std::move(message)};
  };
  if (const auto* text = std::get_if<RunSetting::Text>(&setting.field)) {
    const std::string& value = config.**text;
    if (setting.words.empty() || is_word_of(setting.words, value)) return std::nullopt;
    return wrong(fmt::format("'{}' is none of: {}", value, setting.words));
  }
  if (const auto* number = std::get_if<RunSetting::Number>(&setting.field)) {
    const std::uint64_t value = config.**number;
    if (value >= setting.least && value <= setting.most) return std::nullopt;
    return wrong(fmt::format("{} is not from {} to {}", value, setting.least, setting.most));
  }
  return std::nullopt;
}

}  // namespace

std::string RunSetting::name() const {
  return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

std::string RunSetting::option() const {
  std::string option = "--" + name();
  std::ranges::replace(option, '.', '-');
  std::ranges::replace(option, '_', '-');
  return option;
}

std::span<const RunSetting> run_settings() { return kSettings; }

std::optional<Error> read_run_config(const std::string& path, RunConfig& config) {
  return ConfigFile(path, config).load();
}

std::optional<Error> check_run_config(const RunConfig& config) {
  for (const RunSetting& setting : kSettings) {
    if (auto error = check_value(config, setting)) return error;
  }
  if (config.rules == "-" || config.rules6 == "-") {
    return usage("rules", "a file is needed, which a reload can read again");
  }
  if (config.mode == "bridge" && config.bridge_interfaces.size() == 2 &&
      config.bridge_interfaces[0] == config.bridge_interfaces[1]) {
    return usage("bridge.interfaces", "a bridge is between two different interfaces");
  }
  if (config.mode == "bridge" && config.bridge_interfaces.size() != 2) {
    return usage("bridge.interfaces", "a bridge is between two interfaces: name both");
  }
  if (config.mode == "watch" && config.watch_interface.empty()) {
    return usage("watch.interface", "name the interface to look at");
  }
  if (config.mode == "watch" && config.workers != 1) {
    return usage("workers", "an interface is looked at by one worker");
  }
  if (!config.metrics_listen.empty() && !is_listen_address(config.metrics_listen)) {
    return usage("metrics.listen",
                 fmt::format("'{}' is no ADDRESS:PORT, as 127.0.0.1:9632", config.metrics_listen));
  }
  if (config.queue_first + config.workers > 65536) {
    return usage("queue.first", "the last worker's queue would be above 65535");
  }
  return std::nullopt;
}

}  // namespace statewall
