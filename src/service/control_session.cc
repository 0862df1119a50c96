#include "service/control_session.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace statewall {

ControlSession::ControlSession(Descriptor socket, const ControlLimits& limits, SteadyTime now)
    : socket_(std::move(socket)),
      limits_(limits),
      answer_(limits.output),
      late_(now + limits.patience) {}

bool ControlSession::wants_input() const {
  return !ended_ && !closing_ && (!job_ || job_->wants_lines());
}

bool ControlSession::wants_output() const {
  return !answer_.waiting().empty() || (job_ && step_ == ControlJob::Step::more);
}

bool ControlSession::gone() const {
  if (broken_) return true;
  const bool more_to_do = job_ && !(ended_ && job_->wants_lines());
  return (ended_ || closing_) && !more_to_do && answer_.waiting().empty();
}

void ControlSession::hear(const MakeJob& make, SteadyTime now) {
  std::array<char, std::size_t{1} << 16> room;
  while (wants_input()) {
    const ssize_t got = ::recv(socket_.number(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      ended_ = true;
      broken_ = broken_ || got < 0;
      return;
    }
    input_.append(room.data(), static_cast<std::size_t>(got));
    if (job_) late_ = now + limits_.patience;
    take_lines(make, now);
    // The rest waits for the next round, so that nobody takes up all of this one.
    if (static_cast<std::size_t>(got) == room.size()) return;
  }
}

void ControlSession::take_lines(const MakeJob& make, SteadyTime now) {
  std::size_t taken = 0;
  while (!closing_ && (!job_ || job_->wants_lines())) {
    const std::size_t newline = input_.find('\n', taken);
    const std::size_t length = std::min(newline, input_.size()) - taken;
    if (length >= kLongestRequest) {
      fail({ErrorKind::usage, "",
            fmt::format("a line has at most {} bytes with its end", kLongestRequest)});
    } else if (newline == input_.npos) {
      break;
    } else if (job_) {
      take_data(std::string_view(input_).substr(taken, length));
    } else {
      take_request(std::string_view(input_).substr(taken, length), make);
      late_ = now + limits_.patience;
    }
    taken = std::min(newline, input_.size() - 1) + 1;
  }
  input_.erase(0, taken);
}

void ControlSession::take_request(std::string_view line, const MakeJob& make) {
  const Result<ControlRequest> request = parse_request(line);
  if (!request) return fail(request.error());
  Result<std::unique_ptr<ControlJob>> job = make(*request);
  if (!job) return fail(job.error());
  job_ = std::move(*job);
  step_ = ControlJob::Step::more;
}

void ControlSession::take_data(std::string_view text) {
  const auto line = parse_control_line(text);
  if (line && line->mark == ControlMark::data) {
    if (const auto error = job_->line(line->text)) fail(*error);
  } else if (line && line->mark == ControlMark::end) {
    job_->lines_end();
    step_ = ControlJob::Step::more;
  } else {
    fail({ErrorKind::usage, "", "behind this request come lines that begin with = and one with ."});
  }
}

void ControlSession::work(const MakeJob& make, SteadyTime now) {
  if (job_ && !answer_.full()) {
    step_ = job_->go_on(answer_);
    if (step_ == ControlJob::Step::done) {
      job_.reset();
      late_ = now + limits_.patience;
      take_lines(make, now);
    }
  }
  send();
}

void ControlSession::send() {
  while (!broken_ && !answer_.waiting().empty()) {
    const std::string_view waiting = answer_.waiting();
    const ssize_t sent =
        ::send(socket_.number(), waiting.data(), waiting.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      answer_.sent(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
}

void ControlSession::give_up_if_late(SteadyTime now) {
  if (!wants_input() || now < late_) return;
  fail({ErrorKind::usage, "", "the request did not arrive in time"});
  send();
  // Who does not even read that is not waited for.
  broken_ = broken_ || !answer_.waiting().empty();
}

void ControlSession::fail(const Error& error) {
  answer_.error(error);
  closing_ = true;
  job_.reset();
}

}  // namespace statewall
