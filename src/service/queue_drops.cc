#include "service/queue_drops.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "rules/text.h"

namespace statewall {
namespace {

// The columns: number, port, waiting, mode, range, full, socket, last id, 1.
constexpr std::size_t kNumber = 0, kFull = 5, kSocket = 6, kNeeded = 7;
using Columns = std::array<std::string_view, kNeeded>;

Columns split(std::string_view line) {
  Columns columns;
  for (std::string_view& column : columns) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    column = line.substr(0, line.find(' '));
    line.remove_prefix(column.size());
  }
  return columns;
}

std::optional<std::uint64_t> number(std::string_view text) {
  return rules::parse_decimal(text, ~std::uint64_t{0});
}

std::optional<QueueDrops> read_line(std::string_view line) {
  const Columns columns = split(line);
  const auto queue = number(columns[kNumber]);
  const auto full = number(columns[kFull]), socket = number(columns[kSocket]);
  if (!queue || !full || !socket) return std::nullopt;
  return QueueDrops{static_cast<std::uint16_t>(*queue), *full, *socket};
}

/// All of a file of /proc, from its beginning whoever has read it before.
std::string read_whole(int file) {
  std::string all;
  std::array<char, 4096> room;
  for (;;) {
    const ssize_t got = ::pread(file, room.data(), room.size(), static_cast<off_t>(all.size()));
    if (got <= 0) return all;
    all.append(room.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::vector<QueueDrops> read_queue_drops(std::string_view text, std::uint64_t first,
                                         std::uint64_t count) {
  std::vector<QueueDrops> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto read = read_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (read && read->queue >= first && read->queue - first < count) all.push_back(*read);
  }
  return all;
}

QueueTable QueueTable::open(std::uint64_t first, std::uint64_t count) {
  QueueTable table;
  table.file_ =
      Descriptor(::open("/proc/self/net/netfilter/nfnetlink_queue", O_RDONLY | O_CLOEXEC));
  table.first_ = first;
  table.count_ = count;
  return table;
}

std::vector<QueueDrops> QueueTable::drops() const {
  return file_ ? read_queue_drops(read_whole(file_.number()), first_, count_)
               : std::vector<QueueDrops>();
}

}  // namespace statewall
