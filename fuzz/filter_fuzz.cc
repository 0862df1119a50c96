#include <netdb.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "capture/filter.h"
#include "require.h"

// Any text as a filter. It compiles and is asked about frames of several link types, or there is an
// Error for people that points at a place of the expression. The text is short, since the place is
// found by trial, and libpcap's optimizer takes its time for long ones.

// In place of the system's: a fuzzer asks no name server.
extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  return EAI_NONAME;
}

namespace {

using namespace statewall;

constexpr std::size_t kMaxExpression = 120;

constexpr LinkType kLinks[] = {
    LinkType::ethernet, LinkType::raw,          LinkType::null,
    LinkType::loop,     LinkType::linux_cooked, LinkType::linux_cooked_v2,
    LinkType{127},  // radiotap
    LinkType{65535},
};

void require_explained(const Error& error) {
  STATEWALL_REQUIRE(error.where == "--filter" && !error.message.empty());
  const std::size_t first = error.message.find('\n');
  if (first == std::string::npos) return;
  const std::size_t second = error.message.find('\n', first + 1);
  STATEWALL_REQUIRE(second != std::string::npos);
  STATEWALL_REQUIRE(error.message.find('\n', second + 1) == std::string::npos);
  // A caret a character, so never beyond the bytes; one may stand behind the end.
  STATEWALL_REQUIRE(error.message.size() - second <= second - first + 1);
  STATEWALL_REQUIRE(error.message.back() == '^');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMaxExpression) return 0;
  auto filter = Filter::compile(std::string(data, data + size));
  if (!filter) {
    require_explained(filter.error());
    return 0;
  }
  Frame frame;
  frame.bytes = std::span(data, size);
  frame.original_length = size;
  for (const LinkType link : kLinks) {
    frame.link = link;
    ++frame.number;
    const bool matches = filter->matches(frame);
    const bool complains = filter->complaint("input").has_value();
    STATEWALL_REQUIRE(!(matches && complains));
    STATEWALL_REQUIRE(filter->matches(frame) == matches);
    STATEWALL_REQUIRE(!filter->complaint("input"));
  }
  return 0;
}
