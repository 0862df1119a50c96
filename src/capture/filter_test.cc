#include "capture/filter.h"

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <map>
#include <string>
#include <vector>

#include "capture/testing.h"
#include "tests/corpus.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::corpus;
using testing::corpus_path;
using testing::CorpusFile;

std::string error_of(const std::string& expression) {
  const auto filter = Filter::compile(expression);
  return filter ? "none" : filter.error().text();
}

Frame frame_of(const ByteVector& bytes, LinkType link, std::uint64_t number = 1) {
  Frame frame;
  frame.bytes = bytes;
  frame.original_length = bytes.size();
  frame.link = link;
  frame.number = number;
  return frame;
}

// An ICMP packet from 192.168.1.6 to 192.168.1.10.
ByteVector ping() {
  return {0x45, 0, 0,   28,  0, 0,  0, 0, 64, 1, 0, 0, 192, 168,
          1,    6, 192, 168, 1, 10, 8, 0, 0,  0, 0, 0, 0,   0};
}

ByteVector with_header(ByteVector header) {
  const ByteVector packet = ping();
  header.insert(header.end(), packet.begin(), packet.end());
  return header;
}

ByteVector ethernet_ping() {
  return with_header({0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0});
}

TEST(Filter, EmptyMatchesAll) {
  for (const char* expression : {"", " \n"}) {
    auto filter = Filter::compile(expression);
    ASSERT_TRUE(filter);
    EXPECT_TRUE(filter->matches(frame_of(ethernet_ping(), LinkType::ethernet)));
    EXPECT_TRUE(filter->matches(frame_of({}, LinkType::ethernet)));
    EXPECT_TRUE(filter->matches(frame_of({1}, LinkType{65535})));
  }
}

TEST(Filter, EveryLinkTypeHasItsProgram) {
  const struct {
    LinkType link;
    ByteVector bytes;
  } cases[] = {
      {LinkType::ethernet, ethernet_ping()},
      {LinkType::raw, ping()},
      {LinkType::raw_bsd, ping()},
      {LinkType::ipv4, ping()},
      {LinkType::null, with_header({2, 0, 0, 0})},
      {LinkType::null, with_header({0, 0, 0, 2})},
      {LinkType::loop, with_header({0, 0, 0, 2})},
      {LinkType::linux_cooked, with_header({0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0})},
      {LinkType{100}, with_header({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})},
  };
  auto both = Filter::compile("icmp and src 192.168.1.6");
  auto neither = Filter::compile("tcp or dst 192.168.1.6");
  ASSERT_TRUE(both && neither);
  for (int round = 0; round < 2; ++round) {
    for (const auto& c : cases) {
      const Frame frame = frame_of(c.bytes, c.link);
      EXPECT_TRUE(both->matches(frame)) << static_cast<int>(c.link);
      EXPECT_FALSE(neither->matches(frame)) << static_cast<int>(c.link);
      EXPECT_FALSE(both->complaint("x"));
    }
  }
}

TEST(Filter, KnowsTheLengthOnTheWire) {
  auto filter = Filter::compile("greater 1000");
  ASSERT_TRUE(filter);
  Frame frame = frame_of(ethernet_ping(), LinkType::ethernet);
  EXPECT_FALSE(filter->matches(frame));
  frame.original_length = 1000;
  EXPECT_TRUE(filter->matches(frame));
}

TEST(Filter, LinkTypeThatItDoesNotSuitIsToldOnce) {
  auto filter = Filter::compile("ether host 00:00:5e:00:53:01");
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->matches(frame_of(ethernet_ping(), LinkType::ethernet, 1)));
  EXPECT_FALSE(filter->complaint("x.pcapng"));
  EXPECT_FALSE(filter->matches(frame_of(ping(), LinkType::raw, 2)));
  const auto complaint = filter->complaint("x.pcapng");
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->text(),
            "x.pcapng: frame 2: the filter does not suit its link type 101 (RAW): ethernet "
            "addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel");
  EXPECT_EQ(complaint->kind, ErrorKind::input);
  EXPECT_FALSE(filter->complaint("x.pcapng"));
  EXPECT_FALSE(filter->matches(frame_of(ping(), LinkType::raw, 3)));
  EXPECT_FALSE(filter->complaint("x.pcapng"));
  EXPECT_TRUE(filter->matches(frame_of(ethernet_ping(), LinkType::ethernet, 4)));
}

// No complaint: there is no ARP on raw IP, and so none is shown.
TEST(Filter, LinkTypeThatCannotMatch) {
  auto filter = Filter::compile("arp");
  ASSERT_TRUE(filter);
  EXPECT_FALSE(filter->matches(frame_of(ping(), LinkType::ipv4)));
  EXPECT_FALSE(filter->complaint("x"));
}

TEST(Filter, OfAnotherLinkTypeThanEthernet) {
  for (const char* expression : {"type mgt subtype beacon", "vpi 3", "on eth0", "fisu"}) {
    auto filter = Filter::compile(expression);
    ASSERT_TRUE(filter) << expression;
    EXPECT_FALSE(filter->matches(frame_of(ethernet_ping(), LinkType::ethernet)));
    EXPECT_TRUE(filter->complaint("x"));
  }
}

TEST(Filter, CanBeMoved) {
  auto filter = Filter::compile("icmp");
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->matches(frame_of(ethernet_ping(), LinkType::ethernet)));
  Filter moved = std::move(*filter);
  EXPECT_TRUE(moved.matches(frame_of(ethernet_ping(), LinkType::ethernet)));
}

// The column of the caret is the place: the text begins at column 5.
TEST(Filter, SyntaxErrorHasAPlace) {
  EXPECT_EQ(error_of("icmp adn port 53"),
            "--filter: syntax error at 'adn', character 6 of the filter\n"
            "    icmp adn port 53\n"
            "         ^^^");
  EXPECT_EQ(error_of("icmp and"),
            "--filter: syntax error: it ends too early, character 9 of the filter\n"
            "    icmp and\n"
            "            ^");
  EXPECT_EQ(error_of("icmp\tand\nädn adn ip"),
            "--filter: syntax error at 'ädn', character 10 of the filter\n"
            "    icmp and ädn adn ip\n"
            "             ^^^");
}

TEST(Filter, PlacesOfSyntaxErrors) {
  const struct {
    const char* before;
    const char* word;  // empty: it ends too early
    const char* behind;
  } cases[] = {
      {"", "adn", " port 53"},
      {"icmp ", "^", " 3"},
      {"icmp", ")", " or ip"},
      {"port 53 ", "53", ""},
      {"ip host 1.2.3.4 ", "5", " or icmp"},
      {"src and ", "1.2.3.4", ""},
      {"src and dst host 1.2.3.4 ", "icmp", ""},
      {"portrange ", "5-", ""},
      {"tcp[tcpflags] = ", "tcp-foo", ""},
      {"tcp[13] & (tcp-syn|tcp-ack) != 0 ", "adn", " ip"},
      {"(icmp and (ip[0] & 0xf > 5)) ", "(", "ip)"},
      {"ether ", "00:00:5e:00:53:01", ""},
      {"net 10.0.0.0 mask ", "and", " ip"},
      {"ip proto 6 ", "17", ""},
      {"icmp || ", "||", " ip"},
      {"vlan 5 and pppoes and ip ", "ip", ""},
      {"ether proto ", ")", ""},
      {"host", "", ""},
      {"not", "", ""},
      {"((icmp) and (ip", "", ""},
      {"ip[0", "", ""},
      {"ip[0:", "", ""},
      {"ip[0:2] -", "", ""},
      {"icmp or (ip[1", "", ""},
      {"tcp[13] & (tcp-syn|", "", ""},
      {"1 +", "", ""},
      {"net 10.0.0.0/", "", ""},
      {"src or dst", "", ""},
      {"ether proto", "", ""},
      {"portrange", "", ""},
      {"ether host", "", ""},
      {"ip proto", "", ""},
  };
  for (const auto& c : cases) {
    const std::string expression = std::string(c.before) + c.word + c.behind;
    const std::size_t column = std::string(c.before).size();
    const std::size_t width = std::string(c.word).size();
    const std::string what = width == 0 ? "syntax error: it ends too early"
                                        : "syntax error at '" + std::string(c.word) + "'";
    EXPECT_EQ(error_of(expression), "--filter: " + what + ", character " +
                                        std::to_string(column + 1) + " of the filter\n    " +
                                        expression + "\n    " + std::string(column, ' ') +
                                        std::string(std::max<std::size_t>(width, 1), '^'));
  }
}

TEST(Filter, OtherErrorsPointAtTheirWord) {
  EXPECT_EQ(error_of("udp port foobar and port foo"),
            "--filter: unknown port 'foobar', character 10 of the filter\n"
            "    udp port foobar and port foo\n"
            "             ^^^^^^");
  EXPECT_EQ(error_of("host 1.2.3.4 or net 1.2.3.4/8"),
            "--filter: non-network bits set in \"1.2.3.4/8\", character 21 of the filter\n"
            "    host 1.2.3.4 or net 1.2.3.4/8\n"
            "                        ^^^^^^^^^");
  EXPECT_EQ(error_of("port 99999"),
            "--filter: illegal port number 99999 > 65535, character 6 of the filter\n"
            "    port 99999\n"
            "         ^^^^^");
  EXPECT_EQ(error_of("ip[0:3] = 1"), "--filter: data size must be 1, 2, or 4");
  EXPECT_EQ(error_of("ip and ip6"), "--filter: no packet can match it");
}

TEST(Filter, Limits) {
  EXPECT_EQ(error_of(std::string("icmp\0x", 6)), "--filter: has a zero byte");
  EXPECT_EQ(error_of(std::string(65537, ' ')),
            "--filter: has 65537 bytes, more than the 65536 that a filter may have");
  std::string many = "icmp";
  for (int i = 0; i < 300; ++i) many += " adn ip";
  EXPECT_EQ(error_of(many), "--filter: syntax error");  // its place would take too long to find
}

// The corpus, and libpcap reading the same files: the same frames match.

constexpr const char* kExpressions[] = {
    "icmp",
    "tcp port 80 or udp port 53",
    "ip6",
    "arp",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "greater 200",
    "net 10.0.0.0/8 or net 192.168.0.0/16",
    "vlan",
    "ip[6:2] & 0x3fff != 0",
    "ether broadcast",
    "not ip and not ip6",
    "ip proto 47 or sctp",
};

// Four of each folder, and all link types; files of moderate size.
std::vector<CorpusFile> choose() {
  std::vector<CorpusFile> chosen;
  std::map<std::string, int> count;
  for (const CorpusFile& file : corpus()) {
    if (file.bytes > 300'000 || file.folder().starts_with("malformed")) continue;
    if (file.folder() == "linktypes" || ++count[file.folder()] <= 4) chosen.push_back(file);
  }
  return chosen;
}

constexpr int kRefused = -1;

// Or kRefused.
int count_by_libpcap(const std::string& path, const char* expression) {
  char reason[PCAP_ERRBUF_SIZE];
  pcap_t* capture = pcap_open_offline(path.c_str(), reason);
  if (capture == nullptr) return kRefused;
  bpf_program program{};
  int count = kRefused;
  if (pcap_compile(capture, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0) {
    EXPECT_EQ(pcap_setfilter(capture, &program), 0);
    count = 0;
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    int code = 0;
    while ((code = pcap_next_ex(capture, &header, &data)) == 1) ++count;
    if (code != PCAP_ERROR_BREAK) count = kRefused;
  } else if (std::string(pcap_geterr(capture)) == "expression rejects all packets") {
    count = 0;
  }
  pcap_freecode(&program);
  pcap_close(capture);
  return count;
}

struct Count {
  int matches = 0;
  int complaints = 0;
};

Count count_by_filter(const std::string& path, const char* expression) {
  Count count;
  auto reader = CaptureReader::open(path);
  auto filter = Filter::compile(expression);
  EXPECT_TRUE(reader && filter);
  if (!reader || !filter) return count;
  Frame frame;
  for (auto next = (*reader)->next(frame); next && *next == CaptureReader::Next::frame;
       next = (*reader)->next(frame)) {
    count.matches += filter->matches(frame);
    count.complaints += filter->complaint(path).has_value();
  }
  return count;
}

TEST(Filter, MatchesWhatLibpcapMatches) {
  const auto files = choose();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  int compared = 0, matches = 0;
  std::map<std::string, int> by_expression;
  for (const CorpusFile& file : files) {
    const std::string path = corpus_path(file.path);
    for (const char* expression : kExpressions) {
      const int expected = count_by_libpcap(path, expression);
      if (expected == kRefused) continue;
      const Count count = count_by_filter(path, expression);
      EXPECT_EQ(count.matches, expected) << file.path << ": " << expression;
      EXPECT_EQ(count.complaints, 0) << file.path << ": " << expression;
      ++compared;
      matches += expected;
      by_expression[expression] += expected;
    }
  }
  std::printf("%zu files, %d comparisons, %d frames matched\n", files.size(), compared, matches);
  EXPECT_GE(files.size(), 30u);
  for (const char* expression : kExpressions) EXPECT_GT(by_expression[expression], 0) << expression;
}

}  // namespace
}  // namespace statewall
