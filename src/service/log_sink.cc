#include "service/log_sink.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "report/quantity.h"

namespace statewall {
namespace {

// Of syslog.h: what the kernel logs, and what we have to say ourselves.
constexpr int kWarning = 4, kNotice = 5;

/// Whether anybody reads it, or there is room on a disk, is no matter of a firewall's.
void put(bool journal, int level, std::string_view line) {
  const std::string text =
      journal ? fmt::format("<{}>{}\n", level, line) : fmt::format("{}\n", line);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

// systemd.exec(5): set where standard error goes to the journal.
LogSink::LogSink(std::uint64_t lines_a_second)
    : rate_(lines_a_second), journal_(std::getenv("JOURNAL_STREAM") != nullptr) {}

void LogSink::write(std::span<const std::string> lines, std::uint64_t lost, Nanoseconds now) {
  if (now - second_ >= kNanosecondsPerSecond) {
    if (suppressed_ != 0) {
      say(fmt::format("{} of LOG suppressed", quantity(suppressed_, "line", "lines")));
    }
    second_ = now;
    written_ = suppressed_ = 0;
  }
  suppressed_ += lost;
  for (const std::string& line : lines) {
    if (written_ < rate_) {
      ++written_;
      put(journal_, kWarning, line);
    } else {
      ++suppressed_;
    }
  }
}

void LogSink::say(std::string_view line) const {
  put(journal_, kNotice, fmt::format("statewall: {}", line));
}

}  // namespace statewall
