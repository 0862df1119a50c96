#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "service/state_file.h"
#include "track/testing.h"

// The first byte chooses. Even: any bytes as a state file. Odd: the rest are its records, in a file
// that is whole. What the reader gives is restored into a table of each profile, as far as it can
// be; what was restored is saved again as the same record, and packets of all kinds meet it.

namespace {

using namespace statewall;
using testing::World;

constexpr std::size_t kMost = 32;  // connections that are looked at
constexpr Nanoseconds kNow = 1000 * kNanosecondsPerSecond;

using Record = std::array<std::uint8_t, kStateRecord>;

Record record_of(const SavedConnection& saved) {
  Record bytes;
  write_state_record(saved, bytes);
  return bytes;
}

/// A file in memory, by the name that opens it.
class MemoryFile {
 public:
  MemoryFile() : number_(::memfd_create("state", MFD_CLOEXEC)) { STATEWALL_REQUIRE(number_ >= 0); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }
  void fill(std::span<const std::uint8_t> bytes) const {
    STATEWALL_REQUIRE(::ftruncate(number_, 0) == 0);
    STATEWALL_REQUIRE(::pwrite(number_, bytes.data(), bytes.size(), 0) ==
                      static_cast<ssize_t>(bytes.size()));
  }

 private:
  int number_;
};

std::vector<std::uint8_t> sealed(std::span<const std::uint8_t> records) {
  constexpr std::size_t kHead = 64;
  std::vector<std::uint8_t> bytes(kHead);
  const std::string magic = "sw-state\1";
  std::ranges::copy(magic, bytes.begin());
  const std::size_t count = records.size() / kStateRecord;
  bytes.insert(bytes.end(), records.begin(),
               records.begin() + static_cast<std::ptrdiff_t>(count * kStateRecord));
  const auto number = [&](std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  number(count);
  Crc64 crc;
  crc.add(bytes);
  number(crc.value());
  return bytes;
}

/// What the file holds; nothing if it is refused.
std::vector<SavedConnection> read(const std::string& path) {
  auto reader = StateReader::open(path, kNow);
  if (!reader) return {};
  std::vector<SavedConnection> all;
  std::array<SavedConnection, 5> some;
  std::uint64_t given = 0;
  for (;;) {
    const auto count = reader->next(some);
    STATEWALL_REQUIRE(count);
    if (*count == 0) break;
    given += *count;
    for (std::size_t i = 0; i < *count && all.size() < kMost; ++i) all.push_back(some[i]);
  }
  STATEWALL_REQUIRE(given == reader->connections());
  return all;
}

/// Is what a table that counts tells of a connection what was said of it? Of a part that is another
/// profile's it does not know.
void require_same(const SavedConnection& told, SavedConnection said) {
  if (told.kept == said.kept) {
    Connection& connection = said.connection;
    if (!connection.counted) connection.original_count = connection.reply_count = {};
    connection.counted = told.connection.counted;
    STATEWALL_REQUIRE(record_of(told) == record_of(said));
  }
  STATEWALL_REQUIRE(told.connection.original == said.connection.original);
  STATEWALL_REQUIRE(told.connection.reply == said.connection.reply);
  STATEWALL_REQUIRE(told.connection.status == said.connection.status);
  STATEWALL_REQUIRE(told.time_left == said.time_left);
}

Packet packet_of(const Tuple& tuple, std::uint8_t kind) {
  Packet packet;
  Headers& headers = packet.headers;
  headers.source = tuple.source;
  headers.destination = tuple.destination;
  headers.family = tuple.family;
  headers.protocol = tuple.protocol;
  headers.source_port = tuple.source_port;
  headers.destination_port = tuple.destination_port;
  headers.icmp_type = tuple.icmp_type;
  headers.icmp_code = tuple.icmp_code;
  headers.icmp_id = tuple.icmp_id;
  headers.icmp_sequence = kind;
  packet.l4_length = packet.l4_present = 40;
  packet.tcp.flags = kind;
  packet.tcp.sequence = packet.tcp.acknowledgement = kind * 0x01010101U;
  packet.tcp.window = 1000;
  packet.sctp.count = 1;
  packet.sctp.chunks[0] = static_cast<SctpHeader::Chunk>(kind % kSctpChunks);
  packet.sctp.has_initiate_tag = true;
  return packet;
}

void restore_all(const std::vector<SavedConnection>& all, const Profile& base) {
  Profile profile = base;
  profile.max = kMost;
  profile.acct = 1;
  World world(profile, 1, 64);
  for (const SavedConnection& saved : all) {
    const Restored outcome = world.tracker().restore(saved, kNow);
    STATEWALL_REQUIRE((outcome == Restored::restored) == !world.ring().empty());
    for (Event event; world.ring().pop(event);) {
    }
    if (outcome != Restored::restored) continue;
    std::array<SavedConnection, kMost> told;
    std::uint32_t cursor = 0;
    const std::size_t count = world.tracker().save(cursor, told, kNow);
    const auto found = std::find_if(told.begin(), told.begin() + count, [&](const auto& each) {
      return each.connection.original == saved.connection.original &&
             each.connection.zone == saved.connection.zone;
    });
    STATEWALL_REQUIRE(found != told.begin() + count);
    require_same(*found, saved);
  }
  for (const SavedConnection& saved : all) {
    for (std::uint8_t kind = 0; kind < 24; ++kind) {
      const bool reply = kind % 3 == 1;
      world.pass(packet_of(reply ? saved.connection.reply : saved.connection.original, kind),
                 kNow + kind);
    }
  }
  while (!world.tracker().expire(kNow + (std::int64_t{1} << 62))) {
  }
  STATEWALL_REQUIRE(world.table().size() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  static const MemoryFile file;
  if (data[0] % 2 == 0) {
    file.fill(rest);
  } else {
    file.fill(sealed(rest));
  }
  const std::vector<SavedConnection> all = read(file.path());
  STATEWALL_REQUIRE(data[0] % 2 == 0 || all.size() == std::min(rest.size() / kStateRecord, kMost));
  for (const SavedConnection& saved : all) {
    const Record record = record_of(saved);
    STATEWALL_REQUIRE(record_of(read_state_record(record)) == record);
  }
  if (all.empty()) return 0;
  for (const Profile& profile : profiles()) restore_all(all, profile);
  return 0;
}
