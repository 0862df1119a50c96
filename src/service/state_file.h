#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/crc64.h"
#include "service/state_record.h"
#include "statewall/result.h"
#include "statewall/saved_connection.h"
#include "statewall/time.h"
#include "system/descriptor.h"

// A connection table in a file, in the form that docs/state-file.md describes. Both ends take and
// give connections a few at a time, so that a firewall goes on between two calls and the size of
// the table does not matter:
//
//     auto writer = StateWriter::create(path, {profile.name, wall_clock});
//     while (cursor != Tracker::kListed) {
//       writer->add(some.first(tracker.save(cursor, some, now)));
//     }
//     writer->commit();

namespace statewall {

/// What is said of the table as a whole.
struct StateHead {
  std::string profile;       ///< its name, at most 31 bytes
  Nanoseconds saved_at = 0;  ///< the wall clock, from the Unix epoch on, at the `now` of its saving
};

/// Writes a file. Until `commit` the file of that name stays what it was, and so it does on every
/// error: what is written goes to another file beside it, PATH.XXXXXX.
class StateWriter {
 public:
  static Result<StateWriter> create(const std::string& path, const StateHead& head);

  std::optional<Error> add(std::span<const SavedConnection> connections);

  /// Ends the file, waits until the disk has it, and gives it its name. It is the last call.
  std::optional<Error> commit();

  std::uint64_t connections() const { return connections_; }

  StateWriter(StateWriter&& other) noexcept;
  StateWriter& operator=(StateWriter&&) = delete;
  /// Removes what was not committed.
  ~StateWriter();

 private:
  StateWriter(std::string path, std::string temporary, Descriptor file);
  void put(std::span<const std::uint8_t> bytes);
  std::optional<Error> flush();
  std::optional<Error> sync_folder() const;
  Error cannot_write(int number) const;

  std::string path_;
  std::string temporary_;  ///< empty once it has its name
  Descriptor file_;
  std::vector<std::uint8_t> buffer_;
  Crc64 crc_;
  std::uint64_t connections_ = 0;
};

/// Reads a file. Opening it reads it once from end to end, so that nothing is believed of a file
/// that is not whole; memory is bounded whatever its size.
class StateReader {
 public:
  /// `wall_clock` is now: what passed since the table was saved is taken from the time that each
  /// connection has left, and nothing where the clock went back. Errors say at which byte the file
  /// is not what it should be.
  static Result<StateReader> open(const std::string& path, Nanoseconds wall_clock);

  const StateHead& head() const { return head_; }
  std::uint64_t connections() const { return connections_; }
  /// Milliseconds, rounded down.
  std::uint64_t passed() const { return passed_; }

  /// The next connections; how many, and 0 behind the last. They are what the file says: whether
  /// they can be is for `Tracker::restore` to say. REQUIRES: `out` is not empty.
  Result<std::size_t> next(std::span<SavedConnection> out);

 private:
  StateReader(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  std::optional<Error> read_head();
  std::optional<Error> measure();
  std::optional<Error> check();
  std::optional<Error> read(std::uint64_t at, std::span<std::uint8_t> bytes) const;
  Error wrong(std::uint64_t at, std::string message) const;

  std::string path_;
  Descriptor file_;
  StateHead head_;
  std::uint64_t connections_ = 0;
  std::uint64_t read_ = 0;  ///< connections that were given
  std::uint64_t passed_ = 0;
};

}  // namespace statewall
