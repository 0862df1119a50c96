#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "service/control_protocol.h"
#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// Somebody who asks a firewall that runs. It waits for the answers.
class ControlClient {
 public:
  /// Takes a line of an answer; false: nothing more is wanted.
  using TakeLine = std::function<bool(const ControlLine&)>;

  /// Errors: nobody runs there, or one may not speak to it.
  static Result<ControlClient> connect(const std::string& path);
  /// One that is connected already.
  explicit ControlClient(Descriptor socket) : socket_(std::move(socket)) {}

  /// Asks, and takes the answer line by line. Returns the count at its end, or 0 where `take`
  /// wanted no more.
  Result<std::uint64_t> ask(const ControlRequest& request, const TakeLine& take);
  /// The same with lines of data behind the request.
  Result<std::uint64_t> ask(const ControlRequest& request, std::string_view data,
                            const TakeLine& take);

  // For those who wait for several things at once.

  std::optional<Error> send(const ControlRequest& request);
  int descriptor() const { return socket_.number(); }
  /// Reads what is there, waiting for something at first, and hands its lines to `take`, the last
  /// line of an answer too. False at the end of all.
  Result<bool> read(const TakeLine& take);

 private:
  std::optional<Error> send_text(std::string_view text);
  Result<std::uint64_t> answer(const TakeLine& take);

  Descriptor socket_;
  std::string input_;
};

}  // namespace statewall
