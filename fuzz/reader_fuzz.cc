#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "capture/decompress.h"
#include "capture/reader.h"

// Any bytes as a capture file, compressed or not, read to their end. Beyond not crashing, the
// reader owes this: frames are numbered one by one, lie behind each other within the file (or what
// it decompresses to), and hold no more than they may. What pcapng tells of an interface and
// in comments can be read, however it lies.

namespace {

using statewall::CaptureReader;
using statewall::Frame;

void require(bool condition) {
  if (!condition) std::abort();
}

// So that a read of any byte is seen.
std::uint64_t sum(std::span<const std::uint8_t> bytes) {
  std::uint64_t total = 0;
  for (const std::uint8_t byte : bytes) total += byte;
  return total;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span file(data, size);
  const bool compressed = statewall::is_compressed(file);
  const auto reader = CaptureReader::open("input", file);
  if (!reader) {
    require(!reader.error().message.empty());
    return 0;
  }
  Frame frame;
  std::uint64_t number = 0;
  std::uint64_t end = 0;
  volatile std::uint64_t total = 0;
  for (;;) {
    const auto next = (*reader)->next(frame);
    if (!next) require(!next.error().message.empty() && !next.error().where.empty());
    if (!next || *next == CaptureReader::Next::end) break;
    require(frame.number == ++number);
    require(frame.position >= end);
    end = frame.position + frame.bytes.size();
    require(compressed || end <= size);
    require(frame.bytes.size() <= statewall::kMaxCapturedLength);
    require(frame.bytes.size() <= frame.original_length);
    total = total + sum(frame.bytes) + sum(bytes_of(frame.interface_name));
    require(frame.interface || frame.interface_name.empty());
    require(compressed || frame.interface.value_or(0) <= size);
    std::size_t told = 0;
    for (const std::string_view comment : frame.comments) {
      total = total + sum(bytes_of(comment));
      told += comment.size();
    }
    require(compressed || told <= size);
    require(frame.comments.empty() || frame.interface);
  }
  return 0;
}
