#pragma once

#include <optional>
#include <set>
#include <string>

#include "capture/reader.h"
#include "statewall/result.h"

namespace statewall {

/// Link types that no reader knows, each of which is told of once.
class UnknownLinks {
 public:
  /// The Error about the frame's link type, if it is unknown and was not told of before.
  std::optional<Error> complaint(const std::string& file, const Frame& frame) {
    if (frame.link == last_) return std::nullopt;
    return complaint_of_another(file, frame);
  }

 private:
  std::optional<Error> complaint_of_another(const std::string& file, const Frame& frame);

  std::optional<LinkType> last_;  ///< nothing is new about the frame that follows one like it
  std::set<LinkType> told_;
};

}  // namespace statewall
