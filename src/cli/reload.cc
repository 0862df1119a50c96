#include <memory>

#include "cli/command.h"
#include "cli/control_options.h"

// statewall reload: makes a firewall that runs read its rules anew.

namespace statewall {

Run add_reload(CLI::App& app) {
  const auto control = std::make_shared<ControlOptions>();
  control->add_socket_to(app);
  app.footer("Example: statewall reload");
  return [control] { return run_request(control->socket, control->request("reload")); };
}

}  // namespace statewall
