#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "firewall/firewall.h"
#include "replay/decision_recorder.h"
#include "replay/second_opinion.h"
#include "replay/world.h"
#include "scenario/machine.h"
#include "statewall/profile.h"

namespace statewall {

/// Statewall: a world of its own, from an empty table at time 0, and a firewall if the scenario has
/// rules.
class OwnMachine : public Machine {
 public:
  /// `scenario` must outlive it. `beside`: if not null, a profile that sees the same packets.
  static Result<std::unique_ptr<OwnMachine>> create(const Scenario& scenario,
                                                    const Profile* beside);

  std::optional<Error> advance(Nanoseconds time, Happenings& happened) override;
  Result<Outcome> send(const PacketStep& step, const PacketBytes& whole,
                       Happenings& happened) override;
  Result<std::vector<std::string>> table() override;
  bool tells_all() const override { return true; }

  /// What the other profile made of it; nothing if there is none.
  const std::optional<SecondOpinion>& beside() const { return beside_; }

 private:
  OwnMachine(const Scenario& scenario, std::unique_ptr<World> world,
             std::optional<SecondOpinion> beside);

  Outcome send_part(const PacketStep& step, const PacketBytes& bytes);
  Outcome cross(const PacketStep& step, const PacketBytes& bytes, Happenings& happened);
  Outcome finish(const World::Passage& passage, const Packet& shown, Happenings& happened);

  const Scenario& scenario_;
  const Rulesets rulesets_;
  rules::Topology topology_;
  std::unique_ptr<World> world_;
  std::optional<Firewall> firewall_;
  DecisionRecorder recorder_{true};
  std::optional<SecondOpinion> beside_;
  Nanoseconds now_ = 0;
};

}  // namespace statewall
