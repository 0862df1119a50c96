#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"
#include "report/quantity.h"

// statewall list: the connections of a firewall that runs.

namespace statewall {
namespace {

int run(const ControlOptions& control) {
  const ControlRequest request = control.request("list");
  Output out;
  const auto count = ask_firewall(control.socket, request, out);
  if (!count) return out.finish(fail(count.error()));
  if (!out.broken()) {
    fmt::print(stderr, "statewall list: {}\n", quantity(*count, "connection", "connections"));
  }
  return out.finish(kExitSuccess);
}

}  // namespace

Run add_list(CLI::App& app) {
  const auto control = std::make_shared<ControlOptions>();
  control->add_filters_to(app);
  CLI::Option* format = control->add_field_to(
      app, "--format", "format", "conntrack (default), nf_conntrack, ip_conntrack, tutorial, json");
  format->type_name("FORMAT");
  control->add_field_to(app, "-o,--output", "output", "conntrack's: extended, id; with commas")
      ->type_name("LIST");
  control->add_json_to(app);
  control->add_socket_to(app);
  app.footer("Example: statewall list -p icmp -s 10.0.0.0/8 --state UNREPLIED");
  return [control] { return run(*control); };
}

}  // namespace statewall
