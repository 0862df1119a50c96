#pragma once

#include <optional>

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// A network namespace of our own: devices, addresses, rules, connections and switches that nothing
/// else on this machine sees. Nothing names it, so the kernel removes it, with all that is in it,
/// when the last descriptor that belongs to it is closed: at the latest with the process, however
/// that ends.
class NetworkNamespace {
 public:
  /// The calling thread stays where it is.
  static Result<NetworkNamespace> create();

  /// While it lives the calling thread is in the namespace: sockets and files of /proc that it
  /// opens belong there, and go on doing so afterwards.
  class Visit {
   public:
    /// REQUIRES: the namespace outlives the visit.
    static Result<Visit> begin(const NetworkNamespace& where);
    Visit(Visit&&) noexcept = default;
    Visit& operator=(Visit&&) noexcept = default;
    ~Visit();

   private:
    explicit Visit(Descriptor home) : home_(std::move(home)) {}
    Descriptor home_;
  };

 private:
  explicit NetworkNamespace(Descriptor handle) : handle_(std::move(handle)) {}

  Descriptor handle_;
};

}  // namespace statewall
