#include "service/control_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "service/testing.h"

namespace statewall {
namespace {

using testing::kA;
using testing::kB;
using testing::ping;
using testing::Site;

/// A server with a thread of its own, and a client of it.
class Client : public ::testing::Test {
 protected:
  Client() {
    std::string pattern = ::testing::TempDir() + "statewall-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    path = folder + "/statewall.sock";
    ControlHandlers handlers;
    handlers.import = [](std::string_view text) -> Result<std::string> {
      if (text.starts_with("bad")) return Error{ErrorKind::input, "line 1", "is bad"};
      return std::to_string(text.size()) + " bytes";
    };
    ControlLimits limits;
    limits.import = 1 << 20;
    server = std::make_unique<ControlServer>(site.engine(), handlers, limits);
    EXPECT_FALSE(server->open(path));
    thread = std::thread([this] {
      while (!stop) {
        pollfd ready{server->descriptor(), POLLIN, 0};
        ::poll(&ready, 1, 5);
        server->serve();
      }
    });
  }
  ~Client() override {
    stop = true;
    thread.join();
    server.reset();
    std::filesystem::remove_all(folder);
  }

  ControlClient connect() {
    Result<ControlClient> client = ControlClient::connect(path);
    EXPECT_TRUE(client);
    return std::move(*client);
  }
  bool take(const ControlLine& line) {
    lines.emplace_back(line.text);
    return true;
  }
  const ControlClient::TakeLine taker = [this](const ControlLine& line) { return take(line); };

  Site site;
  std::string folder, path;
  std::unique_ptr<ControlServer> server;
  std::atomic<bool> stop = false;
  std::thread thread;
  std::vector<std::string> lines;
};

TEST_F(Client, AsksAndCounts) {
  site.pass(ping(kA, kB));
  ControlClient client = connect();
  for (int i = 0; i < 2; ++i) {
    const auto count = client.ask({"list", {{"proto", "icmp"}}}, taker);
    ASSERT_TRUE(count);
    EXPECT_EQ(*count, 1u);
  }
  EXPECT_EQ(lines.size(), 2u);
}

TEST_F(Client, ErrorsOfTheFirewallAreErrors) {
  const auto count = connect().ask({"list", {{"proto", "tpc"}}}, taker);
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().kind, ErrorKind::usage);
  EXPECT_EQ(count.error().text(), "proto: unknown protocol 'tpc'; did you mean 'tcp'?");
}

TEST_F(Client, StopsWhenNothingMoreIsWanted) {
  site.pass(ping(kA, kB));
  const auto count = connect().ask({"events", {}}, [](const ControlLine&) { return false; });
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 0u);
}

TEST_F(Client, BringsLines) {
  ControlClient client = connect();
  ASSERT_TRUE(client.ask({"import", {}}, "one\ntwo", taker));
  EXPECT_EQ(lines, std::vector<std::string>{"8 bytes"});
  EXPECT_EQ(client.ask({"import", {}}, "bad\n", taker).error().text(), "line 1: is bad");
}

TEST_F(Client, HearsWhyItsLinesAreNotTaken) {
  std::string many;
  for (int i = 0; i < 40'000; ++i) many += "a line that is fifty bytes long, or nearly so......\n";
  const auto count = connect().ask({"import", {}}, many, taker);
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().text(), "more than 1048576 bytes are too much for one import");
}

TEST_F(Client, WhereNoFirewallRunsThatIsSaid) {
  const auto client = ControlClient::connect(folder + "/other.sock");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().text(),
            "no firewall runs at " + folder + "/other.sock (is `statewall run` up?)");
}

/// What a client makes of bytes that are no answer.
Error error_of_answer(std::string_view answer) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const Descriptor server(ends[1]);
  ControlClient client{Descriptor(ends[0])};
  EXPECT_EQ(::send(server.number(), answer.data(), answer.size(), 0),
            static_cast<ssize_t>(answer.size()));
  ::shutdown(server.number(), SHUT_WR);
  const auto count = client.ask({"list", {}}, [](const ControlLine&) { return true; });
  return count ? Error{} : count.error();
}

TEST(ControlClient, OtherAnswersAreErrors) {
  EXPECT_EQ(error_of_answer("HTTP/1.1 200 OK\n").text(),
            "this is no firewall, or one of another version");
  EXPECT_EQ(error_of_answer("= one\n= tw").text(), "the firewall hung up before it had answered");
}

TEST(ControlClient, ARequestThatIsTooLongIsNotSent) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const Descriptor server(ends[1]);
  ControlClient client{Descriptor(ends[0])};
  const auto error = client.send({"list", {{"proto", std::string(5000, 'x')}}});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::usage);
}

}  // namespace
}  // namespace statewall
