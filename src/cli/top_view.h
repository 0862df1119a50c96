#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "service/control_client.h"
#include "service/top_table.h"
#include "statewall/result.h"

namespace statewall {

/// What `statewall top` shows of a firewall, asked again and again. No terminal here.
class TopView {
 public:
  TopView(std::string socket, ControlRequest conditions)
      : socket_(std::move(socket)), conditions_(std::move(conditions)) {}

  /// Asks for the table and the sums. Each time anew: a firewall does not keep those who are silent
  /// for long.
  std::optional<Error> refresh();

  void set_order(TopOrder order) { order_ = order; }
  /// Other conditions: "proto=icmp src=10.0.0.0/8". Where the firewall does not understand them the
  /// old ones stay, and `remark` says why.
  void set_conditions(std::string_view text);
  std::string conditions_text() const;

  /// Follows the packets of one connection, or with 0 of none.
  void follow(std::uint64_t connection);
  std::uint64_t followed() const { return followed_; }
  /// Readable when a packet may be there; -1: none is followed.
  int follow_descriptor() const { return follower_ ? follower_->descriptor() : -1; }
  void read_packets();
  /// Of the followed connection, the latest last.
  const std::deque<std::string>& packets() const { return packets_; }

  TopTable& table() { return table_; }
  /// The first line of the screen.
  std::string summary() const;
  std::string take_remark() { return std::exchange(remark_, {}); }

 private:
  struct Sums {
    std::uint64_t packets = 0, dropped = 0, connections = 0, most = 0;
  };

  Result<std::uint64_t> ask_table(ControlClient& client);
  std::optional<Error> ask_sums(ControlClient& client);

  std::string socket_;
  std::optional<ControlClient> follower_;
  ControlRequest conditions_;
  TopOrder order_ = TopOrder::rate;
  TopTable table_;
  std::uint64_t matched_ = 0;
  Sums sums_, sums_before_;
  std::chrono::steady_clock::time_point time_, time_before_;
  std::uint64_t followed_ = 0;
  std::deque<std::string> packets_;
  std::string remark_;
};

}  // namespace statewall
