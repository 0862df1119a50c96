#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/control_options.h"
#include "kernel/conntrack_socket.h"
#include "replay/text_file.h"

// statewall import: brings connections to a firewall that runs.

namespace statewall {
namespace {

struct Arguments {
  ControlOptions control;
  std::string file;
  bool kernel = false;
};

/// The table of this machine's kernel, a line a connection.
Result<std::string> kernel_table() {
  Result<ConntrackSocket> socket = ConntrackSocket::open();
  if (!socket) return socket.error();
  const Result<std::vector<std::string>> lines = socket->list();
  if (!lines) return lines.error();
  std::string text;
  for (const std::string& line : *lines) text.append(line).append("\n");
  return text;
}

int run(const Arguments& arguments) {
  if (arguments.kernel != arguments.file.empty()) {
    return fail({ErrorKind::usage, "", "name a FILE, or --kernel"});
  }
  const Result<std::string> table =
      arguments.kernel ? kernel_table() : read_text_file(arguments.file);
  if (!table) return fail(table.error());
  Output out;
  const ControlRequest request = arguments.control.request("import");
  const auto done = ask_firewall(arguments.control.socket, request, out, *table);
  return out.finish(done ? int{kExitSuccess} : fail(done.error()));
}

}  // namespace

Run add_import(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file,
                 "Connections, as conntrack -L prints them; - is standard input")
      ->type_name("");
  app.add_flag("--kernel", arguments->kernel, "Those of this machine's kernel, as root");
  arguments->control.add_socket_to(app);
  app.footer("Example: conntrack -L | statewall import -");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
