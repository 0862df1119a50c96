#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall events: what happens to the connections of a firewall that runs.

namespace statewall {
namespace {

struct Arguments {
  ControlOptions control;
  bool json = false;
};

int run(const Arguments& arguments) {
  ControlRequest request = arguments.control.request("events");
  if (arguments.json) request.fields.push_back({"format", "json"});
  return follow_firewall(arguments.control.socket, request);
}

}  // namespace

Run add_events(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  ControlOptions& control = arguments->control;
  control.add_filters_to(app);
  control.add_field_to(app, "-e,--kinds", "kinds", "Of these alone: new, update, destroy")
      ->type_name("LIST");
  control
      .add_field_to(app, "-o,--output", "output",
                    "As conntrack -E prints them, with these: extended, id, timestamp")
      ->type_name("LIST");
  app.add_flag("--json", arguments->json, "Print JSON Lines (see docs/control.md)");
  control.add_socket_to(app);
  app.footer("Example: statewall events --kinds destroy -p icmp");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
