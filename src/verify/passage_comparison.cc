#include "verify/passage_comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "statewall/packet.h"
#include "verify/verdict_text.h"

namespace statewall {
namespace {

using What = PassageDifference::What;
using Differences = std::vector<PassageDifference>;

constexpr std::string_view kNames[] = {"verdict", "state", "mark", "answer", "log", "nflog"};

/// Does any rule see it? Which of both discards it otherwise, and where, is not the rules' matter.
bool is_judged(const RouterJourney& journey) {
  return journey.fate != RouterFate::refused && journey.fate != RouterFate::held;
}

bool is_through(const RouterJourney& journey) {
  return journey.fate == RouterFate::delivered || journey.fate == RouterFate::forwarded;
}

void compare_journeys(const RouterJourney& ours, const RouterJourney& kernels,
                      std::string_view whose, Differences& found) {
  const auto note = [&](What what, std::string left, std::string right) {
    found.push_back({what, fmt::format("{}{}", whose, left), fmt::format("{}{}", whose, right)});
  };
  const bool same_end =
      is_judged(ours) == is_judged(kernels) &&
      (!is_judged(ours) || (ours.fate == kernels.fate && ours.out == kernels.out));
  if (!same_end) note(What::verdict, fate_text(ours), fate_text(kernels));
  if (ours.state != kernels.state || ours.direction != kernels.direction) {
    note(What::state, verdict_text(ours.state, ours.direction),
         verdict_text(kernels.state, kernels.direction));
  }
  const auto changed = [](const RouterJourney& journey) {
    return fmt::format("mark {:#x} TOS {:#04x} TTL {}", journey.mark, journey.tos, journey.ttl);
  };
  if (same_end && is_through(ours) && changed(ours) != changed(kernels)) {
    note(What::mark, changed(ours), changed(kernels));
  }
}

/// An answer without what the kernel chooses, or has not written yet: the IP id of ICMP errors with
/// the checksum over it, and TCP's checksum, which is left to the device: also that of a reset
/// which an answer that `follows` it quotes.
std::vector<std::uint8_t> without_choices(std::vector<std::uint8_t> packet, bool follows) {
  const Packet read = read_ip(packet, ChecksumMode::ignore);
  const auto clear = [&](std::size_t at) {
    if (at + 2 <= packet.size()) packet[at] = packet[at + 1] = 0;
  };
  if (read.headers.protocol == protocol::tcp) clear(read.l4_offset + 16);
  if (read.headers.protocol == protocol::icmp) {
    clear(4);
    clear(10);
  }
  if (follows && read.has_quote && read.quote.headers.protocol == protocol::tcp) {
    clear(read.l4_offset + 2);
    clear(packet.size() - read.quote.l4_length + 16);
  }
  return packet;
}

/// We write every checksum.
bool has_right_checksums(const std::vector<std::uint8_t>& packet) {
  const Packet read = read_ip(packet);
  return read.error == WireError::none && read.l4_checksum == Checksum::good;
}

std::string bytes_text(const std::vector<std::uint8_t>& bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

void compare_answers(const RouterPassage& ours, const RouterPassage& kernels, Differences& found) {
  const std::size_t both = std::min(ours.answers.size(), kernels.answers.size());
  if (ours.answers.size() != kernels.answers.size()) {
    const auto count = [](std::size_t number) {
      return number == 0 ? std::string("no answer") : fmt::format("{} answers", number);
    };
    const auto text = [&](const std::vector<RouterJourney>& answers) {
      return answers.size() == both
                 ? count(both)
                 : fmt::format("{}, {}", count(answers.size()), bytes_text(answers[both].written));
    };
    found.push_back({What::answer, text(ours.answers), text(kernels.answers)});
  }
  for (std::size_t i = 0; i < both; ++i) {
    const RouterJourney& left = ours.answers[i];
    const RouterJourney& right = kernels.answers[i];
    const std::size_t before = found.size();
    compare_journeys(left, right, "answer ", found);
    for (std::size_t j = before; j < found.size(); ++j) found[j].what = What::answer;
    const auto ours_bytes = without_choices(left.written, i != 0);
    const auto kernels_bytes = without_choices(right.written, i != 0);
    if (!has_right_checksums(left.written)) {
      found.push_back({What::answer, bytes_text(left.written), "writes right checksums"});
    } else if (ours_bytes != kernels_bytes) {
      found.push_back({What::answer, bytes_text(ours_bytes), bytes_text(kernels_bytes)});
    }
  }
}

/// Cuts a field out of a line, behind a space: a name, a number, a space.
void cut_number(std::string& line, std::string_view name) {
  const std::size_t before = line.find(fmt::format(" {}", name));
  if (before == line.npos) return;
  const std::size_t at = before + 1;
  std::size_t end = at + name.size();
  while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
  if (end < line.size() && line[end] == ' ') ++end;
  line.erase(at, end - at);
}

/// What the router sends it hears again on `lo`, if it is for itself.
std::string comparable(const KernelLogLine& line) {
  std::string text = line.text;
  const bool goes_out = text.find("IN= OUT=") != text.npos;
  const bool comes_back = text.find("IN=lo OUT=") != text.npos;
  if ((goes_out || comes_back) && text.find(" PROTO=ICMP ") != text.npos) cut_number(text, "ID=");
  if (goes_out) {
    cut_number(text, "UID=");
    cut_number(text, "GID=");
  }
  return fmt::format("<{}>{}", line.level, text);
}

void compare_logs(const RouterPassage& ours, const RouterPassage& kernels, Differences& found) {
  const std::size_t most = std::max(ours.log.size(), kernels.log.size());
  for (std::size_t i = 0; i < most; ++i) {
    const auto text = [&](const std::vector<KernelLogLine>& log) {
      return i < log.size() ? comparable(log[i]) : std::string("no line");
    };
    std::string left = text(ours.log), right = text(kernels.log);
    if (left == right) continue;
    found.push_back({What::log, std::move(left), std::move(right)});
    return;  // what follows may be no more than moved
  }
}

void compare_nflog(const RouterPassage& ours, const RouterPassage& kernels, Differences& found) {
  if (ours.nflog == kernels.nflog) return;
  const auto text = [](const std::vector<RouterPassage::Nflog>& all) {
    std::string list = all.empty() ? "none" : "";
    for (const auto& one : all) {
      list += fmt::format("{}{}:\"{}\"", list.empty() ? "" : ", ", one.group, one.prefix);
    }
    return list;
  };
  found.push_back({What::nflog, text(ours.nflog), text(kernels.nflog)});
}

}  // namespace

std::string_view name(PassageDifference::What what) { return kNames[static_cast<int>(what)]; }

std::vector<PassageDifference> compare_passages(const RouterPassage& ours,
                                                const RouterPassage& kernels) {
  Differences found;
  compare_journeys(ours.packet, kernels.packet, "", found);
  compare_answers(ours, kernels, found);
  compare_logs(ours, kernels, found);
  compare_nflog(ours, kernels, found);
  return found;
}

std::string fate_text(const RouterJourney& journey) {
  switch (journey.fate) {
    case RouterFate::refused: return "no rule sees it";
    case RouterFate::held: return "held, or dropped by the reassembly";
    case RouterFate::dropped: return "dropped";
    case RouterFate::not_routed: return "not routed";
    case RouterFate::delivered: return "delivered";
    case RouterFate::forwarded: break;
  }
  return fmt::format("forwarded to {}", journey.out);
}

}  // namespace statewall
