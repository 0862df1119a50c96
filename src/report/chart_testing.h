#pragma once

#include <string>

#include "report/buffer.h"
#include "report/chart.h"

// For tests: charts made by hand.

namespace statewall::testing {

constexpr std::uint64_t kMilliseconds = 1'000'000;

/// A ping that is answered, after two frames that are not drawn.
inline Chart ping_chart() {
  Chart chart;
  chart.name = "ping.pcap";
  chart.settings = "profile tutorial";
  chart.lifelines = {{Side::left, "192.168.1.6", 0}, {Side::right, "192.168.1.10", 0}};
  ChartRow query;
  query.packet = {.frame = 3,
                  .from = 0,
                  .to = 1,
                  .source = "192.168.1.6",
                  .destination = "192.168.1.10",
                  .label = "ICMP echo request",
                  .state = State::new_,
                  .direction = Direction::original,
                  .connection = 1,
                  .reason = "opens connection 1",
                  .opens = true,
                  .timeout = 30};
  ChartRow reply;
  reply.time = 500 * kMilliseconds;
  reply.packet = {.frame = 4,
                  .from = 1,
                  .to = 0,
                  .source = "192.168.1.10",
                  .destination = "192.168.1.6",
                  .label = "ICMP echo reply",
                  .state = State::established,
                  .direction = Direction::reply,
                  .connection = 1,
                  .reason = "replies to <1>",
                  .ends = DestroyCause::replied};
  chart.rows = {query, reply};
  chart.lives = {{.connection = 1,
                  .begin = 0,
                  .replied = 1,
                  .end = 1,
                  .cause = DestroyCause::replied,
                  .end_time = 500 * kMilliseconds,
                  .lane = 0}};
  chart.lanes = 1;
  chart.not_ip = 2;
  return chart;
}

/// A ping that nobody answers: its entry expires after a pause.
inline Chart lost_ping_chart() {
  Chart chart = ping_chart();
  ChartRow pause;
  pause.kind = ChartRow::Kind::pause;
  pause.length = 30'000 * kMilliseconds;
  ChartRow ends;
  ends.kind = ChartRow::Kind::ends;
  ends.time = pause.length;
  ends.ends = {0};
  chart.rows = {chart.rows[0], pause, ends};
  chart.lives[0].replied.reset();
  chart.lives[0].end = 2;
  chart.lives[0].cause = DestroyCause::expired;
  chart.lives[0].end_time = ends.time;
  chart.not_ip = 0;
  return chart;
}

/// A TCP connection that outlives the capture, with a packet back to the side that it came from.
inline Chart open_chart() {
  Chart chart = ping_chart();
  chart.rows[0].packet.label = "TCP 1025 > 80 SYN";
  chart.rows[1].packet.label = "TCP 80 > 1025 SYN ACK";
  chart.rows[1].packet.ends = DestroyCause::none;
  chart.lives[0].end.reset();
  chart.lives[0].cause = DestroyCause::none;
  chart.lives[0].seconds_left = 59;
  chart.lifelines.push_back({Side::right, "2 others", 1});
  ChartRow back = chart.rows[1];
  back.packet.to = 2;
  back.packet.state = State::invalid;
  back.packet.connection = 0;
  back.packet.label = "TCP 80 > 9";
  chart.rows.push_back(back);
  chart.not_ip = 0;
  return chart;
}

template <typename Append>
std::string drawn(Append append_chart, const Chart& chart) {
  Buffer out;
  append_chart(out, chart);
  return fmt::to_string(out);
}

}  // namespace statewall::testing
