#include "verify/campaign.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "scenario/writer.h"
#include "traffic/traffic.h"
#include "verify/play_twice.h"
#include "verify/shrink.h"
#include "verify/verdict_text.h"

namespace statewall {
namespace {

using Packets = std::span<const CampaignPacket>;

/// REQUIRES: `packet` outlives the frame.
Frame frame_of(const CampaignPacket& packet, std::uint64_t number) {
  Frame frame{.bytes = packet.bytes, .original_length = packet.bytes.size()};
  frame.link = packet.family == Family::ipv6 ? LinkType::ipv6 : LinkType::ipv4;
  frame.number = number;
  return frame;
}

/// Where two trackers part, found while they are shown packets one by one.
class Parting {
 public:
  explicit Parting(SideBySide& both) : both_(both) {}

  /// True if it differs in this one. REQUIRES: none did before.
  Result<bool> pass(const CampaignPacket& packet) {
    const auto kind = both_.pass(frame_of(packet, ++packets_));
    if (!kind) return kind.error();
    if (*kind != SideBySide::Kind::compared) return false;
    ++compared_;
    return !both_.seen().agree();
  }

  std::uint64_t packets() const { return packets_; }
  std::uint64_t compared() const { return compared_; }

 private:
  SideBySide& both_;
  std::uint64_t packets_ = 0;
  std::uint64_t compared_ = 0;
};

/// Both tables at the end of `packets`, none of which differs.
Result<std::optional<CampaignDifference>> compare_tables(SideBySide& both, Packets packets) {
  auto tables = both.compare_tables();
  if (!tables) return tables.error();
  if (!*tables) return std::optional<CampaignDifference>{};
  CampaignDifference difference{{packets.begin(), packets.end()}, std::nullopt, {}, 0};
  difference.entries = both.ours().size() - tables->only_ours.size() + tables->only_kernels.size();
  difference.tables = std::move(*tables);
  return std::optional(std::move(difference));
}

CampaignDifference packet_difference(const SideBySide& both, Packets packets) {
  return {{packets.begin(), packets.end()}, both.seen(), {}, 0};
}

/// Plays the difference anew until it is small, or the runs are used. An Error where the kernel
/// cannot be asked any more.
std::optional<Error> shrink_difference(SideBySide& both, std::size_t most_runs,
                                       SeedVerdict& verdict) {
  std::optional<Error> error;
  CampaignDifference& least = *verdict.difference;
  const auto differs = [&](Packets packets) {
    if (error) return false;
    auto played = play_packets(both, packets);
    if (!played) error = played.error();
    if (!played || !played->difference) return false;
    least = std::move(*played->difference);
    return true;
  };
  // What differs may come earlier in what is left, so it is cut again until that is of no use.
  for (std::size_t size = 0; size != least.packets.size() && verdict.runs < most_runs;) {
    const std::vector<CampaignPacket> whole = least.packets;
    size = whole.size();
    const auto shrunk = shrink<CampaignPacket>(whole, differs, most_runs - verdict.runs);
    verdict.runs += shrunk.runs;
    verdict.minimal = shrunk.minimal && least.packets.size() == shrunk.list.size();
    if (verdict.minimal) break;
  }
  return error;
}

std::vector<CampaignPacket> packets_of(std::uint64_t seed, const CampaignConfig& config) {
  Traffic traffic(seed, config.mix);
  std::vector<CampaignPacket> packets(config.packets);
  for (CampaignPacket& packet : packets) packet.family = traffic.next(packet.bytes).family;
  return packets;
}

std::string in_comments(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.append("# ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

std::string expectations(const KernelVerdict& verdict) {
  return fmt::format("state {} direction {}", name(verdict.state), name(verdict.direction));
}

}  // namespace

Result<SeedVerdict> play_packets(SideBySide& both, Packets packets) {
  if (auto error = both.begin_anew()) return *error;
  Parting parting(both);
  SeedVerdict verdict;
  for (const CampaignPacket& packet : packets) {
    const auto differs = parting.pass(packet);
    if (!differs) return differs.error();
    if (!*differs) continue;
    verdict.number = parting.packets();
    verdict.difference = packet_difference(both, packets.first(parting.packets()));
    break;
  }
  if (!verdict.difference) {
    auto tables = compare_tables(both, packets);
    if (!tables) return tables.error();
    verdict.difference = std::move(*tables);
  }
  verdict.packets = parting.packets();
  verdict.compared = parting.compared();
  return verdict;
}

Result<SeedVerdict> play_seed(SideBySide& both, std::uint64_t seed, const CampaignConfig& config) {
  const std::vector<CampaignPacket> packets = packets_of(seed, config);
  auto verdict = play_twice([&] { return play_packets(both, packets); });
  if (!verdict || !verdict->differs()) return verdict;
  if (auto error = shrink_difference(both, config.most_runs, *verdict)) return *error;
  return verdict;
}

std::string scenario_of(const CampaignDifference& difference, const std::string& head) {
  std::vector<WrittenPacket> packets;
  for (const CampaignPacket& packet : difference.packets) packets.push_back({packet.bytes});
  Buffer what;
  const auto count = static_cast<std::uint32_t>(packets.size());
  if (difference.packet) {
    append_both_verdicts(what, fmt::format("packet {}:", count), count, *difference.packet);
    packets.back().expectations = expectations(difference.packet->kernels);
  } else {
    append(what, "the tables at the end:\n");
    constexpr std::size_t kMost = 10;
    append_table_difference(what, difference.tables, kMost);
  }
  std::string text = scenario_text(packets, head + in_comments({what.data(), what.size()}));
  if (difference.packet) return text;
  return text + (difference.entries == 0 ? "0  table empty\n"
                                         : fmt::format("0  table {}\n", difference.entries));
}

}  // namespace statewall
