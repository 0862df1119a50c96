#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// A file that a command writes: whole, or not at all.
///
/// What is written goes to a temporary file in the same folder, which takes the file's name with
/// `commit`. Without it, and on SIGINT, SIGTERM and SIGHUP, the temporary file is removed. So what
/// was there before stays until then, and a file may be read and overwritten in one run.
///
/// "-" is standard output; a device or a pipe is written as it is. One at a time: the signals are
/// handled for the whole process.
class OutputFile {
 public:
  /// Without `force` a file that exists is an Error, also one that appears until `commit`.
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path, bool force);

  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// For messages: the path, or "standard output".
  const std::string& name() const { return name_; }

  /// False once writing has failed: what follows is thrown away, and `commit` says why.
  bool write(std::span<const std::uint8_t> bytes);
  bool write(std::string_view text);

  /// Writes the rest and gives the file its name. An Error if anything was not written; not if it
  /// was a reader of standard output that went away, having seen enough.
  std::optional<Error> commit();

 private:
  OutputFile(std::string name, bool force) : name_(std::move(name)), force_(force) {}

  /// These give an errno, or 0.
  int open_temporary();
  int open_in_place(const char* path);
  int put(std::span<const std::uint8_t> bytes);
  int take_name();

  void flush();
  Error error(std::string_view message) const;
  Error cannot_be_written(int code) const;

  std::string name_;
  bool force_;
  std::string path_;       // behind symbolic links
  std::string temporary_;  // empty: there is none
  int file_ = -1;
  int error_ = 0;  // errno of the first failure
  std::vector<std::uint8_t> buffer_;
};

}  // namespace statewall
