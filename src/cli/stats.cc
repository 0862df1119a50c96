#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall stats: what a firewall that runs has counted.

namespace statewall {
namespace {

struct Arguments {
  ControlOptions control;
  bool rules = false;
};

int run(const Arguments& arguments) {
  ControlRequest request = arguments.control.request("stats");
  if (arguments.rules) request.fields.push_back({"rules", "yes"});
  return run_request(arguments.control.socket, request);
}

}  // namespace

Run add_stats(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_flag("--rules", arguments->rules,
               "And the rules with what each counted, as iptables-save -c prints them");
  arguments->control.add_json_to(app);
  arguments->control.add_socket_to(app);
  app.footer("Example: statewall stats --rules");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
