#include "scenario/icmp_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "statewall/icmp.h"
#include "wire/icmpv6_names.h"

namespace statewall {
namespace {

constexpr std::uint32_t kAnyType = 255;  // to iptables the name `any`; no packet has it

struct OwnName {
  std::string_view name;
  std::uint8_t type;
};
// iptables has no names for these two (H2).
constexpr OwnName kOwnNames[] = {{"information-request", 15}, {"information-reply", 16}};

std::vector<std::string_view> icmp6_words() {
  std::vector<std::string_view> words;
  for (const Icmpv6Name& row : icmpv6_names()) words.push_back(row.name);
  return words;
}

std::vector<std::string_view> icmp_words() {
  std::vector<std::string_view> words;
  for (const IcmpName& row : icmp_names()) {
    if (row.type == kAnyType) continue;
    for (const std::string_view word : {row.iptables, row.alias}) {
      if (!word.empty()) words.push_back(word);
    }
  }
  for (const OwnName& own : kOwnNames) words.push_back(own.name);
  return words;
}

std::optional<IcmpWord> numeric_icmp(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto type = parse_any_number(text.substr(0, slash), 255);
  if (!type) return {};
  IcmpWord out{static_cast<std::uint8_t>(*type), {}};
  if (slash == text.size()) return out;
  const auto code = parse_any_number(text.substr(slash + 1), 255);
  if (!code) return {};
  out.code = static_cast<std::uint8_t>(*code);
  return out;
}

std::optional<IcmpWord> named_icmp(std::string_view text) {
  const auto own = std::ranges::find(kOwnNames, text, &OwnName::name);
  if (own != std::end(kOwnNames)) return IcmpWord{own->type, {}};
  const IcmpName* row = icmp_by_iptables_name(text);
  if (row == nullptr || row->type == kAnyType) return {};
  IcmpWord out{row->type, {}};
  if (row->code >= 0) out.code = static_cast<std::uint8_t>(row->code);
  return out;
}

std::optional<IcmpWord> named_icmp6(std::string_view text) {
  const auto row = std::ranges::find(icmpv6_names(), text, &Icmpv6Name::name);
  if (row == icmpv6_names().end()) return {};
  IcmpWord out{row->type, {}};
  if (row->code >= 0) out.code = static_cast<std::uint8_t>(row->code);
  return out;
}

struct IgmpName {
  std::string_view name;
  std::uint8_t type;
};
// RFC 2236 2.1; of version 3 only the number.
constexpr IgmpName kIgmpNames[] = {
    {"query", 0x11}, {"v1-report", 0x12}, {"report", 0x16}, {"leave", 0x17}};

std::optional<IcmpWord> named_igmp(std::string_view text) {
  const auto row = std::ranges::find(kIgmpNames, text, &IgmpName::name);
  if (row == std::end(kIgmpNames)) return {};
  return IcmpWord{row->type, {}};
}

std::vector<std::string_view> igmp_words() {
  std::vector<std::string_view> words;
  for (const IgmpName& row : kIgmpNames) words.push_back(row.name);
  return words;
}

// `named` knows the names, which are `words()`.
template <typename Named, typename Words>
std::optional<IcmpWord> take_type(Line& line, std::string_view protocol, const Named& named,
                                  const Words& words) {
  const Word word = line.take();
  if (word.text.empty() || word.quoted) {
    line.fail_expected(fmt::format("an {} type", protocol), word);
    return {};
  }
  auto icmp = numeric_icmp(word.text);
  if (!icmp) icmp = named(word.text);
  if (!icmp) {
    line.fail(word, fmt::format("unknown {} type {}{}", protocol, in_quotes(word.text),
                                hint(word.text, words())));
  }
  return icmp;
}

}  // namespace

std::optional<IcmpWord> take_icmp_type(Line& line) {
  return take_type(line, "ICMP", named_icmp, icmp_words);
}

std::optional<IcmpWord> take_icmp6_type(Line& line) {
  return take_type(line, "ICMPv6", named_icmp6, icmp6_words);
}

std::optional<IcmpWord> take_igmp_type(Line& line) {
  return take_type(line, "IGMP", named_igmp, igmp_words);
}

}  // namespace statewall
