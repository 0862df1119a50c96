#include "capture/decompress.h"

#include <fmt/format.h>

#include <utility>

#include "capture/gzip.h"
#include "capture/zstd.h"

namespace statewall {
namespace {

constexpr std::size_t kMagicSize = 4;  // of the longest

struct Format {
  bool (*is)(std::span<const std::uint8_t> head);
  std::unique_ptr<Source> (*open)(std::unique_ptr<Input> input);
};

constexpr Format kFormats[] = {
    {is_gzip, open_gzip},
    {is_zstd, open_zstd},
};

const Format* find_format(std::span<const std::uint8_t> head) {
  for (const Format& format : kFormats) {
    if (format.is(head)) return &format;
  }
  return nullptr;
}

}  // namespace

bool is_compressed(std::span<const std::uint8_t> head) { return find_format(head) != nullptr; }

std::unique_ptr<Input> decompress(std::unique_ptr<Input> input) {
  const Format* format = find_format(input->peek(kMagicSize));
  if (format == nullptr) return input;
  std::string name = input->name() + " (decompressed)";
  return std::make_unique<Input>(std::move(name), format->open(std::move(input)));
}

std::size_t DecompressedSource::read(std::span<std::uint8_t> room) {
  while (!failure_) {
    if (!within_ && !begin_member()) return 0;
    if (!pending_ && input_->peek(1).empty()) {
      fail("is cut");
      return 0;
    }
    Step done = step(input_->held(), room);
    input_->skip(done.taken);
    within_ = !done.member_ends;
    pending_ = within_ && done.given == room.size();
    if (!done.damage.empty()) fail(std::move(done.damage));
    if (done.given > 0) return done.given;
  }
  return 0;
}

bool DecompressedSource::begin_member() {
  const bool first = input_->position() == 0;
  Bytes head = input_->peek(kMagicSize);
  while (!first && zeros_may_follow() && !head.empty() && head[0] == 0) {
    input_->skip(1);
    head = input_->peek(kMagicSize);
  }
  if (head.empty()) {
    failure_ = input_->failure();
    return false;
  }
  if (!begins(head)) {
    fail("is followed by something else");
    return false;
  }
  return true;
}

void DecompressedSource::fail(std::string message) {
  if (input_->failure()) {
    failure_ = input_->failure();
    return;
  }
  failure_ = Error{ErrorKind::input, fmt::format("{}: byte {}", input_->name(), input_->position()),
                   fmt::format("its {} stream {}", format_, message)};
}

}  // namespace statewall
