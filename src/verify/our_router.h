#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firewall/firewall.h"
#include "kernel/router.h"
#include "replay/world.h"
#include "rules/ruleset.h"
#include "statewall/result.h"

namespace statewall {

/// Rulesets of both families, as text and read.
struct RuleTexts {
  std::string ipv4, ipv6;      ///< empty: none
  std::string file = "rules";  ///< what IPv4's is called, for errors
  std::string file6 = "rules6";
};

/// Our firewall as a router, which tells of a packet what the kernel's does.
class OurRouter {
 public:
  /// An Error says what is wrong with the rules, all of it.
  static Result<OurRouter> create(const RouterPlan& plan, const RuleTexts& texts,
                                  const WorldConfig& config);

  /// An Ethernet frame comes in at an interface.
  RouterPassage pass(std::span<const std::uint8_t> frame, std::string_view interface);
  /// It sends a packet.
  RouterPassage send(std::span<const std::uint8_t> packet, Family family);

  /// Moves the clock on, which ends what is due.
  void advance(Nanoseconds now) {
    world_->advance(now, [](const Event&) {});
  }

  /// The rule that decided the last packet, as iptables-save writes it; "policy" for that of a
  /// chain, empty where nothing decided.
  std::string deciding_rule() const;

  const rules::Ruleset* ruleset(Family family) const {
    const auto& loaded = family == Family::ipv6 ? rulesets_->ipv6 : rulesets_->ipv4;
    return loaded ? &*loaded : nullptr;
  }
  const Firewall& firewall() const { return *firewall_; }
  const World& world() const { return *world_; }

 private:
  struct Rulesets {
    std::optional<rules::Ruleset> ipv4, ipv6;
  };
  OurRouter(std::unique_ptr<Rulesets> rulesets, std::unique_ptr<World> world, Firewall firewall)
      : rulesets_(std::move(rulesets)),
        world_(std::move(world)),
        firewall_(std::make_unique<Firewall>(std::move(firewall))) {}

  RouterPassage show(const Packet& packet, const World::Crossing& crossing);

  std::unique_ptr<Rulesets> rulesets_;  ///< the firewall looks into them
  std::unique_ptr<World> world_;
  std::unique_ptr<Firewall> firewall_;
  Decision last_;
};

/// The groups that rulesets name with NFLOG, in no order.
std::vector<std::uint16_t> nflog_groups(const rules::Ruleset& ruleset);

}  // namespace statewall
