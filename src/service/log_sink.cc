#include "service/log_sink.h"

#include <fmt/format.h>

#include <cstdlib>

#include "report/quantity.h"

namespace statewall {
namespace {

// Of syslog.h: what the kernel logs, and what we have to say ourselves.
constexpr int kWarning = 4, kNotice = 5;

void put(bool journal, int level, std::string_view line) {
  if (journal) {
    fmt::print(stderr, "<{}>{}\n", level, line);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
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
