#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall events: what happens to the connections of a firewall that runs.

namespace statewall {
namespace {

int run(const ControlOptions& control) {
  const ControlRequest request = control.request("events");
  return follow_firewall(control.socket, request);
}

}  // namespace

Run add_events(CLI::App& app) {
  const auto control = std::make_shared<ControlOptions>();
  control->add_filters_to(app);
  control->add_field_to(app, "-e,--kinds", "kinds", "Of these alone: new, update, destroy")
      ->type_name("LIST");
  control
      ->add_field_to(app, "-o,--output", "output",
                     "As conntrack -E prints them, with these: extended, id, timestamp")
      ->type_name("LIST");
  control->add_json_to(app);
  control->add_socket_to(app);
  app.footer("Example: statewall events --kinds destroy -p icmp");
  return [control] { return run(*control); };
}

}  // namespace statewall
