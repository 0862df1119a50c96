#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/engine.h"
#include "statewall/result.h"
#include "system/descriptor.h"

// The control socket: where a firewall that runs is asked what it knows and told what to do.
//
// One thread, that which operates the engine, waits for `descriptor` to become readable and calls
// `serve`. Nothing in here waits: long lists are made a piece at a time, as fast as who asked reads
// them, and who follows events or packets and does not keep up is told how many it missed. So no
// client can stop the traffic, another client or the daemon.

namespace statewall {

/// One number among those of `stats`: "daemon reloads 3".
struct LiveStatistic {
  std::string group;
  std::string name;
  std::uint64_t value = 0;
};

/// What the daemon does for those who ask, called within `serve`. Without a handler they are told
/// that it cannot be done.
struct ControlHandlers {
  std::function<std::optional<Error>()> reload;
  std::function<std::optional<Error>()> save;
  /// Takes lines, each with its newline, of a table. What it answers is shown to who asked.
  std::function<Result<std::string>(std::string_view lines)> import;
  /// Adds to the numbers of `stats`; a group of its own is best.
  std::function<void(std::vector<LiveStatistic>&)> statistics;
};

struct ControlLimits {
  std::size_t clients = 64;
  std::size_t output = std::size_t{256} << 10;  ///< bytes that wait for one client
  std::size_t import = std::size_t{256} << 20;  ///< bytes of one import; one at a time
  std::chrono::milliseconds patience{10'000};   ///< for a request to arrive
};

class ControlServer {
 public:
  /// REQUIRES: the engine outlives the server. Only the server reads the engine's events.
  explicit ControlServer(Engine& engine, ControlHandlers handlers = {}, ControlLimits limits = {});
  ~ControlServer();  ///< says good-bye to nobody, and removes the socket
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Listens at a path, whose last folder is made if it is not there. A socket that nobody listens
  /// at any more is replaced; Errors: somebody does, or another file is there.
  std::optional<Error> open(const std::string& path, mode_t mode = 0660,
                            std::optional<gid_t> group = std::nullopt);

  /// A client that is connected already.
  void adopt(Descriptor client);

  /// Readable (poll's POLLIN) whenever there is something to do, by time too.
  int descriptor() const;

  /// Does what there is to do, for some milliseconds at most but for what the handlers take. Only
  /// the server takes the workers' news (Engine::take_news), while somebody follows packets.
  void serve();

  std::size_t clients() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace statewall
