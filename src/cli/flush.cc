#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall flush: ends all connections of a firewall that runs.

namespace statewall {
namespace {

struct Arguments {
  ControlOptions control;
  bool yes = false;
};

/// Asks a person. Anything but y is a no.
bool confirmed(const std::string& socket) {
  fmt::print(stderr, "End all connections of the firewall at {}? [y/N] ", socket);
  std::fflush(stderr);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

int run(const Arguments& arguments) {
  const std::string& socket = arguments.control.socket;
  if (!arguments.yes) {
    if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
      return fail({ErrorKind::usage, "", "there is no terminal to ask on: say --yes"});
    }
    if (!confirmed(socket)) return kExitSuccess;
  }
  return run_deletion(socket, arguments.control.request("flush"));
}

}  // namespace

Run add_flush(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_flag("--yes", arguments->yes, "Do not ask");
  arguments->control.add_socket_to(app);
  app.footer("Example: statewall flush --yes");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
