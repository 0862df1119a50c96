#include "rules/loader.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/printer.h"

namespace statewall::rules {
namespace {

std::string table(const std::string& lines) { return "*filter\n" + lines + "\nCOMMIT\n"; }

/// What is wrong, each error whole, one after the other.
std::string errors(const std::string& text, const LoadOptions& options = {}) {
  std::string out;
  for (const Error& error : load(text, "office.rules", options).errors) out += error.text() + "\n";
  return out;
}

/// Of a line of table filter, what is wrong, without the excerpt.
std::string error_of(const std::string& line, const LoadOptions& options = {}) {
  const std::string all = errors(table(line), options);
  return all.substr(0, all.find('\n'));
}

std::string printed(const std::string& text, const LoadOptions& options = {}) {
  const Loaded loaded = load(text, "office.rules", options);
  std::string out;
  for (const Error& error : loaded.errors) out += error.text() + "\n";
  if (loaded.ruleset) append_ruleset(out, *loaded.ruleset, false);
  return out;
}

TEST(Loader, TheNormalForm) {
  EXPECT_EQ(
      printed("# a comment\n"
              "*nat\n"
              "-A POSTROUTING --source 10.1.2.3/8 ! --out-interface eth+\n"
              "COMMIT\n"
              "\n"
              "*filter\n"
              ":web - [0:0]\n"
              ":INPUT DROP [7:8]\n"
              ":apps - [0:0]\n"
              "[1:2] -A web -p tcp --dport http -j ACCEPT\n"
              "-A INPUT -m state --state est,rel -m comment --comment \"it is open\" -j web\n"
              "COMMIT\n"),
      "*filter\n"
      ":INPUT DROP [0:0]\n"
      ":FORWARD ACCEPT [0:0]\n"
      ":OUTPUT ACCEPT [0:0]\n"
      ":apps - [0:0]\n"
      ":web - [0:0]\n"
      "-A INPUT -m state --state RELATED,ESTABLISHED -m comment --comment \"it is open\" -j web\n"
      "-A web -p tcp -m tcp --dport 80 -j ACCEPT\n"
      "COMMIT\n"
      "*nat\n"
      ":PREROUTING ACCEPT [0:0]\n"
      ":INPUT ACCEPT [0:0]\n"
      ":OUTPUT ACCEPT [0:0]\n"
      ":POSTROUTING ACCEPT [0:0]\n"
      "-A POSTROUTING -s 10.0.0.0/8 ! -o eth+\n"
      "COMMIT\n");
}

TEST(Loader, AnErrorShowsItsPlace) {
  EXPECT_EQ(errors(table("-A INPUT -m conntrack --ctstate NWE -j ACCEPT")),
            "office.rules:2:33: unknown state 'NWE'; did you mean 'NEW'?\n"
            "  -A INPUT -m conntrack --ctstate NWE -j ACCEPT\n"
            "                                  ^~~\n");
}

TEST(Loader, PartOfAWordIsAPlaceToo) {
  EXPECT_EQ(errors(table("-A INPUT -p tcp --dport 22:x")),
            "office.rules:2:28: expected a port (0 to 65535) or the name of a service, not 'x'\n"
            "  -A INPUT -p tcp --dport 22:x\n"
            "                             ^\n");
}

TEST(Loader, OfALongLineThePlaceIsShown) {
  const std::string line =
      "-A INPUT -m comment --comment " + std::string(100, 'a') + " -x " + std::string(100, 'b');
  EXPECT_EQ(errors(table(line)),
            "office.rules:2:132: '-x' has no place in a file of rules\n"
            "  ..." +
                std::string(59, 'a') + " -x " + std::string(33, 'b') +
                "...\n"
                "  " +
                std::string(63, ' ') + "^~\n");
}

TEST(Loader, EveryErrorIsReported) {
  EXPECT_EQ(errors("*filtre\n-A INPUT\nCOMMIT\n*filter\n-A INPT\n-A INPUT\n-A INPUT -j ACEPT\n"),
            "office.rules:1:2: unknown table 'filtre'; did you mean 'filter'?\n"
            "  *filtre\n"
            "   ^~~~~~\n"
            "office.rules:4:1: the table does not end: there is no COMMIT behind it\n"
            "  *filter\n"
            "  ^~~~~~~\n"
            "office.rules:5:4: unknown chain 'INPT'; did you mean 'INPUT'?\n"
            "  -A INPT\n"
            "     ^~~~\n"
            "office.rules:7:13: unknown chain or target 'ACEPT'; did you mean 'ACCEPT'?\n"
            "  -A INPUT -j ACEPT\n"
            "              ^~~~~\n");
}

TEST(Loader, AHundredErrorsAndTheNumberOfTheRest) {
  std::string lines;
  for (int i = 0; i < 250; ++i) lines += "-A INPUT -j NOWHERE\n";
  const Loaded loaded = load(table(lines), "office.rules", {});
  EXPECT_FALSE(loaded.ruleset);
  ASSERT_EQ(loaded.errors.size(), 101u);
  EXPECT_EQ(loaded.errors.back().text(), "office.rules: and 150 more errors");
}

TEST(Loader, WhatIsNoTextIsSaidSo) {
  EXPECT_EQ(error_of(std::string("-A INPUT\0", 9)),
            "office.rules:2:9: a zero byte: this is no text");
  EXPECT_EQ(error_of("-A INPUT\r"),
            "office.rules:2:9: a carriage return ends the line, as Windows writes it");
  EXPECT_EQ(error_of("-A INPUT -m comment --comment " + std::string(1 << 20, 'x')),
            "office.rules:2:10240: a line has at most 10,239 bytes");
  EXPECT_EQ(error_of("-A \x1b[31m"),
            "office.rules:2:4: unknown chain '?[31m' (a chain is declared first)");
}

TEST(Loader, UnknownOptionsNameTheirLike) {
  EXPECT_EQ(error_of("-A INPUT --porotcol tcp"),
            "office.rules:2:10: unknown option '--porotcol'; did you mean '--protocol'?");
  EXPECT_EQ(error_of("-A INPUT -m conntrack --ctsate NEW"),
            "office.rules:2:23: unknown option '--ctsate'; did you mean '--ctstate'?");
  EXPECT_EQ(
      error_of("-A INPUT --dport 5 -p tcp"),
      "office.rules:2:10: '--dport' is an option of the match 'tcp', which must stand before it");
  EXPECT_EQ(error_of("-A INPUT -p tcp --d 5"),
            "office.rules:2:17: '--d' may mean '--destination' or '--delete'");
}

TEST(Loader, LoopsOfJumps) {
  EXPECT_EQ(errors(table(":a - [0:0]\n:b - [0:0]\n-A INPUT -j a\n-A a -j b\n-A b -g a")),
            "office.rules:6:1: the jump makes a loop: a packet could come round to this chain\n"
            "  -A b -g a\n"
            "  ^~~~~~~~~\n");
  // The kernel does not mind one that no packet can reach.
  EXPECT_EQ(errors(table(":a - [0:0]\n-A a -j a")), "");
}

std::string nested(int chains) {
  std::string lines = ":c1 - [0:0]\n";
  for (int i = 2; i <= chains; ++i) lines += ":c" + std::to_string(i) + " - [0:0]\n";
  lines += "-A INPUT -j c1\n";
  for (int i = 1; i < chains; ++i) {
    lines += "-A c" + std::to_string(i) + " -j c" + std::to_string(i + 1) + "\n";
  }
  return table(lines);
}

TEST(Loader, ChainsNestAsDeepAsTheKernelAllows) {
  EXPECT_EQ(errors(nested(15)), "");
  EXPECT_EQ(errors(nested(16)),
            "office.rules:33:1: the jump leads too deep: a packet may be in 16 chains at once\n"
            "  -A c15 -j c16\n"
            "  ^~~~~~~~~~~~~\n");
  EXPECT_NE(errors(nested(20000)), "");
}

TEST(Loader, InsertedRulesStandWhereTheySay) {
  EXPECT_EQ(printed(table("-A INPUT -p 1\n-I INPUT -p 2\n-I INPUT 2 -p 3\n-A INPUT -p 5\n"
                          "-I INPUT 4 -s 1.1.1.1,2.2.2.2")),
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
            "-A INPUT -p igmp\n-A INPUT -p ggp\n-A INPUT -p icmp\n-A INPUT -s 2.2.2.2/32\n"
            "-A INPUT -s 1.1.1.1/32\n-A INPUT -p st\nCOMMIT\n");
  EXPECT_EQ(error_of("-I INPUT 2 -p 1"),
            "office.rules:2:4: the number of the rule is greater than that of the next");
}

TEST(Loader, ManyRulesInsertedInTheMiddle) {
  std::string lines = "-A INPUT\n-A INPUT\n";
  for (int i = 0; i < 100000; ++i) lines += "-I INPUT 2 -p 1\n";
  const Loaded loaded = load(table(lines), "office.rules", {});
  ASSERT_TRUE(loaded.ruleset);
  EXPECT_EQ(loaded.ruleset->tables[0].chains[0].rules.size(), 100002u);
}

TEST(Loader, ListsOfAddressesAreBounded) {
  std::string list = "10.0.0.0";
  for (int i = 1; i < 100; ++i) list += ",10.0.0." + std::to_string(i);
  const std::string line = "-A INPUT -s " + list + " -d " + list + "\n";
  std::string lines;
  for (int i = 0; i < 10; ++i) lines += line;
  EXPECT_EQ(errors(table(lines)), "");
  EXPECT_EQ(error_of(lines + line),
            "office.rules:12:4: more than 100,000 rules are made of lists of addresses");
}

TEST(Loader, ListsWithNamesOfTheirOwnAreBounded) {
  constexpr std::uint64_t mebibyte = 1 << 20;
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    lines += "-A INPUT -m recent --set --name list" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(errors(table(lines)), "") << "two hundred kilobytes each";
  const std::string error = error_of(lines, {.list_bytes = 100 * mebibyte});
  EXPECT_EQ(error.find("office.rules:4"), 0u) << "nearly five hundred fit: " << error;
  EXPECT_NE(error.find(":13: with this the lists of recent, hashlimit and connlimit take more than "
                       "100 MiB; all that the ruleset asks for is 20"),
            error.npos)
      << error;
}

TEST(Loader, ListsOfOneNameCountOnce) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    lines +=
        "-A INPUT -m recent --set --name one\n"
        "-A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name one\n";
  }
  EXPECT_EQ(errors(table(lines)), "");
}

TEST(Loader, EachKindOfListCountsAndEachRuleOfALine) {
  constexpr std::uint64_t mebibyte = 1 << 20;
  const std::string limit = "-m hashlimit --hashlimit-upto 5/s --hashlimit-name ";
  const std::string small = " --hashlimit-htable-max 1000";
  EXPECT_EQ(errors(table("-A INPUT " + limit + "a" + small), {.list_bytes = mebibyte}), "");
  EXPECT_EQ(error_of("-A INPUT " + limit + "a" + small + "\n-A INPUT " + limit + "b",
                     {.list_bytes = mebibyte})
                .substr(0, 18),
            "office.rules:3:13:");
  const std::string connections = " -p tcp -m connlimit --connlimit-above 5";
  EXPECT_EQ(errors(table("-A INPUT" + connections), {.list_bytes = 4 * mebibyte}), "");
  EXPECT_EQ(error_of("-A INPUT -s 10.0.0.1,10.0.0.2" + connections, {.list_bytes = 4 * mebibyte})
                .substr(0, 18),
            "office.rules:2:41:");
}

TEST(Loader, RulesOfTheOtherFamilyAreLeftOut) {
  const std::string both = table("-A INPUT -4 -s 1.2.3.4\n-6 -A INPUT -s fe80::1\n-A INPUT");
  const std::string head =
      "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  EXPECT_EQ(printed(both), head + "-A INPUT -s 1.2.3.4/32\n-A INPUT\nCOMMIT\n");
  EXPECT_EQ(printed(both, {.family = Family::ipv6}),
            head + "-A INPUT -s fe80::1/128\n-A INPUT\nCOMMIT\n");
}

TEST(Loader, WhatIsNotSupportedIsSaidOrSkipped) {
  const std::string line = "-A INPUT -m string --string \"a b\" --algo bm -j ACCEPT";
  EXPECT_EQ(error_of(line), "office.rules:2:13: the match 'string' is not supported");
  const Loaded loaded = load(table(line), "office.rules", {.skip_unsupported = true});
  ASSERT_TRUE(loaded.ruleset);
  EXPECT_EQ(loaded.ruleset->skipped, 1u);
  std::string out;
  append_ruleset(out, *loaded.ruleset, false);
  EXPECT_NE(out.find(line), out.npos) << out;
  EXPECT_EQ(error_of("-A INPUT -j TARPIT"),
            "office.rules:2:13: the target 'TARPIT' is not supported");
}

}  // namespace
}  // namespace statewall::rules
