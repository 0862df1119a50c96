#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "live/engine.h"
#include "service/control_answer.h"
#include "service/control_protocol.h"
#include "service/control_server.h"

namespace statewall {

/// What a client asked for, done a piece at a time.
class ControlJob {
 public:
  enum class Step : std::uint8_t {
    more,   ///< there is more to do, as soon as the client takes more
    waits,  ///< for events, packets or lines
    done    ///< the answer has its last line
  };

  ControlJob() = default;
  virtual ~ControlJob() = default;
  ControlJob(const ControlJob&) = delete;
  ControlJob& operator=(const ControlJob&) = delete;

  /// Does a piece of the work, of a millisecond or so. Called while the answer is not full.
  virtual Step go_on(ControlAnswer& answer) = 0;

  virtual bool wants_events() const { return false; }
  virtual void event(const Event&, ControlAnswer&) {}
  virtual PacketWatch watch() const { return {}; }
  virtual void packet(const LoggedPacket&, ControlAnswer&) {}
  /// So many events or packets are missing, for everybody.
  virtual void missed(std::uint64_t) {}

  /// Does the client bring lines of data? `line` takes them without their newlines, and `lines_end`
  /// is called behind the last one.
  virtual bool wants_lines() const { return false; }
  virtual std::optional<Error> line(std::string_view) { return std::nullopt; }
  virtual void lines_end() {}
};

/// What jobs work with.
struct ControlContext {
  Engine& engine;
  const ControlHandlers& handlers;
  const ControlLimits& limits;
  PacketWatch watched = {};  ///< what all other clients follow
  bool importing = false;    ///< another client brings a table
};

/// Errors: an unknown command, an unknown field, or a value that makes no sense.
Result<std::unique_ptr<ControlJob>> make_control_job(const ControlContext& context,
                                                     const ControlRequest& request);

}  // namespace statewall
