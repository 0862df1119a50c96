#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay/view.h"
#include "statewall/reason.h"
#include "statewall/result.h"

namespace statewall {

/// --fail-on: counts the shown packets of a state, with a reason, or with a verdict that the user
/// does not want.
class FailOn final : public View {
 public:
  /// Words are states ("invalid", in any case), reasons ("quotes-unknown"), and with rules verdicts
  /// ("drop", "reject", "uncertain"). An Error names the word, and the nearest known one.
  static Result<FailOn> parse(const std::vector<std::string>& words, bool with_rules);

  void packet(const PacketRecord& record, bool shown) override;

  std::uint64_t found() const { return found_; }

 private:
  std::uint64_t reasons_ = 0;   ///< set
  std::uint64_t verdicts_ = 0;  ///< set, of Verdict
  bool uncertain_ = false;
  std::uint64_t found_ = 0;

  static_assert(static_cast<int>(Reason::count) <= 64);
};

}  // namespace statewall
