#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/buffer.h"
#include "statewall/result.h"

// The words between a firewall that runs and those who ask it: lines of text over a stream. A
// request is one line,
//
//     statewall/1 list proto=icmp src=10.0.0.0/8
//
// and an answer lines of which the first byte says what they are. docs/control.md is the reference.

namespace statewall {

inline constexpr int kControlVersion = 1;
inline constexpr std::string_view kControlPath = "/run/statewall/statewall.sock";
inline constexpr std::size_t kLongestRequest = 4096;  ///< in bytes, its newline counted

struct ControlRequest {
  struct Field {
    std::string key;
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
  };
  std::string command;
  std::vector<Field> fields;  ///< as they were given; no key twice

  /// The value of a key, or nullptr.
  const std::string* find(std::string_view key) const;
  friend bool operator==(const ControlRequest&, const ControlRequest&) = default;
};

/// The line of a request, without its newline. REQUIRES: command and keys are of letters, digits
/// and dashes. Values may be any text.
std::string request_line(const ControlRequest& request);

/// Errors: what is no request, another version, a key given twice.
Result<ControlRequest> parse_request(std::string_view line);

/// What a line is.
enum class ControlMark : char {
  data = '=',
  notice = '#',  ///< for people, or "lost N": so many lines were left out here
  error = '!',   ///< KIND MESSAGE: it was not done. The last line of an answer
  end = '.'      ///< and how many: the last line of an answer
};

struct ControlLine {
  ControlMark mark = ControlMark::data;
  std::string_view text;
  friend bool operator==(const ControlLine&, const ControlLine&) = default;
};

/// Appends a line with its newline. What would end the line in the midst of it becomes a space.
void append_control_line(Buffer& out, ControlMark mark, std::string_view text);

/// A line without its newline, or nothing if it has no known mark.
std::optional<ControlLine> parse_control_line(std::string_view line);

/// "input office.rules:12:9: unknown match", and back.
std::string error_text(const Error& error);
Error parse_error_text(std::string_view text);

}  // namespace statewall
