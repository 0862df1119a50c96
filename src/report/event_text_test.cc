#include "report/event_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::kA;
using testing::kB;

constexpr Nanoseconds kTime = 1609502400'123456789;

Event tcp_event(EventKind kind, DestroyCause cause) {
  Event event;
  event.kind = kind;
  event.cause = cause;
  event.time = kTime;
  Connection& connection = event.connection;
  connection.id = {7, 0};
  connection.original = {.source = kA,
                         .destination = kB,
                         .family = Family::ipv4,
                         .protocol = protocol::tcp,
                         .source_port = 1025,
                         .destination_port = 80};
  connection.reply = {.source = kB,
                      .destination = kA,
                      .family = Family::ipv4,
                      .protocol = protocol::tcp,
                      .source_port = 80,
                      .destination_port = 1025};
  connection.status = status::confirmed | status::seen_reply | status::assured;
  connection.tcp_state = TcpState::fin_wait;
  connection.deadline = kTime + 120 * kNanosecondsPerSecond;
  return event;
}

std::string line(const Event& event) {
  Buffer out;
  append_event_line(out, event);
  return fmt::to_string(out);
}

TEST(EventText, AnUpdateHasTimeAndState) {
  EXPECT_EQ(line(tcp_event(EventKind::update, DestroyCause::none)),
            "[1609502400.123456]\t [UPDATE] tcp      6 120 FIN_WAIT src=192.168.1.6 dst=10.0.0.10 "
            "sport=1025 dport=80 src=10.0.0.10 dst=192.168.1.6 sport=80 dport=1025 [ASSURED] id=7");
}

// F16: a DESTROY has neither.
TEST(EventText, AnEndHasACause) {
  Event event = tcp_event(EventKind::destroy, DestroyCause::expired);
  event.connection.status = status::confirmed;
  EXPECT_EQ(line(event),
            "[1609502400.123456]\t[DESTROY] tcp      6 src=192.168.1.6 dst=10.0.0.10 sport=1025 "
            "dport=80 [UNREPLIED] src=10.0.0.10 dst=192.168.1.6 sport=80 dport=1025 id=7 "
            "cause=expired");
}

TEST(EventText, Json) {
  Buffer out;
  append_event_json(out, "a\"b", tcp_event(EventKind::destroy, DestroyCause::error));
  const auto json = nlohmann::json::parse(fmt::to_string(out));
  EXPECT_EQ(json["file"], "a\"b");
  EXPECT_EQ(json["event"], "DESTROY");
  EXPECT_EQ(json["cause"], "error");
  EXPECT_EQ(json["tcp_state"], "FIN_WAIT");
  EXPECT_FALSE(json.contains("timeout"));
}

}  // namespace
}  // namespace statewall
