#include "kernel/kernel_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr const char* kRecords = "/dev/kmsg";
constexpr const char* kSwitch = "/proc/sys/net/netfilter/nf_log_all_netns";
constexpr std::size_t kLongest = 8192;  // of a record; the kernel's are shorter

bool lock(int file, int how) {
  while (::flock(file, how) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

int hex_value(char digit) {
  int value = 0;
  const auto [end, error] = std::from_chars(&digit, &digit + 1, value, 16);
  return error == std::errc{} && end == &digit + 1 ? value : -1;
}

/// What does not print, and the backslash, stand as \x and two digits.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\x" && i + 3 < text.size()) {
      const int high = hex_value(text[i + 2]), low = hex_value(text[i + 3]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high << 4 | low));
        i += 3;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

/// Other words of the kernel come between.
bool is_of_a_rule(const KernelLogLine& line) {
  const std::size_t in = line.text.find("IN=");
  return in != line.text.npos && line.text.find(" OUT=", in) != line.text.npos;
}

}  // namespace

std::optional<KernelLogLine> read_kernel_log_record(std::string_view record) {
  constexpr unsigned kKernel = 0;  // the facility
  const std::size_t head = record.find(';');
  if (head == record.npos) return std::nullopt;
  unsigned priority = 0;
  const auto [end, error] = std::from_chars(record.data(), record.data() + head, priority);
  if (error != std::errc{} || *end != ',' || priority >> 3 != kKernel) return std::nullopt;
  const std::string_view rest = record.substr(head + 1);
  return KernelLogLine{static_cast<std::uint8_t>(priority & 7),
                       unescaped(rest.substr(0, rest.find('\n')))};
}

Result<KernelLog> KernelLog::open() {
  Descriptor records(::open(kRecords, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!records) return system_failure(std::string("cannot open ") + kRecords, errno);
  Descriptor all_namespaces(::open(kSwitch, O_RDWR | O_CLOEXEC));
  if (!all_namespaces) return system_failure(std::string("cannot open ") + kSwitch, errno);
  return KernelLog(std::move(records), std::move(all_namespaces));
}

KernelLog::~KernelLog() {
  if (!switched_ || !lock(records_.number(), LOCK_EX)) return;
  // Whoever still listens sees it, and switches it on again.
  (void)!::pwrite(switch_.number(), "0\n", 2, 0);
  lock(records_.number(), LOCK_UN);
}

std::optional<Error> KernelLog::switch_on() {
  std::array<char, 2> value{};
  if (::pread(switch_.number(), value.data(), value.size(), 0) < 1) {
    return system_failure(std::string("cannot read ") + kSwitch, errno);
  }
  if (value[0] != '0') return std::nullopt;
  if (::pwrite(switch_.number(), "1\n", 2, 0) != 2) {
    return system_failure(std::string("cannot write to ") + kSwitch, errno);
  }
  switched_ = true;
  return std::nullopt;
}

std::optional<Error> KernelLog::Ear::begin() {
  const int records = log_.records_.number();
  if (!lock(records, LOCK_EX)) {
    return system_failure(std::string("cannot lock ") + kRecords, errno);
  }
  holds_ = true;
  if (auto error = log_.switch_on()) return error;
  if (::lseek(records, 0, SEEK_END) < 0) {
    return system_failure(std::string("cannot go to the end of ") + kRecords, errno);
  }
  return std::nullopt;
}

KernelLog::Ear::~Ear() {
  if (holds_) lock(log_.records_.number(), LOCK_UN);
}

Result<std::vector<KernelLogLine>> KernelLog::Ear::hear() {
  std::vector<KernelLogLine> lines;
  std::array<char, kLongest> record;
  for (;;) {
    const ssize_t got = ::read(log_.records_.number(), record.data(), record.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return lines;
    if (got < 0 && errno == EPIPE) {
      return failure("lines of the kernel's log were lost, since they came faster than read");
    }
    if (got < 0) return system_failure(std::string("cannot read ") + kRecords, errno);
    auto line = read_kernel_log_record({record.data(), static_cast<std::size_t>(got)});
    if (line && is_of_a_rule(*line)) lines.push_back(std::move(*line));
  }
}

}  // namespace statewall
