#include "service/control_client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "kernel/failure.h"
#include "rules/text.h"
#include "service/control_socket.h"

namespace statewall {
namespace {

/// `data` as lines of data and their end.
std::string lines_of_data(std::string_view data) {
  Buffer out;
  while (!data.empty()) {
    const std::size_t newline = std::min(data.find('\n'), data.size());
    append_control_line(out, ControlMark::data, data.substr(0, newline));
    data.remove_prefix(std::min(newline + 1, data.size()));
  }
  append_control_line(out, ControlMark::end, "");
  return fmt::to_string(out);
}

}  // namespace

Result<ControlClient> ControlClient::connect(const std::string& path) {
  Result<Descriptor> socket = connect_to_firewall(path);
  if (!socket) return socket.error();
  return ControlClient(std::move(*socket));
}

Result<std::uint64_t> ControlClient::ask(const ControlRequest& request, const TakeLine& take) {
  if (const auto error = send(request)) return *error;
  return answer(take);
}

Result<std::uint64_t> ControlClient::ask(const ControlRequest& request, std::string_view data,
                                         const TakeLine& take) {
  if (const auto error = send(request)) return *error;
  // A firewall that takes no more says why before it hangs up.
  (void)send_text(lines_of_data(data));
  return answer(take);
}

std::optional<Error> ControlClient::send(const ControlRequest& request) {
  const std::string line = request_line(request) + "\n";
  if (line.size() > kLongestRequest) {
    return Error{ErrorKind::usage, "", "the request is too long"};
  }
  return send_text(line);
}

std::optional<Error> ControlClient::send_text(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return system_failure("the firewall takes no request", errno);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return std::nullopt;
}

Result<bool> ControlClient::read(const TakeLine& take) {
  std::array<char, std::size_t{1} << 16> room;
  ssize_t got = 0;
  do {
    got = ::recv(socket_.number(), room.data(), room.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return system_failure("the firewall hung up", errno);
  if (got == 0) return false;
  input_.append(room.data(), static_cast<std::size_t>(got));
  std::size_t taken = 0;
  bool more = true;
  for (std::size_t newline; more && (newline = input_.find('\n', taken)) != input_.npos;) {
    const auto line = parse_control_line(std::string_view(input_).substr(taken, newline - taken));
    if (!line) return failure("this is no firewall, or one of another version");
    more = take(*line);
    taken = newline + 1;
  }
  input_.erase(0, taken);
  return true;
}

Result<std::uint64_t> ControlClient::answer(const TakeLine& take) {
  std::optional<Result<std::uint64_t>> outcome;
  while (!outcome) {
    const Result<bool> more = read([&](const ControlLine& line) {
      if (line.mark == ControlMark::error) {
        outcome.emplace(parse_error_text(line.text));
      } else if (line.mark == ControlMark::end) {
        outcome.emplace(rules::parse_decimal(line.text, ~std::uint64_t{0}).value_or(0));
      } else if (!take(line)) {
        outcome.emplace(std::uint64_t{0});
      }
      return !outcome;
    });
    if (outcome) break;
    if (!more) return more.error();
    if (!*more) return failure("the firewall hung up before it had answered");
  }
  return *outcome;
}

}  // namespace statewall
