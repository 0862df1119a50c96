#include "service/control_protocol.h"

#include <gtest/gtest.h>

#include <string>

namespace statewall {
namespace {

TEST(ControlProtocol, RequestsCanBeReadAsTheyWereWritten) {
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  const ControlRequest request{"list", {{"proto", "icmp"}, {"none", ""}, {"every", every}}};
  const std::string line = request_line(request);
  EXPECT_TRUE(line.starts_with("statewall/1 list proto=icmp none= every=%00%01"));
  const Result<ControlRequest> read = parse_request(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, request);
  EXPECT_EQ(*read->find("proto"), "icmp");
  EXPECT_EQ(read->find("src"), nullptr);
}

TEST(ControlProtocol, WhatIsNoRequestIsSaid) {
  const struct {
    const char* line;
    const char* message;
  } kCases[] = {
      {"", "a request begins with statewall/1"},
      {"GET / HTTP/1.1", "a request begins with statewall/1"},
      {"statewall/2 list", "this firewall speaks version 1 of the control protocol only"},
      {"statewall/ list", "this firewall speaks version 1 of the control protocol only"},
      {"statewall/1", "a request names a command"},
      {"statewall/1 List", "a request names a command"},
      {"statewall/1 list tcp", "a request has fields KEY=VALUE"},
      {"statewall/1 list  proto=tcp", "a request has fields KEY=VALUE"},
      {"statewall/1 list =tcp", "a request has fields KEY=VALUE"},
      {"statewall/1 list proto=%4", "the value of 'proto' is not percent-encoded"},
      {"statewall/1 list proto=%zz", "the value of 'proto' is not percent-encoded"},
      {"statewall/1 list proto=\ttcp", "the value of 'proto' is not percent-encoded"},
      {"statewall/1 list proto=tcp proto=udp", "'proto' is given twice"},
  };
  for (const auto& [line, message] : kCases) {
    const Result<ControlRequest> read = parse_request(line);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().kind, ErrorKind::usage);
    EXPECT_EQ(read.error().text(), message) << line;
  }
}

TEST(ControlProtocol, LinesOfAnAnswer) {
  Buffer out;
  append_control_line(out, ControlMark::data, "two\nlines");
  append_control_line(out, ControlMark::end, "12");
  EXPECT_EQ(fmt::to_string(out), "= two lines\n. 12\n");
  EXPECT_EQ(parse_control_line("= two lines"), (ControlLine{ControlMark::data, "two lines"}));
  EXPECT_EQ(parse_control_line("#  x"), (ControlLine{ControlMark::notice, " x"}));
  EXPECT_EQ(parse_control_line("."), (ControlLine{ControlMark::end, ""}));
  EXPECT_EQ(parse_control_line(""), std::nullopt);
  EXPECT_EQ(parse_control_line("tcp 6"), std::nullopt);
}

TEST(ControlProtocol, ErrorsKeepTheirKindAndTheirPlace) {
  for (const ErrorKind kind : {ErrorKind::runtime, ErrorKind::usage, ErrorKind::input}) {
    const Error read = parse_error_text(error_text({kind, "office.rules:12:9", "unknown match"}));
    EXPECT_EQ(read.kind, kind);
    EXPECT_EQ(read.text(), "office.rules:12:9: unknown match");
  }
  EXPECT_EQ(error_text({ErrorKind::input, "", "no"}), "input no");
  EXPECT_EQ(parse_error_text("something else").text(), "something else");
  EXPECT_EQ(parse_error_text("something else").kind, ErrorKind::runtime);
}

}  // namespace
}  // namespace statewall
