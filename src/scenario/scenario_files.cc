#include "scenario/scenario_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "capture/reader.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

using CapturedPacket = ScenarioFiles::CapturedPacket;

constexpr std::size_t kMostOpen = 16;  // captures at once

Error bad_frame(const std::string& path, std::uint64_t number, std::string_view what) {
  return {ErrorKind::input, fmt::format("{}, frame {}", path, number), std::string(what)};
}

Result<CapturedPacket> packet_of(const std::string& path, const Frame& frame) {
  constexpr std::size_t kMac = 6;
  const Packet packet =
      read_frame(frame.bytes, frame.link, frame.original_length, ChecksumMode::ignore);
  const bool has_ip = packet.headers.family != Family::none && packet.ip_length != 0;
  if (!has_ip) return bad_frame(path, frame.number, "it has no IP packet");
  if (packet.cut) return bad_frame(path, frame.number, "its packet was cut by the snap length");
  const auto bytes = frame.bytes.subspan(packet.l3_offset);
  const std::size_t length = std::min<std::size_t>(packet.ip_length, bytes.size());
  CapturedPacket out{{bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}, {}};
  if (frame.link == LinkType::ethernet && packet.l3_offset >= 2 * kMac) {
    std::copy_n(frame.bytes.begin() + kMac, kMac, out.mac.emplace().begin());
  }
  return out;
}

}  // namespace

/// A capture that is read up to some frame.
class ScenarioFiles::Capture {
 public:
  static Result<std::unique_ptr<Capture>> open(const std::string& path) {
    auto reader = CaptureReader::open(path);
    if (!reader) return reader.error();
    return std::unique_ptr<Capture>(new Capture(path, std::move(*reader)));
  }

  /// How many frames are read.
  std::uint64_t position() const { return position_; }

  /// REQUIRES: `number` is above `position()`.
  Result<CapturedPacket> frame(std::uint64_t number) {
    Frame frame;
    while (position_ < number) {
      const auto next = reader_->next(frame);
      if (!next) return next.error();
      if (*next == CaptureReader::Next::end) {
        return Error{ErrorKind::input, path_,
                     fmt::format("it has {} frames, not {}", position_, number)};
      }
      ++position_;
    }
    return packet_of(path_, frame);
  }

 private:
  Capture(std::string path, std::unique_ptr<CaptureReader> reader)
      : path_(std::move(path)), reader_(std::move(reader)) {}

  std::string path_;
  std::unique_ptr<CaptureReader> reader_;
  std::uint64_t position_ = 0;
};

ScenarioFiles::ScenarioFiles(std::string_view scenario)
    : folder_(std::filesystem::path(scenario).parent_path().string()) {}

ScenarioFiles::~ScenarioFiles() = default;

std::string ScenarioFiles::path(std::string_view name) const {
  if (name == "-") return path("./-");  // a file of that name, never standard input
  return (std::filesystem::path(folder_) / name).string();
}

Result<CapturedPacket> ScenarioFiles::frame(std::string_view capture, std::uint32_t number) {
  auto open = captures_.find(capture);
  if (open == captures_.end() || open->second->position() >= number) {
    auto fresh = Capture::open(path(capture));
    if (!fresh) return fresh.error();
    if (captures_.size() >= kMostOpen) captures_.clear();
    open = captures_.insert_or_assign(std::string(capture), std::move(*fresh)).first;
  }
  return open->second->frame(number);
}

Result<std::string> ScenarioFiles::text(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  std::string text;
  if (file) {
    char block[4096];
    for (std::size_t n; (n = std::fread(block, 1, sizeof block, file.get())) != 0;) {
      text.append(block, n);
    }
  }
  if (!file || std::ferror(file.get())) {
    return Error{ErrorKind::runtime, path, std::strerror(errno)};
  }
  return text;
}

}  // namespace statewall
