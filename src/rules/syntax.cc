#include "rules/syntax.h"

#include <algorithm>
#include <iterator>

#include "rules/syntax_groups.h"

namespace statewall::rules {
namespace {

template <typename Part>
using Group = std::span<const Extension<Part>> (*)();
template <typename Part>
using Groups = std::span<const Group<Part>>;

constexpr Group<Match> kMatchGroups[] = {
    port_matches,      icmp_matches,    conntrack_matches, comment_matches, multiport_matches,
    mark_matches,      address_matches, ttl_matches,       tos_matches,     rate_matches,
    hashlimit_matches, recent_matches,  statistic_matches, time_matches,    sctp_matches,
    ipsec_matches,     ipv6_matches};
constexpr Group<Target> kTargetGroups[] = {verdict_targets, log_targets, mark_targets, ttl_targets,
                                           tos_targets,     ct_targets,  nat_targets};

/// The first extension of this family for which `wanted` holds.
template <typename Part, typename Wanted>
const Extension<Part>* find(Groups<Part> groups, Family family, Wanted wanted) {
  for (const Group<Part> group : groups) {
    for (const Extension<Part>& row : group()) {
      if ((row.families & bit(family)) != 0 && wanted(row)) return &row;
    }
  }
  return nullptr;
}

template <typename Part>
const Extension<Part>* find_maker(Groups<Part> groups, const Part& part, Family family) {
  return find<Part>(groups, family, [&](const Extension<Part>& row) {
    return row.kind == part.index() && (!row.owns || row.owns(part));
  });
}

template <typename Part>
std::vector<std::string_view> names(Groups<Part> groups, Family family) {
  std::vector<std::string_view> out;
  find<Part>(groups, family, [&](const Extension<Part>& row) {
    out.push_back(row.name);
    return false;
  });
  return out;
}

// Extensions of iptables 1.8 and of xtables-addons that are none of ours.
constexpr std::string_view kOtherMatches[] = {
    "account", "asn",   "bpf",      "cgroup", "cluster",     "condition",  "connbytes", "connlabel",
    "cpu",     "dccp",  "devgroup", "ecn",    "eui64",       "fuzzy",      "geoip",     "gradm",
    "helper",  "iface", "ipcomp",   "ipp2p",  "ipv4options", "ipv6header", "ipvs",      "layer7",
    "length2", "lscan", "mh",       "ndpi",   "nfacct",      "osf",        "owner",     "physdev",
    "policy",  "psd",   "quota",    "quota2", "rateest",     "realm",      "rpfilter",  "set",
    "socket",  "srh",   "string",   "tcpmss", "u32",
};
constexpr std::string_view kOtherTargets[] = {
    "ACCOUNT",   "AUDIT",   "CHAOS",       "CHECKSUM", "CLASSIFY", "CLUSTERIP", "CONNSECMARK",
    "DELUDE",    "DHCPMAC", "DNETMAP",     "DNPT",     "ECHO",     "ECN",       "HMARK",
    "IDLETIMER", "IPMARK",  "LED",         "LOGMARK",  "NFQUEUE",  "PROTO",     "QUEUE",
    "RATEEST",   "SECMARK", "SET",         "SNPT",     "STEAL",    "SYNPROXY",  "SYSRQ",
    "TARPIT",    "TCPMSS",  "TCPOPTSTRIP", "TEE",      "TPROXY",   "TRACE",     "ULOG",
};

}  // namespace

const MatchSyntax* find_match(std::string_view name, Family family) {
  return find<Match>(kMatchGroups, family,
                     [&](const MatchSyntax& row) { return row.name == name; });
}

const TargetSyntax* find_target(std::string_view name, Family family) {
  return find<Target>(kTargetGroups, family,
                      [&](const TargetSyntax& row) { return row.name == name; });
}

const MatchSyntax* syntax_of(const Match& match, Family family) {
  return find_maker<Match>(kMatchGroups, match, family);
}

const TargetSyntax* syntax_of(const Target& target, Family family) {
  return find_maker<Target>(kTargetGroups, target, family);
}

const MatchSyntax* match_of_protocol(std::uint8_t protocol, Family family) {
  if (protocol == 0) return nullptr;
  return find<Match>(kMatchGroups, family,
                     [&](const MatchSyntax& row) { return row.protocol == protocol; });
}

const MatchSyntax* match_with_option(std::string_view option, Family family) {
  return find<Match>(kMatchGroups, family, [&](const MatchSyntax& row) {
    return std::ranges::find(row.options, option, &MatchOption::name) != row.options.end();
  });
}

std::vector<std::string_view> match_names(Family family) {
  return names<Match>(kMatchGroups, family);
}

std::vector<std::string_view> target_names(Family family) {
  return names<Target>(kTargetGroups, family);
}

bool is_unsupported_match(std::string_view name) {
  return std::ranges::find(kOtherMatches, name) != std::end(kOtherMatches);
}

bool is_unsupported_target(std::string_view name) {
  return std::ranges::find(kOtherTargets, name) != std::end(kOtherTargets);
}

}  // namespace statewall::rules
