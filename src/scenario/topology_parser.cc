#include "scenario/topology_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "scenario/check_parser.h"

namespace statewall {
namespace {

using rules::Topology;

constexpr std::string_view kDefault = "default";
constexpr std::size_t kLongestName = 15;  // of an interface

// What a side may be called: the name of an interface, and nothing that looks like another word of
// a packet's line.
bool good_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kOthers = "0123456789-_.";
  const bool known = std::ranges::all_of(name, [&](char c) {
    return kLetters.find(c) != kLetters.npos || kOthers.find(c) != kOthers.npos;
  });
  const bool taken = is_check_word(name) || name == kLocalSide || name == kDefault;
  return known && !taken && !name.empty() && name.size() <= kLongestName &&
         kLetters.find(name[0]) != kLetters.npos;
}

bool add_side(Line& line, const Word& at, std::string_view name, ScenarioTopology& topology) {
  if (std::ranges::find(topology.sides, name) != topology.sides.end()) {
    return line.fail(at, fmt::format("two sides are called {}", in_quotes(name)));
  }
  topology.sides.emplace_back(name);
  return true;
}

// `NAME=ADDRESS/LENGTH`, more addresses joined by commas. Nothing if it is no such thing.
std::vector<Topology::Local> side_addresses(std::string_view name, std::string_view text) {
  std::vector<Topology::Local> locals;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view address = text.substr(0, end);
    const auto local = Topology::parse_local(fmt::format("{}={}", address, name));
    if (!local || address.find('/') == address.npos) return {};
    locals.push_back(*local);
    if (end == text.size()) return locals;
    text.remove_prefix(end + 1);
  }
}

bool begins_route(std::string_view text) {
  const std::string_view left = text.substr(0, text.find('='));
  return left == kDefault || left.find_first_of("/:") != left.npos ||
         (!left.empty() && left[0] >= '0' && left[0] <= '9');
}

// One word of a router: a side or a route.
bool router_word(Line& line, ScenarioTopology& topology, std::vector<Word>& routes) {
  constexpr std::string_view kExpected =
      "a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or default=wan";
  const Word at = line.take();
  const std::size_t equals = at.text.find('=');
  if (equals == at.text.npos || at.quoted) return line.fail_expected(kExpected, at);
  if (begins_route(at.text)) {
    routes.push_back(at);
    return true;
  }
  const std::string_view name = at.text.substr(0, equals);
  const auto locals = side_addresses(name, at.text.substr(equals + 1));
  if (locals.empty() || !good_name(name)) return line.fail_expected(kExpected, at);
  topology.locals.insert(topology.locals.end(), locals.begin(), locals.end());
  return add_side(line, at, name, topology);
}

// A route, once all sides are known.
bool add_route(Line& line, const Word& at, ScenarioTopology& topology) {
  const std::vector<Topology::Route> routes = Topology::parse_route(at.text);
  if (routes.empty()) return line.fail_expected("a route like 10.5.0.0/16=lan", at);
  const std::string& name = routes[0].interface;
  if (std::ranges::find(topology.sides, name) == topology.sides.end()) {
    const std::vector<std::string_view> sides(topology.sides.begin(), topology.sides.end());
    const Word side{name, at.column + static_cast<int>(at.text.find('=')) + 1, false};
    return line.fail(side, fmt::format("unknown side {}{}", in_quotes(name), hint(name, sides)));
  }
  topology.routes.insert(topology.routes.end(), routes.begin(), routes.end());
  return true;
}

bool read_router(Line& line, ScenarioTopology& topology) {
  std::vector<Word> routes;
  do {
    if (!router_word(line, topology, routes)) return false;
  } while (!line.at_end());
  if (topology.sides.empty()) return line.fail(line.peek(), "a topology has a side at least");
  return std::ranges::all_of(routes,
                             [&](const Word& route) { return add_route(line, route, topology); });
}

bool read_bridge(Line& line, ScenarioTopology& topology) {
  while (topology.sides.size() < 2) {
    const Word at = line.take();
    if (at.quoted || !good_name(at.text)) return line.fail_expected("a side's name", at);
    if (!add_side(line, at, at.text, topology)) return false;
  }
  return true;
}

struct TopologyKind {
  std::string_view word;
  ScenarioTopology::Kind kind;
  bool (*read)(Line&, ScenarioTopology&);
};
constexpr TopologyKind kTopologies[] = {
    {"router", ScenarioTopology::Kind::router, read_router},
    {"host", ScenarioTopology::Kind::router, read_router},  // a router without a further side
    {"bridge", ScenarioTopology::Kind::bridge, read_bridge},
};

}  // namespace

bool parse_topology(Line& line, Scenario& scenario, SettingsSeen& seen) {
  std::vector<std::string_view> words;
  for (const TopologyKind& row : kTopologies) words.push_back(row.word);
  const Word word = line.peek();
  const auto index = line.one_of("a topology", words);
  seen.topology_wrong = true;
  if (!index) return false;
  if (scenario.topology.kind != ScenarioTopology::Kind::none) {
    return line.fail(word, "a second topology");
  }
  ScenarioTopology read;
  read.kind = kTopologies[*index].kind;
  if (!kTopologies[*index].read(line, read)) return false;
  scenario.topology = std::move(read);
  seen.topology_wrong = false;
  return true;
}

}  // namespace statewall
