#include "service/top_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace statewall {
namespace {

std::string order_of(const TopTable& table) {
  std::string numbers;
  for (const TopRow& row : table.rows()) numbers += std::to_string(row.number) + " ";
  return numbers;
}

void take(TopTable& table, std::uint64_t number, std::uint64_t packets, std::uint64_t bytes) {
  const std::string line = fmt::format(
      "{}\t{}\t{}\t29\ttcp\tESTABLISHED\t10.0.0.1:1025\t10.0.0.2:80", number, packets, bytes);
  EXPECT_TRUE(table.take(line));
}

TEST(TopTable, RatesAreDifferences) {
  TopTable table;
  take(table, 1, 10, 1000);
  take(table, 2, 1, 5000);
  table.finish(0);
  EXPECT_EQ(table.rows()[0].bytes_rate, std::nullopt);
  take(table, 3, 1, 100);
  take(table, 1, 20, 3000);
  take(table, 2, 1, 5000);
  table.finish(2 * kNanosecondsPerSecond);
  table.sort(TopOrder::rate);
  EXPECT_EQ(order_of(table), "1 2 3 ");
  EXPECT_EQ(table.rows()[0].bytes_rate, 1000.0);
  EXPECT_EQ(table.rows()[0].packets_rate, 5.0);
  EXPECT_EQ(table.rows()[1].bytes_rate, 0.0);
  EXPECT_EQ(table.rows()[2].bytes_rate, std::nullopt);  // it was not there before
}

TEST(TopTable, Orders) {
  TopTable table;
  take(table, 3, 1, 300);
  take(table, 1, 2, 200);
  take(table, 2, 2, 300);
  table.finish(0);
  const struct {
    TopOrder order;
    const char* numbers;
  } kCases[] = {{TopOrder::rate, "1 2 3 "},
                {TopOrder::bytes, "2 3 1 "},
                {TopOrder::packets, "1 2 3 "},
                {TopOrder::age, "1 2 3 "}};
  for (const auto& [order, numbers] : kCases) {
    table.sort(order);
    EXPECT_EQ(order_of(table), numbers) << static_cast<int>(order);
  }
}

TEST(TopTable, TwoAnswersAtOneMomentHaveNoRate) {
  TopTable table;
  for (int i = 0; i < 2; ++i) {
    take(table, 1, 10, 1000);
    table.finish(5);
  }
  EXPECT_EQ(table.rows()[0].bytes_rate, std::nullopt);
}

TEST(TopTable, LinesThatAreNone) {
  TopTable table;
  for (const char* line :
       {"", "1\t2\t3", "1\t2\t3\tx\ttcp\tNEW\ta\tb", "1\t2\t3\t4\ttcp\tNEW\ta\tb\tc"}) {
    EXPECT_FALSE(table.take(line)) << line;
  }
  table.finish(0);
  EXPECT_TRUE(table.rows().empty());
  EXPECT_FALSE(table.counted());
}

TEST(TopTable, Lines) {
  TopTable table;
  take(table, 1, 10, 1234567);
  EXPECT_TRUE(table.take("2\t0\t0\t0\ticmp:8/0:7\tUNREPLIED\t10.0.0.1\t10.0.0.2"));
  table.finish(0);
  EXPECT_TRUE(table.counted());
  const auto lines = top_lines(table.rows(), 9);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0],
            "     CONN  BYTES/S   PKTS/S     BYTES   PACKETS   LEFT  PROTOCOL   STATE       SOURCE "
            "         DESTINATION");
  EXPECT_EQ(lines[1],
            "        1        -        -      1.2M        10     29  tcp        ESTABLISHED "
            "10.0.0.1:1025   10.0.0.2:80");
  EXPECT_EQ(
      lines[2],
      "        2        -        -         0         0      0  icmp:8/0:7 UNREPLIED   10.0.0.1 "
      "       10.0.0.2");
  EXPECT_EQ(top_lines(table.rows(), 1).size(), 2u);
}

TEST(TopTable, Rates) {
  const struct {
    double rate;
    const char* text;
  } kCases[] = {{0, "0"},      {0.4, "0"},       {999, "999"},  {999.6, "1.0K"}, {1540, "1.5K"},
                {9960, "10K"}, {123456, "123K"}, {1e9, "1.0G"}, {5e15, "5000T"}};
  for (const auto& [rate, text] : kCases) EXPECT_EQ(rate_text(rate), text);
  EXPECT_EQ(rate_text(std::nullopt), "-");
}

}  // namespace
}  // namespace statewall
