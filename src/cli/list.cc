#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"
#include "report/quantity.h"

// statewall list: the connections of a firewall that runs.

namespace statewall {
namespace {

struct Arguments {
  ControlOptions control;
  bool json = false;
};

int run(const Arguments& arguments) {
  ControlRequest request = arguments.control.request("list");
  if (arguments.json) request.fields.push_back({"format", "json"});
  Output out;
  const auto count = ask_firewall(arguments.control.socket, request, out);
  if (!count) return out.finish(fail(count.error()));
  if (!out.broken()) {
    fmt::print(stderr, "statewall list: {}\n", quantity(*count, "connection", "connections"));
  }
  return out.finish(kExitSuccess);
}

}  // namespace

Run add_list(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  ControlOptions& control = arguments->control;
  control.add_filters_to(app);
  CLI::Option* format = control.add_field_to(
      app, "--format", "format", "conntrack (default), nf_conntrack, ip_conntrack, tutorial, json");
  format->type_name("FORMAT");
  control.add_field_to(app, "-o,--output", "output", "conntrack's: extended, id; with commas")
      ->type_name("LIST");
  app.add_flag("--json", arguments->json, "Print JSON Lines (see docs/control.md)");
  control.add_socket_to(app);
  app.footer("Example: statewall list -p icmp -s 10.0.0.0/8 --state UNREPLIED");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
