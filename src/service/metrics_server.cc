#include "service/metrics_server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "kernel/failure.h"
#include "rules/text.h"
#include "system/descriptor.h"

namespace statewall {
namespace {

struct ListenAddress {
  sockaddr_storage bytes{};
  socklen_t length = 0;
};

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto number = rules::parse_decimal(text.substr(colon + 1), 0xffff);
  if (!number || *number == 0) return std::nullopt;
  const in_port_t port = htons(static_cast<std::uint16_t>(*number));
  std::string host(text.substr(0, colon));
  ListenAddress address;
  if (host.starts_with('[') && host.ends_with(']')) {
    auto& six = reinterpret_cast<sockaddr_in6&>(address.bytes);
    host = host.substr(1, host.size() - 2);
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    address.length = sizeof six;
    if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1) return address;
  } else {
    auto& four = reinterpret_cast<sockaddr_in&>(address.bytes);
    four.sin_family = AF_INET;
    four.sin_port = port;
    address.length = sizeof four;
    if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) return address;
  }
  return std::nullopt;
}

/// Why nobody can listen there, which the HTTP server does not tell.
std::optional<Error> try_address(const std::string& text) {
  const auto address = parse_listen_address(text);
  if (!address) return Error{ErrorKind::usage, "metrics.listen", "expected ADDRESS:PORT"};
  const Descriptor socket(::socket(address->bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // As the server will: connections that were closed a moment ago are not in the way.
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto* const name = reinterpret_cast<const sockaddr*>(&address->bytes);
  if (::bind(socket.number(), name, address->length) == 0 && ::listen(socket.number(), 1) == 0) {
    return std::nullopt;
  }
  return Error{ErrorKind::runtime, "metrics.listen",
               fmt::format("cannot listen at {}: {}", text, std::strerror(errno))};
}

int send(mg_connection* connection, int status, const char* type, std::string_view body) {
  mg_response_header_start(connection, status);
  mg_response_header_add(connection, "Content-Type", type, -1);
  mg_response_header_add(connection, "Content-Length", std::to_string(body.size()).c_str(), -1);
  mg_response_header_send(connection);
  if (std::string_view(mg_get_request_info(connection)->request_method) != "HEAD") {
    mg_write(connection, body.data(), body.size());
  }
  return status;
}

constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kExposition = "text/plain; version=0.0.4; charset=utf-8";

bool reads_only(mg_connection* connection) {
  const std::string_view method = mg_get_request_info(connection)->request_method;
  return method == "GET" || method == "HEAD";
}

int answer_metrics(mg_connection* connection, void* metrics) {
  if (!reads_only(connection)) return send(connection, 405, kText, "only GET\n");
  const char* const query = mg_get_request_info(connection)->query_string;
  const bool rules = query && std::string_view(query) == "rules=1";
  return send(connection, 200, kExposition, static_cast<const Metrics*>(metrics)->text(rules));
}

int answer_health(mg_connection* connection, void* metrics) {
  if (!reads_only(connection)) return send(connection, 405, kText, "only GET\n");
  const bool healthy = static_cast<const Metrics*>(metrics)->healthy();
  return healthy ? send(connection, 200, kText, "ok\n")
                 : send(connection, 503, kText, "a worker does not work\n");
}

int answer_unknown(mg_connection* connection, void*) {
  return send(connection, 404, kText, "there are /metrics and /healthz\n");
}

struct Path {
  const char* path;
  mg_request_handler handler;
};
// The longest that fits.
constexpr Path kPaths[] = {
    {"/metrics", answer_metrics}, {"/healthz", answer_health}, {"/", answer_unknown}};

int swallow(const mg_connection*, const char*) { return 1; }

}  // namespace

struct MetricsServer::Context {
  mg_callbacks callbacks{};
  mg_context* server = nullptr;
  ~Context() {
    if (server) mg_stop(server);
    mg_exit_library();
  }
};

bool is_listen_address(std::string_view text) { return parse_listen_address(text).has_value(); }

Result<std::unique_ptr<MetricsServer>> MetricsServer::open(const std::string& address,
                                                           const Metrics& metrics) {
  if (auto error = try_address(address)) return *error;
  // Those who are slow hold a thread for two seconds.
  const char* options[] = {"listening_ports",    address.c_str(), "num_threads", "2",
                           "request_timeout_ms", "2000",          nullptr};
  std::unique_ptr<MetricsServer> made(new MetricsServer);
  mg_init_library(0);
  made->context_ = std::make_unique<Context>();
  Context& context = *made->context_;
  context.callbacks.log_message = swallow;
  context.server = mg_start(&context.callbacks, nullptr, options);
  if (!context.server) return failure("cannot serve metrics at " + address);
  for (const Path& each : kPaths) {
    mg_set_request_handler(context.server, each.path, each.handler, const_cast<Metrics*>(&metrics));
  }
  return made;
}

MetricsServer::~MetricsServer() = default;

}  // namespace statewall
