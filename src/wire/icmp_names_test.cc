#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>

#include "statewall/icmp.h"

namespace statewall {
namespace {

// Section I of the specification: what each type is to a tracker.
TEST(IcmpMeaning, OfEveryType) {
  const std::set<int> queries{8, 13, 15, 17}, replies{0, 14, 16, 18}, errors{3, 4, 5, 11, 12};
  for (int type = 0; type < 256; ++type) {
    const IcmpRole expected = queries.contains(type)   ? IcmpRole::query
                              : replies.contains(type) ? IcmpRole::reply
                              : errors.contains(type)  ? IcmpRole::error
                                                       : IcmpRole::none;
    const IcmpMeaning meaning = icmp_meaning(static_cast<std::uint8_t>(type));
    EXPECT_EQ(meaning.role, expected) << type;
    const bool has_kind = expected == IcmpRole::query || expected == IcmpRole::reply;
    EXPECT_EQ(meaning.kind != QueryKind::none, has_kind) << type;
    if (expected != IcmpRole::none) {
      EXPECT_NE(icmp_name(static_cast<std::uint8_t>(type)), nullptr) << type;
    }
  }
}

// A3, T1
TEST(IcmpMeaning, QueriesAndRepliesComeInPairs) {
  const struct {
    QueryKind kind;
    int query, reply;
    const char* name;
  } pairs[] = {{QueryKind::echo, 8, 0, "echo"},
               {QueryKind::timestamp, 13, 14, "timestamp"},
               {QueryKind::information, 15, 16, "information"},
               {QueryKind::address_mask, 17, 18, "address mask"}};
  for (const auto& pair : pairs) {
    EXPECT_EQ(query_type(pair.kind), pair.query);
    EXPECT_EQ(reply_type(pair.kind), pair.reply);
    EXPECT_EQ(icmp_meaning(query_type(pair.kind)).kind, pair.kind);
    EXPECT_EQ(icmp_meaning(reply_type(pair.kind)).kind, pair.kind);
    EXPECT_EQ(name(pair.kind), pair.name);
  }
  EXPECT_EQ(name(QueryKind::none), "");
}

TEST(IcmpMeaning, NamesTheTypeThatAsks) {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    for (int type = 0; type < 256; ++type) {
      const IcmpMeaning meaning = icmp_meaning(family, static_cast<std::uint8_t>(type));
      EXPECT_EQ(meaning.query_type, query_type(meaning.kind, family)) << type;
    }
  }
}

TEST(IcmpRole, HasNames) {
  EXPECT_EQ(name(IcmpRole::none), "none");
  EXPECT_EQ(name(IcmpRole::query), "query");
  EXPECT_EQ(name(IcmpRole::reply), "reply");
  EXPECT_EQ(name(IcmpRole::error), "error");
}

TEST(IcmpNames, HoldEveryAssignedTypeAndNoOther) {
  for (int type = 0; type < 256; ++type) {
    const bool unassigned = type == 1 || type == 2 || type == 7 || (type >= 44 && type <= 252);
    EXPECT_EQ(icmp_name(static_cast<std::uint8_t>(type)) == nullptr, unassigned) << type;
  }
}

// Section I, column "codes".
TEST(IcmpNames, HoldEveryCode) {
  std::map<int, std::set<int>> expected;
  for (const int type : {0, 4, 6, 8, 10, 13, 14, 15, 16, 17, 18, 42}) expected[type] = {0};
  for (int code = 0; code <= 15; ++code) expected[3].insert(code);
  expected[5] = {0, 1, 2, 3};
  expected[9] = {0, 16};
  expected[11] = {0, 1};
  expected[12] = {0, 1, 2};
  expected[40] = {0, 1, 2, 3, 4, 5};
  expected[43] = {0, 1, 2, 3, 4};

  std::map<int, std::set<int>> found;
  for (const IcmpName& row : icmp_names()) {
    EXPECT_FALSE(row.iana.empty());
    if (row.code >= 0) found[row.type].insert(row.code);
  }
  EXPECT_EQ(found, expected);
}

TEST(IcmpNames, StandInOrderAndOnce) {
  const auto names = icmp_names();
  const auto before = [](const IcmpName& a, const IcmpName& b) {
    return std::pair(a.type, a.code) < std::pair(b.type, b.code);
  };
  for (std::size_t i = 1; i < names.size(); ++i) EXPECT_TRUE(before(names[i - 1], names[i])) << i;
}

TEST(IcmpNames, AreFoundByTypeAndCode) {
  for (const IcmpName& row : icmp_names()) EXPECT_EQ(icmp_name(row.type, row.code), &row);
  EXPECT_EQ(icmp_name(3)->iana, "Destination Unreachable");
  EXPECT_EQ(icmp_name(3, 1)->iana, "Host Unreachable");
  EXPECT_EQ(icmp_name(3, 16), nullptr);
  EXPECT_EQ(icmp_name(3, -2), nullptr);
  EXPECT_EQ(icmp_name(7), nullptr);
  EXPECT_EQ(icmp_name(255, 255), nullptr);
}

// H2, with the case that iptables writes.
TEST(IcmpNames, OfIptables) {
  const struct {
    std::string_view name;
    int type, code;
  } expected[] = {{"any", 255, -1},
                  {"echo-reply", 0, -1},
                  {"pong", 0, -1},
                  {"destination-unreachable", 3, -1},
                  {"network-unreachable", 3, 0},
                  {"host-unreachable", 3, 1},
                  {"protocol-unreachable", 3, 2},
                  {"port-unreachable", 3, 3},
                  {"fragmentation-needed", 3, 4},
                  {"source-route-failed", 3, 5},
                  {"network-unknown", 3, 6},
                  {"host-unknown", 3, 7},
                  {"network-prohibited", 3, 9},
                  {"host-prohibited", 3, 10},
                  {"TOS-network-unreachable", 3, 11},
                  {"TOS-host-unreachable", 3, 12},
                  {"communication-prohibited", 3, 13},
                  {"host-precedence-violation", 3, 14},
                  {"precedence-cutoff", 3, 15},
                  {"source-quench", 4, -1},
                  {"redirect", 5, -1},
                  {"network-redirect", 5, 0},
                  {"host-redirect", 5, 1},
                  {"TOS-network-redirect", 5, 2},
                  {"TOS-host-redirect", 5, 3},
                  {"echo-request", 8, -1},
                  {"ping", 8, -1},
                  {"router-advertisement", 9, -1},
                  {"router-solicitation", 10, -1},
                  {"time-exceeded", 11, -1},
                  {"ttl-exceeded", 11, -1},
                  {"ttl-zero-during-transit", 11, 0},
                  {"ttl-zero-during-reassembly", 11, 1},
                  {"parameter-problem", 12, -1},
                  {"ip-header-bad", 12, 0},
                  {"required-option-missing", 12, 1},
                  {"timestamp-request", 13, -1},
                  {"timestamp-reply", 14, -1},
                  {"address-mask-request", 17, -1},
                  {"address-mask-reply", 18, -1}};
  std::set<std::string_view> in_table, in_list;
  for (const auto& e : expected) {
    const IcmpName* row = icmp_by_iptables_name(e.name);
    ASSERT_NE(row, nullptr) << e.name;
    EXPECT_EQ(row->type, e.type) << e.name;
    EXPECT_EQ(row->code, e.code) << e.name;
    EXPECT_TRUE(row->iptables == e.name || row->alias == e.name) << e.name;
    in_list.insert(e.name);
  }
  for (const IcmpName& row : icmp_names()) {
    for (const auto name : {row.iptables, row.alias}) {
      if (!name.empty()) {
        EXPECT_TRUE(in_table.insert(name).second) << name;
      }
    }
  }
  EXPECT_EQ(in_table, in_list);
}

// H3
TEST(IcmpNames, OfIptablesInAnyCase) {
  for (const IcmpName& row : icmp_names()) {
    if (row.iptables.empty()) continue;
    std::string upper(row.iptables);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    EXPECT_EQ(icmp_by_iptables_name(upper), &row);
  }
  EXPECT_EQ(icmp_by_iptables_name("PING")->type, 8);
  for (const auto unknown : {"", "ehco", "ech", "echo-request ", "Echo Reply"}) {
    EXPECT_EQ(icmp_by_iptables_name(unknown), nullptr) << unknown;
  }
}

}  // namespace
}  // namespace statewall
