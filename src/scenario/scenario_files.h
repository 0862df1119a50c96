#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// The files that a scenario names. Their paths count from the folder that it stands in.
class ScenarioFiles {
 public:
  /// `scenario` is the path of its own file.
  explicit ScenarioFiles(std::string_view scenario);
  ~ScenarioFiles();

  /// The IP packet of a frame, and its sender on the link where that is told.
  struct CapturedPacket {
    std::vector<std::uint8_t> bytes;
    std::optional<std::array<std::uint8_t, 6>> mac;
  };
  /// Frame `number` of a capture, from 1. Quick for one frame after the other of the same capture.
  Result<CapturedPacket> frame(std::string_view capture, std::uint32_t number);

  /// All of a file.
  static Result<std::string> text(const std::string& path);

  /// The path as the program must open it.
  std::string path(std::string_view name) const;

 private:
  class Capture;

  std::string folder_;
  std::map<std::string, std::unique_ptr<Capture>, std::less<>> captures_;  ///< those that are open
};

}  // namespace statewall
