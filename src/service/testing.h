#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firewall/testing.h"
#include "live/engine.h"
#include "service/control_server.h"

// For tests of what operates an engine: an engine with rules, to which packets come, and clients of
// its control socket.

namespace statewall::testing {

/// An engine that stands where a Gate stands.
class Site {
 public:
  explicit Site(std::string_view rules = "", const Profile& profile = linux_6(),
                unsigned workers = 1) {
    Profile counting = profile;
    counting.acct = 1;
    auto created = Engine::create({.profile = counting, .workers = workers, .hash_key = {1, 2}});
    EXPECT_TRUE(created);
    engine_ = std::move(*created);
    install(rules);
  }

  void install(std::string_view rules) {
    LiveRules live;
    if (!rules.empty()) live.ipv4 = ruleset(rules);
    live.topology = Gate::topology();
    engine_->install(std::move(live));
  }

  Fate pass(const Octets& ip, unsigned worker = 0) {
    struct Sink final : FrameSink {
      Fate fate = Fate::drop;
      void decided(std::size_t, const LiveOutcome& outcome) override { fate = outcome.fate; }
      void answer(std::size_t, const Packet&, std::span<const std::uint8_t>) override {}
    } sink;
    LiveFrame frame;
    frame.bytes = ip;
    frame.link = LinkType::raw;
    engine_->worker(worker).handle({&frame, 1}, sink);
    return sink.fate;
  }

  Engine& engine() { return *engine_; }

 private:
  std::unique_ptr<Engine> engine_;
};

/// A client that a server was given, in the same thread.
class Asker {
 public:
  explicit Asker(ControlServer& server) : server_(server) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    socket_ = Descriptor(ends[0]);
    server.adopt(Descriptor(ends[1]));
  }

  void send(std::string_view text) {
    EXPECT_EQ(::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  /// Lets the server work until this client can read, or for so many milliseconds.
  bool wait(int milliseconds = 20'000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    do {
      pollfd both[] = {{server_.descriptor(), POLLIN, 0}, {socket_.number(), POLLIN, 0}};
      ::poll(both, 2, 5);
      if (both[0].revents) server_.serve();
      if (both[1].revents) return true;
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  /// The next line, without its newline; "(end)" when the server hung up, "(nothing)" if none
  /// comes.
  std::string line(int milliseconds = 20'000) {
    for (;;) {
      const std::size_t newline = input_.find('\n');
      if (newline != input_.npos) {
        const std::string text = input_.substr(0, newline);
        input_.erase(0, newline + 1);
        return text;
      }
      if (!wait(milliseconds)) return "(nothing)";
      char room[4096];
      const ssize_t got = ::recv(socket_.number(), room, sizeof room, MSG_DONTWAIT);
      if (got <= 0) return "(end)";
      input_.append(room, static_cast<std::size_t>(got));
    }
  }

  /// All lines of an answer.
  std::vector<std::string> ask(std::string_view request) {
    send("statewall/1 " + std::string(request) + "\n");
    return answer();
  }
  std::vector<std::string> answer() {
    std::vector<std::string> lines;
    do {
      lines.push_back(line());
    } while (lines.back().starts_with("=") || lines.back().starts_with("#"));
    return lines;
  }

  int number() const { return socket_.number(); }
  void hang_up() { socket_ = Descriptor(); }

 private:
  ControlServer& server_;
  Descriptor socket_;
  std::string input_;
};

using Lines = std::vector<std::string>;

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// An engine and a server of its control socket.
class Served : public ::testing::Test {
 protected:
  /// So many connections of UDP, whose ports count.
  void open_many(int count) {
    for (int i = 0; i < count; ++i) {
      site.pass(datagram(kA, kB, static_cast<std::uint16_t>(1000 + i), 53));
    }
  }

  Site site;
  ControlServer server{site.engine()};
};

}  // namespace statewall::testing
