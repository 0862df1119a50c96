#include "verify/our_router.h"

#include <utility>
#include <variant>

#include "kernel/failure.h"
#include "rules/loader.h"
#include "rules/printer.h"

namespace statewall {
namespace {

/// Keeps what is told of a passage.
class Ear final : public FirewallWitness {
 public:
  explicit Ear(RouterPassage& passage) : passage_(passage) {}

  void visited(Family, rules::Hook, const RulePlace&, int) override {}
  void logged(const rules::LogTarget& target, std::string_view line) override {
    passage_.log.push_back({target.level, std::string(line)});
  }
  void nflogged(const rules::NflogTarget& target) override {
    passage_.nflog.push_back({target.group, target.prefix});
  }
  void would_translate(const rules::NatTarget&, std::string_view) override {}

 private:
  RouterPassage& passage_;
};

/// A fragment that waits has a state with no rules behind it.
RouterFate fate_of(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::none: return RouterFate::refused;
    case Verdict::accept:
      return decision.way == rules::Hook::input ? RouterFate::delivered : RouterFate::forwarded;
    case Verdict::drop:
    case Verdict::reject: break;
  }
  return decision.obstacle == Obstacle::ttl ? RouterFate::not_routed : RouterFate::dropped;
}

RouterJourney journey_of(const World::Passage& passage) {
  RouterJourney journey;
  const Decision& decision = *passage.decision;
  journey.fate = fate_of(decision);
  journey.state = passage.observation.state;
  journey.direction = passage.observation.direction;
  journey.fragment = passage.observation.datagram != 0;
  journey.mark = decision.mark;
  journey.tos = decision.tos;
  journey.ttl = decision.ttl;
  if (journey.fate == RouterFate::forwarded) journey.out = decision.out;
  if (journey.out == "lo") {  // it came in again
    journey.fate = RouterFate::delivered;
    journey.out.clear();
  }
  return journey;
}

Result<std::optional<rules::Ruleset>> read_rules(const std::string& text, const std::string& file,
                                                 Family family) {
  if (text.empty()) return std::optional<rules::Ruleset>();
  rules::Loaded loaded = rules::load(text, file, {.family = family});
  if (loaded.ruleset) return std::move(loaded.ruleset);
  std::string all;
  for (const Error& error : loaded.errors) all += (all.empty() ? "" : "\n") + error.text();
  return Error{ErrorKind::input, "", std::move(all)};
}

}  // namespace

Result<OurRouter> OurRouter::create(const RouterPlan& plan, const RuleTexts& texts,
                                    const WorldConfig& config) {
  auto rulesets = std::make_unique<Rulesets>();
  auto ipv4 = read_rules(texts.ipv4, texts.file, Family::ipv4);
  if (!ipv4) return ipv4.error();
  auto ipv6 = read_rules(texts.ipv6, texts.file6, Family::ipv6);
  if (!ipv6) return ipv6.error();
  rulesets->ipv4 = std::move(*ipv4);
  rulesets->ipv6 = std::move(*ipv6);
  auto world = World::create(config);
  if (!world) return world.error();
  FirewallConfig firewall;
  if (rulesets->ipv4) firewall.ipv4 = &*rulesets->ipv4;
  if (rulesets->ipv6) firewall.ipv6 = &*rulesets->ipv6;
  for (const auto& local : plan.locals) firewall.topology.add(local);
  for (const auto& route : plan.routes) firewall.topology.add(route);
  return OurRouter(std::move(rulesets), std::move(*world), Firewall(std::move(firewall)));
}

RouterPassage OurRouter::show(const Packet& packet, const World::Crossing& crossing) {
  RouterPassage passage;
  Ear ear(passage);
  const World::Passage seen = world_->pass(packet, crossing, *firewall_, &ear);
  passage.packet = journey_of(seen);
  last_ = *seen.decision;
  while (!firewall_->answer().empty()) {
    const auto bytes = firewall_->answer();
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    passage.answers.push_back(journey_of(world_->send_answer(*firewall_, &ear)));
    passage.answers.back().written = std::move(copy);
  }
  world_->take_events([](const Event&) {});
  return passage;
}

RouterPassage OurRouter::pass(std::span<const std::uint8_t> frame, std::string_view interface) {
  const Packet packet = read_frame(frame, LinkType::ethernet, frame.size(), ChecksumMode::verify);
  return show(packet, {.frame = frame, .link = LinkType::ethernet, .interface = interface});
}

RouterPassage OurRouter::send(std::span<const std::uint8_t> packet, Family family) {
  const LinkType link = family == Family::ipv6 ? LinkType::ipv6 : LinkType::ipv4;
  return show(read_frame(packet, link, packet.size(), ChecksumMode::verify),
              {.frame = packet, .link = link});
}

std::string OurRouter::deciding_rule() const {
  const rules::Ruleset* ruleset = this->ruleset(last_.family);
  if (!last_.decided || !ruleset) return {};
  const rules::Table* table = ruleset->table(last_.place.table);
  const rules::Chain& chain = table->chains[last_.place.chain];
  std::string text = "*" + std::string(name(last_.place.table)) + " ";
  if (last_.place.rule == RulePlace::kPolicy) return text + "policy of " + chain.name;
  rules::append_rule(text, *ruleset, *table, chain, chain.rules[last_.place.rule]);
  return text;
}

std::vector<std::uint16_t> nflog_groups(const rules::Ruleset& ruleset) {
  std::vector<std::uint16_t> groups;
  for (const rules::Table& table : ruleset.tables) {
    for (const rules::Chain& chain : table.chains) {
      for (const rules::Rule& rule : chain.rules) {
        const auto* nflog = std::get_if<rules::NflogTarget>(&rule.target);
        if (nflog) groups.push_back(nflog->group);
      }
    }
  }
  return groups;
}

}  // namespace statewall
