#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/address.h"
#include "statewall/connection.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/time.h"
#include "tests/model/choices.h"

// Random traffic, aimed at where trackers go wrong: few hosts, ids and ports, so that keys collide;
// answers, repetitions and errors about what was sent a moment ago, each of them sometimes wrong in
// one thing; time that creeps, leaps, hits a deadline exactly and runs backwards.
//
// Traffic is bytes: what the trackers see has gone through `read_frame`, so that reading takes
// part.

namespace statewall::model {

/// The hosts that there are.
inline constexpr std::array<Address, 4> kHosts = {
    Address::ipv4(0x0A000001), Address::ipv4(0x0A000002), Address::ipv4(0xC0A80106),
    Address::ipv4(0xC0A8010A)};

/// Who says what to whom, before it is bytes. Fields of other protocols than its own are ignored.
struct Message {
  std::uint8_t from = 0;  ///< indexes of kHosts
  std::uint8_t to = 1;
  std::uint8_t protocol = protocol::icmp;
  std::uint8_t ttl = 64;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;
  // TCP, UDP
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  // ICMP
  std::uint8_t type = 8;
  std::uint8_t code = 0;
  std::uint16_t id = 0;
  std::uint16_t icmp_sequence = 0;
};

/// A packet's bytes, as a host sends or as a router quotes them.
struct Bytes {
  static constexpr std::size_t kMost = 160;
  std::array<std::uint8_t, kMost> data{};
  std::size_t size = 0;

  std::span<const std::uint8_t> span() const { return {data.data(), size}; }
  std::span<std::uint8_t> room() { return data; }
};

/// `payload` follows the transport header: for an ICMP error it is the quote.
Bytes write(const Message& message, std::span<const std::uint8_t> payload = {});

enum class Fate : std::uint8_t { confirm, drop, neither };
enum class Deed : std::uint8_t { none, set_mark, erase };

/// One packet, and all that happens around it.
struct Step {
  Nanoseconds advance = 0;  ///< before the packet; may be negative
  Zone zone = 0;
  bool notrack = false;
  Bytes bytes;
  std::size_t original_length = 0;  ///< more than bytes.size: the capture cut it
  Fate fate = Fate::confirm;
  Deed deed = Deed::none;  ///< what the operator does after the packet,
  std::uint16_t to = 0;    ///< and to which of the connections so far, living or dead
};

/// The packet of a step, as the trackers get it.
Packet read(const Step& step);

class Traffic {
 public:
  /// `crowded`: ids and ports are any number at all, so that there are many connections at once.
  explicit Traffic(Choices& choices, bool crowded = false) : choices_(choices), crowded_(crowded) {}

  Step next();

 private:
  struct Sent {
    Message message;
    Zone zone = 0;
    Bytes bytes;
  };

  Message fresh();
  Message fresh_icmp();
  Message fresh_tcp();
  Message again(Message message);
  Message answer(Message message);
  void spoil(Message& message);
  Bytes error_about(Sent sent, Message& error);
  void damage(Step& step);
  const Sent& recent();
  Nanoseconds pause();
  Nanoseconds leap();

  static constexpr std::size_t kRemembered = 16;

  Choices& choices_;
  bool crowded_;
  std::array<Sent, kRemembered> sent_;
  std::size_t count_ = 0;
};

/// A profile with every switch set at random, but for `max`, which is the tutorial's.
Profile random_profile(Choices& choices);

}  // namespace statewall::model
