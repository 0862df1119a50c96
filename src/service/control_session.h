#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "service/control_answer.h"
#include "service/control_job.h"
#include "system/descriptor.h"

namespace statewall {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One client: requests one after the other, each answered whole before the next is read. An error
/// ends the session, for what follows a request that was not understood may not be one. Nothing
/// waits.
class ControlSession {
 public:
  using MakeJob = std::function<Result<std::unique_ptr<ControlJob>>(const ControlRequest&)>;

  /// REQUIRES: the socket does not block.
  ControlSession(Descriptor socket, const ControlLimits& limits, SteadyTime now);

  int number() const { return socket_.number(); }

  /// Reads what is there, and begins what it asks for.
  void hear(const MakeJob& make, SteadyTime now);
  /// Does a piece of what was asked for, and sends what the client takes.
  void work(const MakeJob& make, SteadyTime now);

  // What to wait for.
  bool wants_input() const;
  bool wants_output() const;

  /// There is nobody to answer any more.
  bool gone() const;
  /// A request does not arrive; the client is told so.
  void give_up_if_late(SteadyTime now);

  ControlJob* job() const { return job_.get(); }
  ControlAnswer& answer() { return answer_; }

 private:
  void take_lines(const MakeJob& make, SteadyTime now);
  void take_request(std::string_view line, const MakeJob& make);
  void take_data(std::string_view line);
  void send();
  void fail(const Error& error);

  Descriptor socket_;
  const ControlLimits& limits_;
  ControlAnswer answer_;
  std::unique_ptr<ControlJob> job_;
  ControlJob::Step step_ = ControlJob::Step::waits;
  std::string input_;     ///< that came, and was not taken
  bool ended_ = false;    ///< nothing more will come
  bool closing_ = false;  ///< nothing more is heard
  bool broken_ = false;   ///< nothing can be sent
  SteadyTime late_;       ///< when a request, or the next lines of one, must be there
};

}  // namespace statewall
