#include "capture/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "capture/input.h"
#include "capture/pcap.h"
#include "capture/pcapng.h"

namespace statewall {
namespace {

using Reader = Result<std::unique_ptr<CaptureReader>>;

// Files that people hand over where a capture is wanted, by their first bytes.
struct Foreign {
  std::string_view head;
  std::string_view message;
};

constexpr Foreign kForeign[] = {
    // One layer of these two is taken off by Input.
    {"\x1f\x8b", "is compressed with gzip once more; decompress it first"},
    {"\x28\xb5\x2f\xfd", "is compressed with zstd once more; decompress it first"},
    {"\xfd\x37zXZ", "is compressed with xz; decompress it first"},
    {"BZh", "is compressed with bzip2; decompress it first"},
    {"\x04\x22\x4d\x18", "is compressed with lz4; decompress it first"},
    {"\xa1\xb2\xcd\x34", "is a capture in the modified pcap format, which is not supported"},
    {"\x34\xcd\xb2\xa1", "is a capture in the modified pcap format, which is not supported"},
    {"snoop", "is a snoop capture, which is not supported"},
};

bool starts_with(std::span<const std::uint8_t> bytes, std::string_view head) {
  return bytes.size() >= head.size() &&
         std::equal(head.begin(), head.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::string why_no_capture(std::span<const std::uint8_t> head) {
  if (head.empty()) return "is empty";
  for (const Foreign& foreign : kForeign) {
    if (starts_with(head, foreign.head)) return std::string(foreign.message);
  }
  return fmt::format("is not a pcap or pcapng capture: it begins with {:02x}",
                     fmt::join(head, " "));
}

Reader open_input(std::unique_ptr<Input> input) {
  const auto head = input->peek(8);
  if (input->failure()) return *input->failure();
  if (is_pcap(head)) return open_pcap(std::move(input));
  if (is_pcapng(head)) return open_pcapng(std::move(input));
  return Error{ErrorKind::input, input->name(), why_no_capture(head)};
}

}  // namespace

Reader CaptureReader::open(const std::string& path) {
  auto input = Input::open(path);
  if (!input) return input.error();
  return open_input(std::move(*input));
}

Reader CaptureReader::open(std::string name, std::span<const std::uint8_t> bytes) {
  return open_input(Input::open(std::move(name), bytes));
}

}  // namespace statewall
