#include "rules/rule_options.h"

#include <algorithm>

#include "rules/protocol_names.h"
#include "rules/syntax.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

constexpr std::size_t kLongestInterface = 15;

bool read_command(Argument& argument, RuleLine& line, RuleLine::Command command) {
  if (line.command != RuleLine::Command::none) {
    return argument.fail("a second command; each has a line of its own");
  }
  line.command = command;
  line.chain = argument.value();
  return true;
}

bool append(Argument& argument, RuleLine& line) {
  return read_command(argument, line, RuleLine::Command::append);
}

/// `-I CHAIN`, or `-I CHAIN NUMBER`.
bool insert(Argument& argument, RuleLine& line) {
  if (!read_command(argument, line, RuleLine::Command::insert)) return false;
  const Word next = argument.next();
  if (next.text.empty() || next.text[0] < '0' || next.text[0] > '9') return true;
  Argument number = argument.at(argument.another());
  return read_number_into<1, 0xffffffff>(number, line.position);
}

bool new_chain(Argument& argument, RuleLine& line) {
  return read_command(argument, line, RuleLine::Command::new_chain);
}

bool policy(Argument& argument, RuleLine& line) {
  if (!read_command(argument, line, RuleLine::Command::policy)) return false;
  line.policy = argument.another();
  return !line.policy.text.empty() || argument.fail("a chain and its policy are needed");
}

/// One network, or several with commas between them.
bool read_networks(Argument& argument, std::vector<Network>& out) {
  std::string_view rest = argument.text();
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    std::string_view part = split_off(rest, ',');
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    auto network = read_network(argument, part, read_short_address);
    if (!network) return false;
    network->address = masked(network->address, network->mask);
    if (network->inverted && (more || !out.empty())) {
      return argument.fail("several addresses cannot be inverted");
    }
    if (network->inverted && network->mask == Address{}) {
      return argument.fail("no packet has an address outside this network, which holds all");
    }
    out.push_back(*network);
  }
  return true;
}

bool source(Argument& argument, RuleLine& line) { return read_networks(argument, line.sources); }

bool destination(Argument& argument, RuleLine& line) {
  return read_networks(argument, line.destinations);
}

bool protocol(Argument& argument, RuleLine& line) {
  const auto number = parse_protocol(argument.text());
  if (!number) return argument.fail_unknown("protocol", argument.text(), known_protocols());
  if (*number == 0 && argument.inverted()) return argument.fail("every packet has a protocol");
  line.rule.protocol = *number;
  line.rule.protocol_inverted = argument.inverted();
  return true;
}

bool read_interface(Argument& argument, InterfaceCondition& out) {
  std::string_view name = argument.text();
  if (name.empty()) return argument.fail("the name of an interface is empty");
  if (name.size() > kLongestInterface) {
    return argument.fail("the name of an interface has at most 15 bytes");
  }
  if (name.find_first_of("/ ") != name.npos) {
    return argument.fail("no interface has a '/' or a blank in its name");
  }
  out.inverted = argument.inverted();
  out.prefix = name.ends_with('+');
  if (out.prefix) name.remove_suffix(1);
  out.name = name;
  // `-i +` asks for nothing.
  if (name.empty() && !out.inverted) out.prefix = false;
  return true;
}

bool in_interface(Argument& argument, RuleLine& line) {
  return read_interface(argument, line.rule.in);
}

bool out_interface(Argument& argument, RuleLine& line) {
  return read_interface(argument, line.rule.out);
}

bool fragments(Argument& argument, RuleLine& line) {
  if (argument.family() == Family::ipv6) {
    return argument.fail("'-f' is for IPv4; the match 'frag' is its like for IPv6");
  }
  line.rule.fragment = true;
  line.rule.fragment_inverted = argument.inverted();
  return true;
}

/// `-c PACKETS BYTES` or `-c PACKETS,BYTES`.
bool counters(Argument& argument, RuleLine& line) {
  std::string_view rest = argument.text();
  const bool comma = rest.find(',') != rest.npos;
  const auto packets = read_number(argument, split_off(rest, ','), "a number of packets", 0, ~0ull);
  if (!packets) return false;
  const Argument second = comma ? argument : argument.at(argument.another());
  const auto bytes =
      read_number(second, comma ? rest : second.text(), "a number of bytes", 0, ~0ull);
  if (bytes) line.rule.counters = {*packets, *bytes};
  return bytes.has_value();
}

bool ipv4(Argument& argument, RuleLine& line) {
  line.ignored = argument.family() != Family::ipv4;
  return true;
}

bool ipv6(Argument& argument, RuleLine& line) {
  line.ignored = argument.family() != Family::ipv6;
  return true;
}

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone,
                       kMany = RuleOption::kMany, kForeign = RuleOption::kForeign;

// Commands other than those that make a rule, a chain or a policy are known, so that they are
// neither unknown nor taken for something else.
constexpr RuleOption kOptions[] = {
    {'A', "append", 0, append},
    {'I', "insert", 0, insert},
    {'N', "new-chain", 0, new_chain},
    {'P', "policy", 0, policy},
    {'s', "source", kNot, source},
    {'s', "src", kNot, source},
    {'d', "destination", kNot, destination},
    {'d', "dst", kNot, destination},
    {'p', "protocol", kNot, protocol},
    {'i', "in-interface", kNot, in_interface},
    {'o', "out-interface", kNot, out_interface},
    {'f', "fragments", kNot | kAlone, fragments},
    {'c', "set-counters", 0, counters},
    {'4', "ipv4", kAlone | kMany, ipv4},
    {'6', "ipv6", kAlone | kMany, ipv6},
    {'m', "match", kMany},
    {'j', "jump"},
    {'g', "goto"},
    {'D', "delete", kForeign},
    {'C', "check", kForeign},
    {'R', "replace", kForeign},
    {'L', "list", kForeign},
    {'S', "list-rules", kForeign},
    {'F', "flush", kForeign},
    {'Z', "zero", kForeign},
    {'X', "delete-chain", kForeign},
    {'E', "rename-chain", kForeign},
    {'t', "table", kForeign},
    {'n', "numeric", kForeign},
    {'v', "verbose", kForeign},
    {'w', "wait", kForeign},
    {'W', "wait-interval", kForeign},
    {'x', "exact", kForeign},
    {'V', "version", kForeign},
    {'h', "help", kForeign},
    {'0', "line-numbers", kForeign},
    {'M', "modprobe", kForeign},
};

}  // namespace

std::span<const RuleOption> rule_options() { return kOptions; }

}  // namespace statewall::rules
