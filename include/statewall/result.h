#pragma once

#include <string>
#include <utility>
#include <variant>

// Errors are values. Used by all that reads files and text; the packet path has none of it.

namespace statewall {

/// Whose fault it is; programs exit with the number (0 is success, 4 findings).
enum class ErrorKind : int { runtime = 1, usage = 2, input = 3 };

/// What went wrong, for people. `where` is a position that they can use ("office.rules:12:9",
/// "ping.pcap: record 3 at byte 144"), or empty.
struct Error {
  ErrorKind kind = ErrorKind::runtime;
  std::string where;
  std::string message;

  std::string text() const { return where.empty() ? message : where + ": " + message; }
};

/// A value or an Error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : value_(std::move(error)) {}

  explicit operator bool() const { return value_.index() == 0; }

  /// REQUIRES: it holds a value.
  T& operator*() { return *std::get_if<0>(&value_); }
  const T& operator*() const { return *std::get_if<0>(&value_); }
  T* operator->() { return std::get_if<0>(&value_); }
  const T* operator->() const { return std::get_if<0>(&value_); }

  /// REQUIRES: it holds an error.
  const Error& error() const { return *std::get_if<1>(&value_); }

 private:
  std::variant<T, Error> value_;
};

}  // namespace statewall
