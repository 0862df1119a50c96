#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "service/metrics.h"
#include "statewall/result.h"

// HTTP, with threads of its own: /metrics for Prometheus (/metrics?rules=1 with what each rule
// counted), and /healthz for a load balancer: 200, or 503 where a worker does not work. Nobody
// has to show who he is, so that it belongs at an address that only the right ones reach.

namespace statewall {

/// Is it "ADDRESS:PORT", as 127.0.0.1:9632 or [::1]:9632?
bool is_listen_address(std::string_view text);

class MetricsServer {
 public:
  /// Listens; the error of a port that is in use says so. REQUIRES: is_listen_address(address), and
  /// that the metrics outlive the server. Its threads have the privileges of the caller's.
  static Result<std::unique_ptr<MetricsServer>> open(const std::string& address,
                                                     const Metrics& metrics);
  ~MetricsServer();  ///< waits for those who are served, and two seconds at most for others
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

 private:
  MetricsServer() = default;
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace statewall
