#include "replay/unknown_links.h"

#include <fmt/format.h>

namespace statewall {

std::optional<Error> UnknownLinks::complaint(const std::string& file, const Frame& frame) {
  if (frame.link == last_) return std::nullopt;
  last_ = frame.link;
  if (supported(frame.link) || !told_.insert(frame.link).second) return std::nullopt;
  return Error{ErrorKind::input, fmt::format("{}: frame {}", file, frame.number),
               fmt::format("link type {} is not supported: its frames have no state",
                           static_cast<unsigned>(frame.link))};
}

}  // namespace statewall
