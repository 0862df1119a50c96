#include "replay/unknown_links.h"

#include <fmt/format.h>

namespace statewall {

std::optional<Error> UnknownLinks::complaint_of_another(const std::string& file,
                                                        const Frame& frame) {
  last_ = frame.link;
  if (supported(frame.link) || !told_.insert(frame.link).second) return std::nullopt;
  return Error{ErrorKind::input, fmt::format("{}: frame {}", file, frame.number),
               fmt::format("link type {} is not supported: its frames have no state",
                           static_cast<unsigned>(frame.link))};
}

}  // namespace statewall
