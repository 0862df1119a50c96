#include "service/control_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr int kBacklog = 64;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{ErrorKind::usage, path,
                 fmt::format("a socket's path has 1 to {} bytes", sizeof address.sun_path - 1)};
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

const sockaddr* plain(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Error at(const std::string& path, int number) {
  return {ErrorKind::runtime, path, std::strerror(number)};
}

Descriptor stream_socket(int flags) {
  return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

/// 0, or errno.
int try_to_connect(const sockaddr_un& address, const Descriptor& socket) {
  for (;;) {
    if (::connect(socket.number(), plain(address), sizeof address) == 0) return 0;
    if (errno != EINTR) return errno;
  }
}

/// Takes a name away at which nobody listens any more.
std::optional<Error> remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? std::nullopt : std::optional(at(path, errno));
  }
  if (!S_ISSOCK(found.st_mode)) return Error{ErrorKind::runtime, path, "is there, and no socket"};
  const int refused = try_to_connect(address, stream_socket(SOCK_NONBLOCK));
  if (refused == 0 || refused == EAGAIN) {
    return Error{ErrorKind::runtime, path, "another firewall answers there already"};
  }
  if (refused != ECONNREFUSED) return at(path, refused);
  if (::unlink(path.c_str()) != 0) return at(path, errno);
  return std::nullopt;
}

void make_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  // Where that fails, bind says why.
  if (slash != path.npos && slash != 0) ::mkdir(path.substr(0, slash).c_str(), 0755);
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept { *this = std::move(other); }

ListeningSocket& ListeningSocket::operator=(ListeningSocket&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

ListeningSocket::~ListeningSocket() {
  struct stat found {};
  if (path_.empty() || ::lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path_.c_str());
}

Result<ListeningSocket> ListeningSocket::open(const std::string& path, mode_t mode,
                                              std::optional<gid_t> group) {
  const auto address = address_of(path);
  if (!address) return address.error();
  make_folder_of(path);
  if (auto error = remove_stale(path, *address)) return *error;
  ListeningSocket made;
  made.socket_ = stream_socket(SOCK_NONBLOCK);
  if (!made.socket_) return system_failure("cannot make a socket", errno);
  if (::bind(made.number(), plain(*address), sizeof *address) != 0) return at(path, errno);
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return at(path, errno);
  made.path_ = path;
  made.device_ = found.st_dev;
  made.inode_ = found.st_ino;
  // Nobody can connect before it listens, whatever the mode was until here.
  const auto nobody = static_cast<uid_t>(-1);
  if (group && ::lchown(path.c_str(), nobody, *group) != 0) return at(path, errno);
  if (::chmod(path.c_str(), mode) != 0) return at(path, errno);
  if (::listen(made.number(), kBacklog) != 0) return at(path, errno);
  return made;
}

Result<Descriptor> connect_to_firewall(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  Descriptor socket = stream_socket(0);
  if (!socket) return system_failure("cannot make a socket", errno);
  switch (const int refused = try_to_connect(*address, socket)) {
    case 0: return socket;
    case ENOENT:
    case ECONNREFUSED:
    case ENOTDIR:
      return failure(fmt::format("no firewall runs at {} (is `statewall run` up?)", path));
    case EACCES:
    case EPERM:
      return failure(
          fmt::format("{}: you may not speak to this firewall; its owner and its group may", path));
    default: return at(path, refused);
  }
}

}  // namespace statewall
