#pragma once

#include <array>

#include "traffic/draft.h"

namespace statewall {

/// One SCTP association that goes on and on, as `TcpTalk` is one TCP conversation.
class SctpTalk {
 public:
  SctpTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6);

  Draft next(Random& random);

 private:
  enum class Phase : std::uint8_t {
    closed,
    init,
    init_ack,
    cookie_echo,
    open,
    shutdown,
    shutdown_ack,
    over
  };

  struct Message {
    std::size_t from = 0;
    std::uint32_t tag = 0;
    Octets chunks = {};
  };

  void begin(Random& random);
  void again(Random& random);
  Message say(std::size_t from, std::uint8_t chunk) const;
  Message honest(Random& random);
  Message talking(Random& random);
  void spoil(Message& message, Draft& draft, Random& random) const;
  void write(const Message& message, Draft& draft) const;

  std::uint32_t wrong_;
  std::uint32_t ipv6_;
  Ends ends_;
  std::array<std::uint16_t, 2> ports_{};
  std::array<std::uint32_t, 2> tags_{};  ///< that each end wants to see
  Phase phase_ = Phase::closed;
  std::size_t closer_ = 0;
};

}  // namespace statewall
