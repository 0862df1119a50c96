#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "firewall/firewall.h"
#include "report/buffer.h"
#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/packet.h"
#include "statewall/reason.h"
#include "statewall/tracker.h"

namespace statewall {

inline constexpr std::size_t kStates = 6;

/// Sums over packets and connections.
class Statistics {
 public:
  void count(const Packet& packet, const Observation& observation);
  void count(const Event& event);
  void count(const Decision& decision);
  void count_answer() { ++answers_; }
  /// `connections` were still there at the end.
  void count_left(std::uint64_t connections) { left_ += connections; }

  /// Tables for people: packets by protocol and state, by reason, connections by how they ended,
  /// what was not verified. Several lines, the last without its newline.
  void append_text(Buffer& out) const;

  /// "type":"stats".
  void append_json(Buffer& out) const;

  std::uint64_t frames() const { return frames_; }
  std::uint64_t packets(State state) const { return states_[static_cast<std::size_t>(state)]; }
  std::uint64_t packets(Reason reason) const { return reasons_[static_cast<std::size_t>(reason)]; }
  std::uint64_t opened() const { return opened_; }
  std::uint64_t left() const { return left_; }

 private:
  struct Protocol {
    std::uint64_t bytes = 0;
    std::array<std::uint64_t, kStates> states{};

    std::uint64_t packets() const;
  };
  // By number; the last one is for frames without a readable IP header.
  static constexpr std::size_t kNoProtocol = 256;

  void append_protocols(Buffer& out) const;
  void append_reasons(Buffer& out) const;
  void append_connections(Buffer& out) const;
  void append_verdicts(Buffer& out) const;
  void append_wire(Buffer& out) const;

  std::uint64_t frames_ = 0;
  std::array<std::uint64_t, kStates> states_{};
  std::array<std::uint64_t, static_cast<std::size_t>(Reason::count)> reasons_{};
  std::array<Protocol, kNoProtocol + 1> protocols_{};
  std::array<std::uint64_t, 5> checksums_{};  ///< of the transport, by Checksum
  std::uint64_t ip_checksums_bad_ = 0;
  std::uint64_t lengths_offloaded_ = 0;
  std::uint64_t cut_ = 0;
  std::uint64_t fragments_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t left_ = 0;
  std::array<std::uint64_t, kDestroyCauses> ended_{};
  bool judged_ = false;  ///< there are rules
  std::array<std::uint64_t, kVerdicts> verdicts_{};
  std::uint64_t uncertain_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace statewall
