#include "kernel/settings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/failure.h"
#include "kernel/proc_file.h"

namespace statewall {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNetfilter = "/proc/sys/net/netfilter";
constexpr const char* kLong = "1000000";  // seconds; the kernel takes 2147483 at most

std::optional<Error> raise_timeouts() {
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(kNetfilter, problem)) {
    const std::string name = entry.path().filename();
    if (name.find("_timeout") == std::string::npos) continue;
    if (auto error = write_setting("net/netfilter/" + name, kLong)) return error;
  }
  if (problem) return failure(std::string("cannot read ") + kNetfilter + ": " + problem.message());
  return write_setting("net/ipv4/ipfrag_time", kLong);
}

}  // namespace

std::optional<Error> quiet_ipv6() {
  if (!fs::exists("/proc/sys/net/ipv6")) return std::nullopt;
  for (const char* where : {"default", "all"}) {
    const std::string path = std::string("net/ipv6/conf/") + where + "/disable_ipv6";
    if (auto error = write_setting(path, "1")) return error;
  }
  return std::nullopt;
}

std::optional<Error> send_bridged_packets_to_netfilter() {
  if (!fs::exists("/proc/sys/net/bridge/bridge-nf-call-iptables")) {
    return failure(
        "this kernel does not send bridged packets to netfilter (perhaps `modprobe br_netfilter` "
        "helps)");
  }
  for (const char* name : {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"}) {
    if (auto error = write_setting(std::string("net/bridge/") + name, "1")) return error;
  }
  return std::nullopt;
}

std::optional<Error> set_up_conntrack(bool long_timeouts) {
  if (!fs::exists("/proc/sys/net/netfilter/nf_conntrack_checksum")) {
    return failure("this kernel has no connection tracking (nf_conntrack)");
  }
  constexpr std::pair<const char*, const char*> kSettings[] = {
      {"nf_conntrack_checksum", "1"},
      {"nf_conntrack_log_invalid", "255"},
      {"nf_log/2", "nfnetlink_log"},
      {"nf_log/10", "nfnetlink_log"},
  };
  for (const auto& [name, value] : kSettings) {
    if (auto error = write_setting(std::string("net/netfilter/") + name, value)) return error;
  }
  return long_timeouts ? raise_timeouts() : std::nullopt;
}

std::optional<Error> set_up_router() {
  // Where a setting is there for each device, `all` is for those that count as on if either is.
  constexpr std::pair<const char*, const char*> kSettings[] = {
      {"ipv4/ip_forward", "1"},
      {"ipv4/conf/all/rp_filter", "0"},
      {"ipv4/conf/default/rp_filter", "0"},
      {"ipv4/conf/all/accept_local", "1"},
      {"ipv4/conf/all/send_redirects", "0"},
      {"ipv4/conf/default/send_redirects", "0"},
      {"ipv4/conf/all/log_martians", "0"},
      {"ipv4/conf/default/log_martians", "0"},
      {"ipv4/icmp_ratelimit", "0"},
      {"ipv4/icmp_ratemask", "0"},
      {"ipv6/conf/all/disable_ipv6", "0"},
      {"ipv6/conf/default/disable_ipv6", "0"},
      {"ipv6/conf/all/forwarding", "1"},
      {"ipv6/conf/default/accept_dad", "0"},
      {"ipv6/conf/default/accept_ra", "0"},
      {"ipv6/conf/default/autoconf", "0"},
      {"ipv6/conf/default/router_solicitations", "0"},
      {"ipv6/conf/default/addr_gen_mode", "1"},  // no link-local address but those that are given
      {"ipv6/icmp/ratelimit", "0"},
      {"ipv6/icmp/ratemask", "\n"},  // none
      {"ipv6/auto_flowlabels", "0"},
  };
  for (const auto& [name, value] : kSettings) {
    if (auto error = write_setting(std::string("net/") + name, value)) return error;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> apply_settings(
    const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : settings) {
    const auto path = path_of_setting(name);
    if (!path) {
      unknown.push_back(name);
    } else if (auto error = write_setting(*path, value)) {
      return *error;
    }
  }
  return unknown;
}

std::optional<std::string> path_of_setting(const std::string& name) {
  constexpr std::string_view kWholeMachine[] = {"nf_conntrack_max", "nf_conntrack_buckets",
                                                "nf_conntrack_expect_max"};
  if (std::ranges::find(kWholeMachine, name) != std::end(kWholeMachine)) return std::nullopt;
  // IPv4 fragments are put together by the same code for conntrack and for the host. How much may
  // wait is counted otherwise there (docs/fragments.md).
  const bool of_the_host = name == "ipfrag_time" || name == "ipfrag_max_dist";
  const char* folder = of_the_host ? "net/ipv4/" : "net/netfilter/";
  const std::string path = folder + name;
  if (!fs::exists("/proc/sys/" + path)) return std::nullopt;
  return path;
}

}  // namespace statewall
