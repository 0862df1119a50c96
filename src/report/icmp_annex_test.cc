#include "report/icmp_annex.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace statewall {
namespace {

std::string line(std::uint8_t type, int code = -1) {
  Buffer out;
  append_annex_line(out, *icmp_name(type, code));
  return fmt::to_string(out);
}

nlohmann::json json(std::uint8_t type, int code = -1) {
  Buffer out;
  append_annex_json(out, *icmp_name(type, code));
  return nlohmann::json::parse(fmt::to_string(out));
}

TEST(IcmpAnnex, Lines) {
  EXPECT_EQ(line(8), "   8    0  query, reply is 0  echo-request (ping)                Echo");
  EXPECT_EQ(line(14),
            "  14    0  reply to 13        timestamp-reply                    "
            "Timestamp Reply");
  EXPECT_EQ(line(3),
            "   3       error              destination-unreachable            "
            "Destination Unreachable");
  EXPECT_EQ(line(3, 8),
            "        8                     -                                  "
            "Source Host Isolated");
}

TEST(IcmpAnnex, EveryLineAligns) {
  Buffer heading;
  append_annex_heading(heading);
  const std::size_t names = fmt::to_string(heading).find("IANA");
  for (const IcmpName& row : icmp_names()) {
    const std::string text = line(row.type, row.code);
    EXPECT_EQ(text.substr(names), row.iana);
    EXPECT_EQ(text[names - 1], ' ');
  }
}

TEST(IcmpAnnex, Json) {
  EXPECT_EQ(json(8), nlohmann::json::parse(R"({
      "v": 1, "type": "icmp", "icmp_type": 8, "code": null, "iana": "Echo",
      "iptables": ["echo-request", "ping"], "role": "query", "answered_by": 0})"));
  EXPECT_EQ(json(3, 8)["iptables"], nlohmann::json::array());
  EXPECT_EQ(json(3, 8)["code"], 8);
  EXPECT_EQ(json(18)["answers"], 17);
  EXPECT_EQ(json(9)["role"], "untracked");
  for (const IcmpName& row : icmp_names()) EXPECT_EQ(json(row.type, row.code)["iana"], row.iana);
}

TEST(IcmpAnnex, TypesAsPeopleWriteThem) {
  EXPECT_EQ(*parse_icmp_type("8"), 8);
  EXPECT_EQ(*parse_icmp_type("255"), 255);
  EXPECT_EQ(*parse_icmp_type("PING"), 8);
  EXPECT_EQ(*parse_icmp_type("host-unreachable"), 3);
  for (const char* text : {"256", "-1", "8x", "", "99999999999"}) {
    EXPECT_FALSE(parse_icmp_type(text)) << text;
  }
  EXPECT_EQ(parse_icmp_type("256").error().text(), "an ICMP type is a number from 0 to 255");
  EXPECT_EQ(parse_icmp_type("ehco-request").error().text(),
            "unknown ICMP type 'ehco-request'; did you mean 'echo-request'?");
}

}  // namespace
}  // namespace statewall
