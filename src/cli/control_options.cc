#include "cli/control_options.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "report/quantity.h"
#include "rules/text.h"
#include "service/connection_filter.h"

namespace statewall {
namespace {

constexpr std::string_view kLost = "lost ";

/// What a notice tells a person; empty for nothing.
std::string notice_text(std::string_view notice) {
  if (notice == "following") return {};
  if (!notice.starts_with(kLost)) return std::string(notice);
  const auto lost = rules::parse_decimal(notice.substr(kLost.size()), ~std::uint64_t{0});
  return quantity(lost.value_or(0), "line", "lines") + " missing here: there was no time to tell";
}

void print(const ControlLine& line, std::string_view command, Output& out) {
  if (line.mark == ControlMark::data) {
    append(out.buffer(), line.text);
    out.line_done();
    return;
  }
  const std::string text = notice_text(line.text);
  if (text.empty()) return;
  out.flush();
  fmt::print(stderr, "statewall {}: {}\n", command, text);
}

/// Waits for something to read. False if nobody reads the output any more.
bool wait_for(const ControlClient& client) {
  pollfd both[] = {{client.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
  while (::poll(both, 2, -1) < 0 && errno == EINTR) {
  }
  return (both[1].revents & (POLLERR | POLLHUP)) == 0;
}

}  // namespace

void ControlOptions::add_socket_to(CLI::App& app) {
  app.add_option("--socket", socket, fmt::format("Where it listens ({})", kControlPath))
      ->type_name("PATH");
}

void ControlOptions::add_json_to(CLI::App& app) {
  app.add_flag("--json", json_, "Print JSON Lines (see docs/control.md)");
}

CLI::Option* ControlOptions::add_field_to(CLI::App& app, std::string option, std::string key,
                                          std::string help) {
  Given& given = given_.emplace_back(Given{nullptr, std::move(key), {}});
  given.option = app.add_option(std::move(option), given.value, std::move(help));
  return given.option;
}

void ControlOptions::add_filters_to(CLI::App& app) {
  for (const FilterKey& key : filter_keys()) {
    const std::string name(key.name);
    const std::string letter = key.letter ? fmt::format("-{},", key.letter) : "";
    CLI::Option* option = add_field_to(app, letter + "--" + name, name, std::string(key.help));
    option->type_name(std::string(key.value));
    // A screen has room for the usual ones; the manual tells of all.
    if (key.help.empty()) option->group("");
  }
}

ControlRequest ControlOptions::request(std::string_view command) const {
  ControlRequest request{std::string(command), {}};
  for (const Given& given : given_) {
    if (given.option->count() != 0) request.fields.push_back({given.key, given.value});
  }
  if (json_) request.fields.push_back({"format", "json"});
  return request;
}

Result<std::uint64_t> ask_firewall(const std::string& socket, const ControlRequest& request,
                                   Output& out, std::optional<std::string_view> data) {
  Result<ControlClient> client = ControlClient::connect(socket);
  if (!client) return client.error();
  const auto take = [&](const ControlLine& line) {
    print(line, request.command, out);
    return !out.broken();
  };
  const auto count = data ? client->ask(request, *data, take) : client->ask(request, take);
  out.flush();
  return count;
}

int follow_firewall(const std::string& socket, const ControlRequest& request) {
  Result<ControlClient> client = ControlClient::connect(socket);
  if (!client) return fail(client.error());
  if (const auto error = client->send(request)) return fail(*error);
  Output out;
  std::optional<Error> error;
  while (!error && !out.broken() && wait_for(*client)) {
    const Result<bool> more = client->read([&](const ControlLine& line) {
      if (line.mark == ControlMark::error) error = parse_error_text(line.text);
      if (!error) print(line, request.command, out);
      return !error;
    });
    out.flush();
    if (!more) error = error.value_or(more.error());
    if (more && !*more && !error) error = Error{ErrorKind::runtime, "", "the firewall has ended"};
  }
  return out.finish(error ? fail(*error) : int{kExitSuccess});
}

int run_deletion(const std::string& socket, const ControlRequest& request) {
  Output out;
  const auto count = ask_firewall(socket, request, out);
  if (!count) return out.finish(fail(count.error()));
  fmt::print(stderr, "statewall {}: {} deleted\n", request.command,
             quantity(*count, "connection", "connections"));
  return out.finish(kExitSuccess);
}

int run_request(const std::string& socket, const ControlRequest& request) {
  Output out;
  const auto done = ask_firewall(socket, request, out);
  return out.finish(done ? int{kExitSuccess} : fail(done.error()));
}

}  // namespace statewall
