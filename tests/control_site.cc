#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "live/engine.h"
#include "rules/loader.h"
#include "service/control_server.h"

// For tests of the commands that ask a firewall: an engine without traffic of its own.
//
//     control_site SOCKET [RULES]
//
// takes IP packets from standard input, a line of hexadecimal digits each, and says "pass", "drop",
// "hold" or "no rules" to each. It ends with its input.

namespace {

using namespace statewall;

struct Sink final : FrameSink {
  Fate fate = Fate::drop;
  void decided(std::size_t, const LiveOutcome& outcome) override { fate = outcome.fate; }
  void answer(std::size_t, const Packet&, std::span<const std::uint8_t>) override {}
};

void pass(Engine& engine, const std::string& digits) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  LiveFrame frame;
  frame.bytes = bytes;
  frame.link = LinkType::raw;
  Sink sink;
  engine.worker(0).handle({&frame, 1}, sink);
  constexpr const char* kWords[] = {"pass", "drop", "hold", "no rules"};
  std::cout << kWords[static_cast<std::size_t>(sink.fate)] << std::endl;
}

/// Hands on what a line complete at standard input says. False at its end.
bool read_packets(Engine& engine, std::string& input) {
  char room[65536];
  const ssize_t got = ::read(STDIN_FILENO, room, sizeof room);
  if (got <= 0) return false;
  input.append(room, static_cast<std::size_t>(got));
  for (std::size_t newline; (newline = input.find('\n')) != input.npos;) {
    pass(engine, input.substr(0, newline));
    input.erase(0, newline + 1);
  }
  return true;
}

LiveRules rules_of(const char* file) {
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  LiveRules rules;
  rules.ipv4 = rules::load(text, file, {Family::ipv4, false}).ruleset;
  return rules;
}

ControlHandlers handlers() {
  ControlHandlers handlers;
  handlers.reload = []() -> std::optional<Error> {
    return Error{ErrorKind::input, "office.rules:12:9", "unknown match 'sate'"};
  };
  handlers.save = []() -> std::optional<Error> { return std::nullopt; };
  handlers.import = [](std::string_view lines) -> Result<std::string> {
    return std::to_string(std::count(lines.begin(), lines.end(), '\n')) + " lines";
  };
  return handlers;
}

}  // namespace

int main(int argc, char** argv) {
  EngineConfig config;
  config.profile.acct = 1;
  const auto engine = Engine::create(config);
  if (!engine || argc < 2) return 1;
  if (argc > 2) (*engine)->install(rules_of(argv[2]));
  ControlServer server(**engine, handlers());
  if (const auto error = server.open(argv[1])) {
    std::cerr << error->text() << "\n";
    return 1;
  }
  std::cout << "ready" << std::endl;
  std::string input;
  for (bool more = true; more;) {
    pollfd both[] = {{server.descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    ::poll(both, 2, -1);
    if (both[0].revents) server.serve();
    if (both[1].revents) more = read_packets(**engine, input);
  }
}
