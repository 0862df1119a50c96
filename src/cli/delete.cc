#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall delete: ends connections of a firewall that runs.

namespace statewall {
namespace {

int run(const ControlOptions& control) {
  const ControlRequest request = control.request("delete");
  if (request.fields.empty()) {
    return fail(
        {ErrorKind::usage, "", "say which connections to delete; statewall flush deletes all"});
  }
  return run_deletion(control.socket, request);
}

}  // namespace

Run add_delete(CLI::App& app) {
  const auto control = std::make_shared<ControlOptions>();
  control->add_filters_to(app);
  control->add_socket_to(app);
  app.footer("Example: statewall delete -p tcp --dport 22 --state SYN_SENT");
  return [control] { return run(*control); };
}

}  // namespace statewall
