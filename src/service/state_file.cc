#include "service/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "service/little_endian.h"

namespace statewall {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {'s', 'w', '-', 's', 't', 'a', 't', 'e'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHead = 64;
constexpr std::size_t kVersionAt = 8, kTimeAt = 16, kProfileAt = 24, kProfileRoom = 32;
constexpr std::size_t kTail = 16;  // how many connections, and the checksum
constexpr std::size_t kBuffer = std::size_t{64} << 10;

std::array<std::uint8_t, kHead> head_bytes(const StateHead& head) {
  std::array<std::uint8_t, kHead> bytes{};
  std::ranges::copy(kMagic, bytes.begin());
  LittleEndianWriter write(bytes);
  write.skip_to(kVersionAt);
  write(kVersion);
  write.skip_to(kTimeAt);
  write(head.saved_at);
  std::ranges::copy(head.profile, bytes.begin() + kProfileAt);
  return bytes;
}

/// The place of a temporary file: the folder of `path`.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Milliseconds from `then` to `now`, none where the clock went back.
std::uint64_t milliseconds_between(Nanoseconds then, Nanoseconds now) {
  if (now <= then) return 0;
  const std::uint64_t span = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(then);
  return span / static_cast<std::uint64_t>(kNanosecondsPerMillisecond);
}

}  // namespace

Result<StateWriter> StateWriter::create(const std::string& path, const StateHead& head) {
  if (head.profile.size() >= kProfileRoom || head.profile.find('\0') != std::string::npos) {
    return Error{ErrorKind::usage, path, "the name of the profile is longer than 31 bytes"};
  }
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) {
    return Error{ErrorKind::runtime, path,
                 fmt::format("cannot write a file beside it: {}", std::strerror(errno))};
  }
  StateWriter writer(path, std::move(temporary), std::move(file));
  writer.put(head_bytes(head));
  return writer;
}

StateWriter::StateWriter(std::string path, std::string temporary, Descriptor file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {
  buffer_.reserve(kBuffer + kStateRecord);
}

StateWriter::StateWriter(StateWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)),
      buffer_(std::move(other.buffer_)),
      crc_(other.crc_),
      connections_(other.connections_) {}

StateWriter::~StateWriter() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Error StateWriter::cannot_write(int number) const {
  return {ErrorKind::runtime, path_, fmt::format("cannot be written: {}", std::strerror(number))};
}

void StateWriter::put(std::span<const std::uint8_t> bytes) {
  crc_.add(bytes);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

std::optional<Error> StateWriter::flush() {
  for (std::span<const std::uint8_t> rest = buffer_; !rest.empty();) {
    const ssize_t written = ::write(file_.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(errno);
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return std::nullopt;
}

std::optional<Error> StateWriter::add(std::span<const SavedConnection> connections) {
  for (const SavedConnection& saved : connections) {
    std::array<std::uint8_t, kStateRecord> record;
    write_state_record(saved, record);
    put(record);
    ++connections_;
    if (buffer_.size() < kBuffer) continue;
    if (auto error = flush()) return error;
  }
  return std::nullopt;
}

/// A name is on the disk once its folder is.
std::optional<Error> StateWriter::sync_folder() const {
  const Descriptor folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Not every file system can; then nobody can do more.
  if (folder && ::fsync(folder.number()) != 0 && errno != EINVAL) return cannot_write(errno);
  return std::nullopt;
}

std::optional<Error> StateWriter::commit() {
  std::array<std::uint8_t, kTail> tail{};
  LittleEndianWriter write(tail);
  write(connections_);
  put(std::span(tail).first<8>());
  const std::uint64_t checksum = crc_.value();
  write(checksum);
  put(std::span(tail).last<8>());
  if (auto error = flush()) return error;
  if (::fsync(file_.number()) != 0) return cannot_write(errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(errno);
  temporary_.clear();
  return sync_folder();
}

Error StateReader::wrong(std::uint64_t at, std::string message) const {
  return {ErrorKind::input, fmt::format("{}: byte {}", path_, at), std::move(message)};
}

std::optional<Error> StateReader::read(std::uint64_t at, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Error{ErrorKind::runtime, path_,
                   fmt::format("cannot be read: {}", std::strerror(errno))};
    }
    if (got == 0) return wrong(at, "the file ends here");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    at += static_cast<std::uint64_t>(got);
  }
  return std::nullopt;
}

Result<StateReader> StateReader::open(const std::string& path, Nanoseconds wall_clock) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    return Error{ErrorKind::runtime, path,
                 fmt::format("cannot be opened: {}", std::strerror(errno))};
  }
  StateReader reader(path, std::move(file));
  if (auto error = reader.read_head()) return *error;
  if (auto error = reader.measure()) return *error;
  if (auto error = reader.check()) return *error;
  reader.passed_ = milliseconds_between(reader.head_.saved_at, wall_clock);
  return reader;
}

std::optional<Error> StateReader::read_head() {
  struct stat about {};
  if (::fstat(file_.number(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return Error{ErrorKind::input, path_, "is no file"};
  }
  std::array<std::uint8_t, kHead> bytes;
  if (auto error = read(0, bytes)) return error;
  if (!std::ranges::equal(kMagic, std::span(bytes).first<kMagic.size()>())) {
    return wrong(0, "is no state file of Statewall: it does not begin with 'sw-state'");
  }
  LittleEndianReader number(bytes);
  number.skip_to(kVersionAt);
  std::uint32_t version = 0;
  number(version);
  if (version != kVersion) {
    return wrong(kVersionAt,
                 fmt::format("has version {} of the format, not {}", version, kVersion));
  }
  number.skip_to(kTimeAt);
  number(head_.saved_at);
  const auto profile = std::span(bytes).subspan<kProfileAt, kProfileRoom>();
  const auto end = std::ranges::find(profile, 0);
  if (end == profile.end()) return wrong(kProfileAt, "the name of the profile does not end");
  head_.profile.assign(profile.begin(), end);
  return std::nullopt;
}

/// How many connections there are, by the size of the file and by its own words.
std::optional<Error> StateReader::measure() {
  struct stat about {};
  ::fstat(file_.number(), &about);
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const bool whole = size >= kHead + kTail && (size - kHead - kTail) % kStateRecord == 0;
  if (!whole) return wrong(size, "the file ends in the midst of a record: it was cut");
  connections_ = (size - kHead - kTail) / kStateRecord;
  std::array<std::uint8_t, 8> bytes;
  if (auto error = read(size - kTail, bytes)) return error;
  std::uint64_t told = 0;
  LittleEndianReader number(bytes);
  number(told);
  if (told != connections_) {
    return wrong(size - kTail, fmt::format("there are {} connections, but the file says {}: it "
                                           "was cut or is damaged",
                                           connections_, told));
  }
  return std::nullopt;
}

std::optional<Error> StateReader::check() {
  std::vector<std::uint8_t> buffer(kBuffer);
  const std::uint64_t end = kHead + connections_ * kStateRecord + 8;
  Crc64 crc;
  for (std::uint64_t at = 0; at < end;) {
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(kBuffer, end - at)));
    if (auto error = read(at, part)) return error;
    crc.add(part);
    at += part.size();
  }
  std::array<std::uint8_t, 8> bytes;
  if (auto error = read(end, bytes)) return error;
  std::uint64_t told = 0;
  LittleEndianReader number(bytes);
  number(told);
  if (told == crc.value()) return std::nullopt;
  return wrong(end, "the checksum is wrong: the file is damaged");
}

Result<std::size_t> StateReader::next(std::span<SavedConnection> out) {
  constexpr std::size_t kAtOnce = 64;
  std::array<std::uint8_t, kAtOnce * kStateRecord> buffer;
  const auto count = static_cast<std::size_t>(
      std::min<std::uint64_t>({out.size(), connections_ - read_, kAtOnce}));
  const auto bytes = std::span(buffer).first(count * kStateRecord);
  if (auto error = read(kHead + read_ * kStateRecord, bytes)) return *error;
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = read_state_record(
        std::span<const std::uint8_t, kStateRecord>(&bytes[i * kStateRecord], kStateRecord));
    let_pass(out[i], passed_);
  }
  read_ += count;
  return count;
}

}  // namespace statewall
