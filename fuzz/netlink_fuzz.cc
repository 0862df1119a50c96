#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernel/conntrack_message.h"
#include "kernel/log_message.h"
#include "kernel/netlink_message.h"
#include "kernel/table_text.h"
#include "require.h"
#include "verify/table_comparison.h"

// Any bytes as what the kernel says: a netlink datagram, and the text of its table and counters.
// Nothing is read beyond the bytes, and what is read lies within them.

namespace {

using namespace statewall;

bool lies_within(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void read_datagram(std::span<const std::uint8_t> bytes) {
  NetlinkMessages messages(bytes);
  while (const auto message = messages.next()) {
    STATEWALL_REQUIRE(lies_within(message->payload, bytes));
    NetlinkAttributes attributes(message->payload);
    while (const auto attribute = attributes.next()) {
      STATEWALL_REQUIRE(lies_within(attribute->value, message->payload));
    }
    (void)error_number(*message);
    if (const auto log = read_log_message(*message)) {
      STATEWALL_REQUIRE(log->prefix.size() <= message->payload.size());
    }
    if (const auto line = conntrack_line(*message)) {
      STATEWALL_REQUIRE(!comparable_entry(*line).empty());
    }
  }
}

void read_text(std::string_view text) {
  std::size_t length = 0;
  for (const std::string& line : lines_of(text)) {
    length += line.size() + 1;
    STATEWALL_REQUIRE(comparable_entry(line).size() <= line.size());
  }
  STATEWALL_REQUIRE(length == text.size() || length == text.size() + 1);
  (void)read_counters(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  read_datagram(bytes);
  read_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
