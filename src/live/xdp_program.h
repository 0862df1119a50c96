#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// The program at an interface that gives what each queue receives to its AF_XDP socket. It is gone
/// from the interface when this object is, or its process, however that ends. Thread-safe.
class XdpProgram {
 public:
  static Result<std::shared_ptr<XdpProgram>> load(const std::string& interface, unsigned queues);

  /// Attaches it, unless it is already; to a new interface of that name, if the old one is gone.
  std::optional<Error> attach();

  /// Where the sockets are entered, by their queue.
  int sockets() const { return sockets_.number(); }

 private:
  XdpProgram(std::string interface, Descriptor sockets, Descriptor program)
      : interface_(std::move(interface)),
        sockets_(std::move(sockets)),
        program_(std::move(program)) {}

  const std::string interface_;
  const Descriptor sockets_, program_;
  std::mutex mutex_;
  Descriptor link_;
  unsigned index_ = 0;
};

}  // namespace statewall
