#include "verify/kernel_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "report/packet_text.h"
#include "scenario/link_frame.h"
#include "scenario/packet_maker.h"
#include "verify/our_router.h"
#include "verify/scenario_fit.h"
#include "verify/side_by_side.h"

namespace statewall {
namespace {

// Each rule of both families.
template <typename Visit>
void for_each_rule(const Scenario& scenario, const Visit& visit) {
  for (const auto* rules : {&scenario.rules, &scenario.rules6}) {
    if (!*rules) continue;
    for (const rules::Table& table : (*rules)->ruleset.tables) {
      for (const rules::Chain& chain : table.chains) std::ranges::for_each(chain.rules, visit);
    }
  }
}

// Groups of NFLOG that the rules name.
std::vector<std::uint16_t> groups_of(const Scenario& scenario) {
  std::vector<std::uint16_t> groups;
  for (const auto* rules : {&scenario.rules, &scenario.rules6}) {
    if (!*rules) continue;
    std::ranges::copy(nflog_groups((*rules)->ruleset), std::back_inserter(groups));
  }
  return groups;
}

bool translates(const Scenario& scenario) {
  bool found = false;
  for_each_rule(scenario, [&](const rules::Rule& rule) {
    found |= std::get_if<rules::NatTarget>(&rule.target) != nullptr;
  });
  return found;
}

// Groups that packets are sent to: the router is in them, as it is for us.
std::vector<rules::Topology::Local> multicast_groups(const Scenario& scenario) {
  std::vector<rules::Topology::Local> groups;
  for (const Step& step : scenario.steps) {
    const auto* packet = std::get_if<PacketStep>(&step.what);
    if (packet == nullptr) continue;
    const PacketSpec& spec = packet->packet;
    const bool group =
        spec.bytes.empty() && rules::Topology::is_multicast(spec.destination, spec.family);
    const bool known = std::ranges::find(groups, spec.destination,
                                         &rules::Topology::Local::address) != groups.end();
    if (group && !known) groups.push_back({spec.destination, spec.family, 0, {}});
  }
  return groups;
}

KernelConfig conntrack_of(const Scenario& scenario) {
  return {.raise_timeouts = false, .settings = kernel_settings(scenario.profile, {})};
}

RouterConfig router_of(const Scenario& scenario) {
  return {.plan = {.locals = scenario.topology.locals,
                   .routes = scenario.topology.routes,
                   .groups = multicast_groups(scenario)},
          .rules = scenario.rules ? scenario.rules->text : std::string(),
          .rules6 = scenario.rules6 ? scenario.rules6->text : std::string(),
          .conntrack = conntrack_of(scenario),
          .nflog_groups = groups_of(scenario)};
}

// REJECT alone answers to what it drops.
Verdict verdict_of(RouterFate fate, bool answered) {
  switch (fate) {
    case RouterFate::refused:
    case RouterFate::held: return Verdict::none;
    case RouterFate::delivered:
    case RouterFate::forwarded: return Verdict::accept;
    case RouterFate::not_routed: return Verdict::drop;
    case RouterFate::dropped: break;
  }
  return answered ? Verdict::reject : Verdict::drop;
}

Outcome outcome_of(const RouterJourney& journey, bool answered, const std::string& words) {
  Outcome out;
  out.state = journey.state;
  out.direction = journey.direction;
  out.verdict = verdict_of(journey.fate, answered);
  out.out = journey.out;
  if (!journey.bytes.empty()) out.mark = journey.mark;
  if (!words.empty()) out.decision.push_back("the kernel says: " + words);
  return out;
}

}  // namespace

std::string KernelMachine::why_not(const Scenario& scenario) {
  if (scenario.profile.name != linux_6().name) {
    return fmt::format("profile {} is not what this kernel does", scenario.profile.name);
  }
  if (scenario.has_rules() && scenario.topology.kind != ScenarioTopology::Kind::router) {
    return "it has rules, but no router or host that they are on";
  }
  if (translates(scenario)) return "the kernel would translate, which Statewall only tells of";
  return waits_too_long(scenario);
}

Result<std::unique_ptr<KernelMachine>> KernelMachine::create(const Scenario& scenario) {
  std::unique_ptr<KernelMachine> machine(new KernelMachine(scenario));
  if (scenario.has_rules()) {
    auto router = KernelRouter::create(router_of(scenario));
    if (!router) return router.error();
    machine->beyond_ = beyond_the_kernel(scenario, router->unknown_settings());
    machine->router_.emplace(std::move(*router));
  } else {
    auto tracker = KernelTracker::create(conntrack_of(scenario));
    if (!tracker) return tracker.error();
    machine->beyond_ = beyond_the_kernel(scenario, tracker->unknown_settings());
    machine->tracker_.emplace(std::move(*tracker));
  }
  machine->start_ = Clock::now();
  return machine;
}

KernelMachine::KernelMachine(const Scenario& scenario) : scenario_(scenario) {
  for (const auto& local : scenario.topology.locals) topology_.add(local);
  for (const auto& route : scenario.topology.routes) topology_.add(route);
}

std::optional<Error> KernelMachine::advance(Nanoseconds time, Happenings&) {
  std::this_thread::sleep_until(start_ + std::chrono::nanoseconds(time));
  return std::nullopt;
}

Result<Outcome> KernelMachine::send(const PacketStep& step, const PacketBytes& whole,
                                    Happenings& happened) {
  // Of a packet in fragments the last one counts, which completes it.
  Outcome outcome;
  for (const PacketBytes& bytes : parts_sent(step.packet, whole)) {
    auto got = router_ ? route(step, bytes, happened) : track(step, bytes);
    if (!got) return got;
    outcome = std::move(*got);
    outcome.packet = packet_text(read_ip(bytes));
  }
  return outcome;
}

Result<Outcome> KernelMachine::track(const PacketStep& step, const PacketBytes& bytes) {
  // Frames are counted, since a packet may be several.
  const auto verdict = tracker_->pass({.bytes = bytes, .number = ++frames_, .drop = step.drop});
  if (!verdict) return verdict.error();
  Outcome out;
  out.state = verdict->state;
  out.direction = verdict->direction;
  if (!verdict->words.empty()) out.decision.push_back("the kernel says: " + verdict->words);
  return out;
}

Result<Outcome> KernelMachine::route(const PacketStep& step, const PacketBytes& bytes,
                                     Happenings& happened) {
  const Family family = !bytes.empty() && bytes[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4;
  auto passage = [&]() -> Result<RouterPassage> {
    if (step.side == PacketStep::kLocal) return router_->send(bytes, family);
    const std::string& side = scenario_.topology.sides[static_cast<std::size_t>(step.side)];
    const PacketBytes frame = link_frame(bytes, topology_, router_->mac_of(side), step.packet.mac);
    return router_->pass(frame, side);
  }();
  if (!passage) return passage.error();
  for (const RouterJourney& journey : passage->answers) {
    FirewallAnswer answer{journey.bytes, outcome_of(journey, false, {})};
    answer.outcome.packet = journey.bytes.empty() ? "an answer that did not leave"
                                                  : packet_text(read_ip(journey.bytes));
    happened.answers.push_back(std::move(answer));
  }
  for (const KernelLogLine& line : passage->log) happened.log.push_back(line.text);
  for (const RouterPassage::Nflog& nflog : passage->nflog) {
    happened.nflog.push_back(nflog_text(nflog.group, nflog.prefix));
  }
  return outcome_of(passage->packet, !passage->answers.empty(), passage->words);
}

Result<std::vector<std::string>> KernelMachine::table() {
  return router_ ? router_->table() : tracker_->table();
}

}  // namespace statewall
