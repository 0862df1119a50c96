#include "verify/side_by_side.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace statewall {
namespace {

// As the kernel's, raised.
constexpr std::uint32_t kLong = 1'000'000;  // seconds

// No IP packet but a jumbogram is longer, and a TAP device takes no more: those are as if cut.
constexpr std::size_t kMostBytes = 65575 + 256;

bool is_timeout(const Switch& row) {
  return row.kind == SwitchKind::seconds && row.name.find("timeout") != row.name.npos;
}

bool has_ip(const Packet& packet) {
  return packet.error != WireError::link_unsupported && packet.error != WireError::link_short &&
         packet.error != WireError::not_ip;
}

/// The IP packet is not whole, and the snap length is why.
bool is_cut(const Frame& frame) {
  return frame.bytes.size() < frame.original_length &&
         read_frame(frame.bytes, frame.link, frame.original_length, ChecksumMode::ignore).cut;
}

}  // namespace

Profile with_raised_timeouts(Profile profile, const std::vector<std::string>& except) {
  for (const Switch& row : switches()) {
    if (is_timeout(row) && std::ranges::find(except, row.name) == except.end()) {
      profile.*row.field = std::min(kLong, row.most);
    }
  }
  return profile;
}

std::string kernel_setting(const Switch& row) {
  const std::string name(row.name);
  return name.starts_with("ipfrag_") ? name : "nf_conntrack_" + name;
}

std::vector<std::pair<std::string, std::string>> kernel_settings(
    const Profile& profile, const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const Switch& row : switches()) {
    if (!names.empty() && std::ranges::find(names, row.name) == names.end()) continue;
    settings.emplace_back(kernel_setting(row), std::to_string(profile.*row.field));
  }
  return settings;
}

Result<SideBySide> SideBySide::create(const WorldConfig& config,
                                      const std::vector<std::string>& settings, OurClock clock) {
  KernelConfig kernel_config;
  if (!settings.empty()) kernel_config.settings = kernel_settings(config.profile, settings);
  auto kernels = KernelTracker::create(kernel_config);
  if (!kernels) return kernels.error();
  WorldConfig raised = config;
  raised.profile = with_raised_timeouts(config.profile, settings);
  raised.reading.checksums = ChecksumMode::verify;
  auto ours = World::create(raised);
  if (!ours) return ours.error();
  return SideBySide(std::move(raised), std::move(kernel_config), std::move(*ours),
                    std::move(*kernels), std::move(clock));
}

std::optional<Error> SideBySide::begin_anew() {
  const auto empty = kernels_.reset();
  if (!empty) return empty.error();
  if (!*empty) {
    auto kernels = KernelTracker::create(kernel_config_);
    if (!kernels) return kernels.error();
    kernels_ = std::move(*kernels);
  }
  config_.numbers_used = ours_->numbers_used();
  auto ours = World::create(config_);
  if (!ours) return ours.error();
  ours_ = std::move(*ours);
  return std::nullopt;
}

SideBySide::Kind SideBySide::kind_of(const Frame& frame, const Packet& packet) {
  if (is_cut(frame)) return Kind::cut;
  if (!has_ip(packet)) return Kind::not_ip;
  return frame.bytes.size() - packet.l3_offset > kMostBytes ? Kind::cut : Kind::compared;
}

Result<SideBySide::Kind> SideBySide::pass(const Frame& frame) {
  seen_.packet = read_frame(frame.bytes, frame.link, frame.original_length, ChecksumMode::verify);
  if (const Kind kind = kind_of(frame, seen_.packet); kind != Kind::compared) return kind;
  advance();
  const auto bytes = frame.bytes.subspan(seen_.packet.l3_offset);
  auto verdict = kernels_.pass({
      .bytes = bytes,
      .number = static_cast<std::uint32_t>(frame.number),
      .family = seen_.packet.ethertype == 0x86dd ? Family::ipv6 : Family::ipv4,
  });
  if (!verdict) return verdict.error();
  seen_.kernels = std::move(*verdict);
  seen_.ours = ours_->pass(seen_.packet, frame.bytes).observation;
  ours_->take_events([](const Event&) {});
  return Kind::compared;
}

Result<TableDifference> SideBySide::compare_tables() {
  const auto kernels = kernels_.table();
  if (!kernels) return kernels.error();
  advance();
  return statewall::compare_tables(ours_->connections(), *kernels);
}

}  // namespace statewall
