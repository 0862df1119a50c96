#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "report/table_text.h"
#include "service/conntrack_line.h"
#include "service/import.h"
#include "service/state_record.h"
#include "track/testing.h"

// Any bytes as the text of a connection table. Where a line is wrong its place is in it; the
// connection of a line, printed as conntrack does and read again, is the same; and a table of the
// profile linux takes it, unless it is one that the kernel would not have either.

namespace {

using namespace statewall;

std::array<std::uint8_t, kStateRecord> record_of(const SavedConnection& saved) {
  std::array<std::uint8_t, kStateRecord> bytes;
  write_state_record(saved, bytes);
  return bytes;
}

/// ICMP of the other family, or a header that says that nothing follows.
bool odd(const Tuple& tuple) {
  if (tuple.family == Family::ipv4) return tuple.protocol == protocol::icmpv6;
  return tuple.protocol == protocol::icmp || tuple.protocol == protocol::ipv6_no_next;
}

void require_same_again(const SavedConnection& saved) {
  Connection connection = saved.connection;
  connection.deadline = saved.time_left * kNanosecondsPerMillisecond;
  connection.gre_timeout = 1;  // so that GRE's keys are printed
  const ConntrackLine again = read_conntrack_line(
      table_line(connection, 0, TableFormat::conntrack, {.extended = true, .id = true}));
  STATEWALL_REQUIRE(again.outcome == ConntrackLine::Outcome::connection);
  SavedConnection expected = saved;
  if (!expected.connection.counted) {
    expected.connection.original_count = expected.connection.reply_count = {};
  }
  SavedConnection read = again.saved;
  if (!read.connection.counted) read.connection.original_count = read.connection.reply_count = {};
  STATEWALL_REQUIRE(record_of(read) == record_of(expected));
}

void read_line(std::string_view line, Import& import, testing::World& world) {
  const ConntrackLine read = read_conntrack_line(line);
  STATEWALL_REQUIRE(read.column >= 1 && read.column <= line.size() + 1);
  STATEWALL_REQUIRE((read.outcome == ConntrackLine::Outcome::wrong) == !read.message.empty());
  const SavedConnection* saved = import.take(line);
  if (saved == nullptr) return;
  require_same_again(*saved);
  const Restored outcome = world.tracker().restore(*saved, 0);
  STATEWALL_REQUIRE(outcome != Restored::not_valid || odd(saved->connection.original));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Profile profile = linux_6();
  profile.max = 64;
  testing::World world(profile, 1, 1);
  Import import("table");
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    read_line(text.substr(0, end), import, world);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  STATEWALL_REQUIRE((import.wrong() != 0) == !import.errors().empty());
  return 0;
}
