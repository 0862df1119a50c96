#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall save: makes a firewall that runs save its state.

namespace statewall {

Run add_save(CLI::App& app) {
  const auto control = std::make_shared<ControlOptions>();
  control->add_socket_to(app);
  app.footer("Example: statewall save");
  return [control] { return run_request(control->socket, control->request("save")); };
}

}  // namespace statewall
