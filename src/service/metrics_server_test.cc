#include "service/metrics_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "service/testing.h"

namespace statewall::testing {
namespace {

constexpr std::string_view kRules =
    "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p icmp -j DROP\nCOMMIT\n";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A port of 127.0.0.1 that somebody listens at.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.number(), name, length), 0);
    EXPECT_EQ(::listen(socket_.number(), 1), 0);
    ::getsockname(socket_.number(), name, &length);
    port = ntohs(address.sin_port);
  }

  std::uint16_t port = 0;

 private:
  Descriptor socket_;
};

std::uint16_t free_port() { return Listener().port; }

/// All that a server answers.
std::string ask(std::uint16_t port, const std::string& request) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  const std::string whole = request + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_EQ(::send(socket.number(), whole.data(), whole.size(), 0),
            static_cast<ssize_t>(whole.size()));
  std::string all;
  char room[4096];
  for (ssize_t got; (got = ::recv(socket.number(), room, sizeof room, 0)) > 0;) {
    all.append(room, static_cast<std::size_t>(got));
  }
  return all;
}

/// A firewall whose metrics are served. One for all tests, since it takes a while to end.
class Serving : public ::testing::Test {
 protected:
  struct Firewall {
    Site site{kRules};
    DaemonCounters daemon;
    QueueTable queues;
    std::atomic<bool> works = true;
    Metrics metrics{
        MetricsSources{site.engine(), daemon, queues, {}, [this] { return works.load(); }}};
    const std::uint16_t port = free_port();
    const std::string address = "127.0.0.1:" + std::to_string(port);
    Result<std::unique_ptr<MetricsServer>> server = MetricsServer::open(address, metrics);
  };

  static void SetUpTestSuite() { firewall = std::make_unique<Firewall>(); }
  static void TearDownTestSuite() { firewall.reset(); }
  void SetUp() override { ASSERT_TRUE(firewall->server) << firewall->server.error().text(); }

  static std::string get(const std::string& path) { return ask(firewall->port, "GET " + path); }

  static inline std::unique_ptr<Firewall> firewall;
};

TEST_F(Serving, Metrics) {
  firewall->site.pass(ping(kA, kB));
  const std::string answer = get("/metrics");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(contains(answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_TRUE(contains(answer, "\n# HELP statewall_connections "));
  EXPECT_TRUE(contains(answer, "\n# TYPE statewall_packets_total counter\n"));
  EXPECT_TRUE(contains(answer, "\nstatewall_verdicts_total{verdict=\"DROP\"} 1\n"));
  EXPECT_FALSE(contains(answer, "statewall_rule_"));
}

TEST_F(Serving, MetricsOfRules) {
  EXPECT_TRUE(contains(get("/metrics?rules=1"), "\nstatewall_rule_packets_total{"));
  EXPECT_FALSE(contains(get("/metrics?rules=0"), "statewall_rule_"));
}

TEST_F(Serving, Health) {
  EXPECT_TRUE(get("/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
  firewall->works = false;
  EXPECT_TRUE(get("/healthz").starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(get("/metrics").starts_with("HTTP/1.1 200 "));
  firewall->works = true;
}

TEST_F(Serving, HeadHasNoBody) {
  const std::string answer = ask(firewall->port, "HEAD /metrics");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Serving, NothingElse) {
  for (const char* path : {"/", "/metric", "/etc/passwd", "/../etc/passwd"}) {
    EXPECT_TRUE(get(path).starts_with("HTTP/1.1 404 ")) << path;
  }
  EXPECT_TRUE(ask(firewall->port, "DELETE /metrics").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(ask(firewall->port, "POST /healthz").starts_with("HTTP/1.1 405 "));
}

TEST_F(Serving, AnotherFirewallAtThePortIsTold) {
  const auto second = MetricsServer::open(firewall->address, firewall->metrics);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().where, "metrics.listen");
  EXPECT_EQ(second.error().message,
            "cannot listen at " + firewall->address + ": Address already in use");
}

TEST_F(Serving, ThePortIsFreeBehindIt) {
  const std::string address = "127.0.0.1:" + std::to_string(free_port());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(MetricsServer::open(address, firewall->metrics));
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  for (const char* good : {"127.0.0.1:9632", "0.0.0.0:1", "[::1]:65535", "[::]:9632"}) {
    EXPECT_TRUE(is_listen_address(good)) << good;
  }
  for (const char* bad : {"", "9632", ":9632", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "::1:80",
                          "127.0.0.1:65536", "127.0.0.1:80s", "localhost:80", "[::1:80",
                          "127.0.0.1:80,127.0.0.2:80", "[127.0.0.1]:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(is_listen_address(bad)) << bad;
  }
}

}  // namespace
}  // namespace statewall::testing
