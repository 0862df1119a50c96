#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "live/engine.h"
#include "require.h"
#include "service/control_protocol.h"
#include "service/control_server.h"

// Any bytes from a client of the control socket, as requests and as the lines of an import. What is
// answered are lines with a known mark, and a request that can be read is the same once it is
// written and read again.

namespace {

using namespace statewall;

constexpr int kRounds = 64;

std::unique_ptr<Engine> make_engine() {
  EngineConfig config;
  config.profile.max = 1024;
  config.profile.buckets = 256;
  config.profile.acct = 1;
  auto engine = Engine::create(config);
  STATEWALL_REQUIRE(static_cast<bool>(engine));
  return std::move(*engine);
}

struct Sink final : FrameSink {
  void decided(std::size_t, const LiveOutcome&) override {}
  void answer(std::size_t, const Packet&, std::span<const std::uint8_t>) override {}
};

void send_ping(Engine& engine) {
  // An echo request from 192.168.1.6 to 10.0.0.10.
  constexpr std::uint8_t kPing[] = {0x45, 0x00, 0x00, 0x1c, 0x00, 0x01, 0x00, 0x00, 0x40, 0x01,
                                    0xaf, 0x28, 0xc0, 0xa8, 0x01, 0x06, 0x0a, 0x00, 0x00, 0x0a,
                                    0x08, 0x00, 0xf7, 0xf7, 0x00, 0x07, 0x00, 0x01};
  LiveFrame frame;
  frame.bytes = kPing;
  frame.link = LinkType::raw;
  Sink sink;
  engine.worker(0).handle({&frame, 1}, sink);
}

void require_same_again(std::string_view line) {
  const Result<ControlRequest> read = parse_request(line);
  if (!read) return;
  const Result<ControlRequest> again = parse_request(request_line(*read));
  STATEWALL_REQUIRE(static_cast<bool>(again));
  STATEWALL_REQUIRE(*again == *read);
}

ControlHandlers handlers() {
  ControlHandlers handlers;
  handlers.reload = []() -> std::optional<Error> {
    return Error{ErrorKind::input, "fuzz:1", "no\nrules"};
  };
  handlers.import = [](std::string_view lines) -> Result<std::string> {
    STATEWALL_REQUIRE(lines.empty() || lines.back() == '\n');
    return std::string("taken\nall");
  };
  return handlers;
}

/// Reads what is there, and looks at each whole line. False at the end.
bool read_answer(int socket, std::string& text) {
  std::array<char, 65536> room;
  for (;;) {
    const ssize_t got = ::recv(socket, room.data(), room.size(), MSG_DONTWAIT);
    if (got <= 0) return got < 0;
    text.append(room.data(), static_cast<std::size_t>(got));
    for (std::size_t newline; (newline = text.find('\n')) != text.npos;) {
      const auto line = parse_control_line(std::string_view(text).substr(0, newline));
      STATEWALL_REQUIRE(line.has_value());
      if (line->mark == ControlMark::error) {
        STATEWALL_REQUIRE(!parse_error_text(line->text).text().empty());
      }
      text.erase(0, newline + 1);
    }
  }
}

bool works(const ControlServer& server) {
  pollfd ready{server.descriptor(), POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<Engine> engine = make_engine();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require_same_again(bytes.substr(0, bytes.find('\n')));

  ControlServer server(*engine, handlers());
  int ends[2];
  STATEWALL_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const Descriptor client(ends[0]);
  server.adopt(Descriptor(ends[1]));
  send_ping(*engine);
  // In two pieces, as a stream may bring them.
  std::string answer;
  const std::size_t half = size / 2;
  for (const std::string_view piece : {bytes.substr(0, half), bytes.substr(half)}) {
    (void)::send(client.number(), piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    for (int i = 0; i < kRounds && works(server); ++i) {
      server.serve();
      (void)read_answer(client.number(), answer);
      if (i == 2) send_ping(*engine);
    }
  }
  ::shutdown(client.number(), SHUT_WR);
  for (int i = 0; i < kRounds && works(server); ++i) server.serve();
  (void)read_answer(client.number(), answer);
  STATEWALL_REQUIRE(answer.empty());
  return 0;
}
