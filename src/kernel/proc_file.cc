#include "kernel/proc_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/failure.h"
#include "system/descriptor.h"

namespace statewall {

std::optional<Error> write_setting(const std::string& path, const std::string& value) {
  const std::string whole = "/proc/sys/" + path;
  const Descriptor file(::open(whole.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return system_failure("cannot open " + whole, errno);
  const ssize_t written = ::write(file.number(), value.data(), value.size());
  if (written < 0) return system_failure("cannot write " + value + " to " + whole, errno);
  return std::nullopt;
}

Result<std::string> read_proc_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_failure("cannot open " + path, errno);
  std::string all;
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  for (;;) {
    const std::size_t held = all.size();
    all.resize(held + kChunk);
    const ssize_t got = ::read(file.number(), all.data() + held, kChunk);
    if (got < 0 && errno == EINTR) {
      all.resize(held);
      continue;
    }
    if (got < 0) return system_failure("cannot read " + path, errno);
    all.resize(held + static_cast<std::size_t>(got));
    if (got == 0) return all;
  }
}

}  // namespace statewall
