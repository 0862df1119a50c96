#include "cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace statewall {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr int kEnds[] = {SIGINT, SIGTERM, SIGHUP};

/// The temporary file of the process, for signals: they can ask no object. Empty: there is none.
char temporary_of_process[PATH_MAX];
struct sigaction actions_before[std::size(kEnds)];

void remove_and_end(int signal) {
  ::unlink(temporary_of_process);
  ::raise(signal);  // once more, now to end the process: SA_RESETHAND
}

/// No signal comes between a change of the folder and the note of it.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int signal : kEnds) sigaddset(&ends, signal);
    pthread_sigmask(SIG_BLOCK, &ends, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

/// REQUIRES: SignalsBlocked.
void remove_on_signals(const std::string& path) {
  path.copy(temporary_of_process, sizeof temporary_of_process - 1);
  temporary_of_process[path.size()] = '\0';
  struct sigaction action {};
  action.sa_handler = remove_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (std::size_t i = 0; i < std::size(kEnds); ++i) {
    ::sigaction(kEnds[i], nullptr, &actions_before[i]);
    // What the caller has ignored (nohup) stays ignored.
    if (actions_before[i].sa_handler != SIG_IGN) ::sigaction(kEnds[i], &action, nullptr);
  }
}

/// REQUIRES: SignalsBlocked.
void leave_signals_alone() {
  for (std::size_t i = 0; i < std::size(kEnds); ++i) {
    ::sigaction(kEnds[i], &actions_before[i], nullptr);
  }
  temporary_of_process[0] = '\0';
}

/// Renames, but never onto a file that is there: EEXIST.
int rename_without_overwriting(const char* from, const char* to) {
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  // Not every file system can do it in one step.
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::link(from, to) != 0) return errno;
  ::unlink(from);
  return 0;
}

/// What a symbolic link leads to; the path itself if that is nothing.
std::string behind_links(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  std::string found = real != nullptr ? real : path;
  std::free(real);
  return found;
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path, bool force) {
  const bool standard_output = path == "-";
  auto out = std::unique_ptr<OutputFile>(
      new OutputFile(standard_output ? "standard output" : path, force));
  if (standard_output) {
    out->file_ = STDOUT_FILENO;
    return out;
  }

  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return out->cannot_be_written(EISDIR);
  if (exists && S_ISREG(status.st_mode) && !force)
    return out->error("exists; --force overwrites it");
  const bool in_place = exists && !S_ISREG(status.st_mode);
  out->path_ = exists ? behind_links(path) : path;
  const int failure = in_place ? out->open_in_place(path.c_str()) : out->open_temporary();
  if (failure != 0) return out->cannot_be_written(failure);
  if (exists && !in_place) ::fchmod(out->file_, status.st_mode & 07777);
  return out;
}

OutputFile::~OutputFile() {
  if (file_ >= 0 && file_ != STDOUT_FILENO) ::close(file_);
  if (temporary_.empty()) return;
  const SignalsBlocked blocked;
  ::unlink(temporary_.c_str());
  leave_signals_alone();
}

int OutputFile::open_temporary() {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  constexpr int kTries = 100;  // a process that had our number may have left one
  const SignalsBlocked blocked;
  for (int i = 0; i < kTries; ++i) {
    const std::string path = folder / fmt::format(".statewall-{}-{}.tmp", ::getpid(), i);
    if (path.size() >= PATH_MAX) return ENAMETOOLONG;
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file_ >= 0) {
      temporary_ = path;
      remove_on_signals(path);
      return 0;
    }
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

int OutputFile::open_in_place(const char* path) {
  file_ = ::open(path, O_WRONLY | O_CLOEXEC);
  return file_ < 0 ? errno : 0;
}

bool OutputFile::write(std::span<const std::uint8_t> bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (buffer_.size() >= kChunk) flush();
  return error_ == 0;
}

bool OutputFile::write(std::string_view text) {
  return write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void OutputFile::flush() {
  if (error_ == 0) error_ = put(buffer_);
  buffer_.clear();
}

int OutputFile::put(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

std::optional<Error> OutputFile::commit() {
  flush();
  if (file_ == STDOUT_FILENO) {
    if (error_ == 0 || error_ == EPIPE) return std::nullopt;
    return cannot_be_written(error_);
  }
  // Some file systems tell only now that there was no room.
  if (::close(std::exchange(file_, -1)) != 0 && error_ == 0) error_ = errno;
  if (error_ == 0 && !temporary_.empty()) error_ = take_name();
  if (error_ == EEXIST) return error("exists; --force overwrites it");
  if (error_ != 0) return cannot_be_written(error_);
  return std::nullopt;
}

int OutputFile::take_name() {
  const SignalsBlocked blocked;
  if (force_) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
  } else if (const int failure = rename_without_overwriting(temporary_.c_str(), path_.c_str())) {
    return failure;
  }
  temporary_.clear();
  leave_signals_alone();
  return 0;
}

Error OutputFile::error(std::string_view message) const {
  return {ErrorKind::runtime, name_, std::string(message)};
}

Error OutputFile::cannot_be_written(int code) const {
  return error(fmt::format("cannot be written: {}", std::strerror(code)));
}

}  // namespace statewall
