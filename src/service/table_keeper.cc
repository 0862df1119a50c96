#include "service/table_keeper.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <vector>

#include "report/quantity.h"
#include "service/import.h"
#include "service/state_file.h"
#include "system/clock_time.h"

namespace statewall {
namespace {

constexpr std::size_t kAtOnce = 64;

void take(Engine& engine, const SavedConnection& saved, Taken& taken) {
  switch (engine.operator_tracker().restore(saved, engine.now())) {
    case Restored::restored: ++taken.restored; break;
    case Restored::already_there: ++taken.already_there; break;
    case Restored::expired: ++taken.expired; break;
    case Restored::not_valid:
    case Restored::no_room: ++taken.refused; break;
  }
}

void append_part(std::string& out, std::uint64_t count, std::string_view what) {
  if (count != 0) fmt::format_to(std::back_inserter(out), "; {} {}", count, what);
}

}  // namespace

std::string text(const Taken& taken) {
  std::string out = quantity(taken.restored, "connection", "connections");
  append_part(out, taken.already_there, "there already");
  append_part(out, taken.expired, "expired");
  append_part(out, taken.refused, "refused");
  return out;
}

Result<std::uint64_t> save_table(Engine& engine, const std::string& path) {
  const Nanoseconds now = engine.now();
  auto writer =
      StateWriter::create(path, {std::string(engine.profile().name), clock_time(CLOCK_REALTIME)});
  if (!writer) return writer.error();
  std::array<SavedConnection, kAtOnce> some;
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t count = engine.operator_tracker().save(cursor, some, now);
    if (auto error = writer->add(std::span(some).first(count))) return *error;
  }
  if (auto error = writer->commit()) return *error;
  return writer->connections();
}

Result<Taken> load_table(Engine& engine, const std::string& path) {
  auto reader = StateReader::open(path, clock_time(CLOCK_REALTIME));
  if (!reader) return reader.error();
  Taken taken;
  std::array<SavedConnection, kAtOnce> some;
  for (;;) {
    const auto count = reader->next(some);
    if (!count) return count.error();
    if (*count == 0) return taken;
    for (SavedConnection& saved : std::span(some).first(*count)) {
      // Packets may have passed since it was saved, and its windows moved on.
      if (saved.kept == KeptPart::tcp_windows) saved.kept = KeptPart::nothing;
      take(engine, saved, taken);
    }
  }
}

Result<std::string> import_table(Engine& engine, std::string_view lines) {
  Import import("import");
  Taken taken;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (const SavedConnection* saved = import.take(lines.substr(0, end))) {
      take(engine, *saved, taken);
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  std::string out = text(taken);
  for (std::size_t i = 0; i < kLeftOut; ++i) {
    append_part(out, import.left_out()[i], sentence(static_cast<LeftOut>(i)));
  }
  if (import.wrong() == 0) return out;
  return Error{ErrorKind::input, import.errors().front().where,
               fmt::format("{} ({} wrong; taken: {})", import.errors().front().message,
                           quantity(import.wrong(), "line", "lines"), out)};
}

}  // namespace statewall
