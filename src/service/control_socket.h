#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "statewall/result.h"
#include "system/descriptor.h"

// Unix stream sockets with a name.

namespace statewall {

/// A name in the file system at which somebody listens, taken away with its owner.
class ListeningSocket {
 public:
  ListeningSocket() = default;
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&& other) noexcept;
  ~ListeningSocket();

  /// See ControlServer::open. It does not block.
  static Result<ListeningSocket> open(const std::string& path, mode_t mode,
                                      std::optional<gid_t> group);

  int number() const { return socket_.number(); }

 private:
  Descriptor socket_;
  std::string path_;
  dev_t device_ = 0;  ///< of the name, as it was made: others may have another there by now
  ino_t inode_ = 0;
};

/// Connects, and waits for that. Errors say what to do about them.
Result<Descriptor> connect_to_firewall(const std::string& path);

}  // namespace statewall
