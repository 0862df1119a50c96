#include "rules/protocol_names.h"

#include <algorithm>
#include <array>

#include "rules/argument.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

struct Row {
  std::uint8_t number;
  std::string_view name;
};

// IANA's protocol numbers by the names that Unix systems give them. Of several names for a number
// the first is printed; the last rows are only read.
constexpr Row kRows[] = {
    {1, "icmp"},        {2, "igmp"},
    {3, "ggp"},         {4, "ipencap"},
    {5, "st"},          {6, "tcp"},
    {8, "egp"},         {9, "igp"},
    {12, "pup"},        {17, "udp"},
    {20, "hmp"},        {22, "xns-idp"},
    {27, "rdp"},        {29, "iso-tp4"},
    {33, "dccp"},       {36, "xtp"},
    {37, "ddp"},        {38, "idpr-cmtp"},
    {41, "ipv6"},       {43, "ipv6-route"},
    {44, "ipv6-frag"},  {45, "idrp"},
    {46, "rsvp"},       {47, "gre"},
    {50, "esp"},        {51, "ah"},
    {57, "skip"},       {58, "ipv6-icmp"},
    {59, "ipv6-nonxt"}, {60, "ipv6-opts"},
    {73, "rspf"},       {81, "vmtp"},
    {88, "eigrp"},      {89, "ospf"},
    {93, "ax.25"},      {94, "ipip"},
    {97, "etherip"},    {98, "encap"},
    {103, "pim"},       {108, "ipcomp"},
    {112, "vrrp"},      {115, "l2tp"},
    {124, "isis"},      {132, "sctp"},
    {133, "fc"},        {135, "mobility-header"},
    {136, "udplite"},   {137, "mpls-in-ip"},
    {138, "manet"},     {139, "hip"},
    {140, "shim6"},     {141, "wesp"},
    {142, "rohc"},      {143, "ethernet"},
    {0, "all"},         {0, "ip"},
    {0, "hopopt"},      {58, "icmpv6"},
    {135, "ipv6-mh"},   {135, "mh"},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kRows)> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kRows[i].name;
  return names;
}();

}  // namespace

std::string_view protocol_name(std::uint8_t number) {
  if (number == 0) return {};
  const Row* row = std::ranges::find(kRows, number, &Row::number);
  return row != std::end(kRows) ? row->name : std::string_view{};
}

std::optional<std::uint8_t> parse_protocol(std::string_view text) {
  if (const auto number = parse_number(text, 255)) return static_cast<std::uint8_t>(*number);
  const Row* row =
      std::ranges::find_if(kRows, [text](const Row& each) { return same_word(each.name, text); });
  if (row != std::end(kRows)) return row->number;
  return {};
}

std::span<const std::string_view> known_protocols() { return kNames; }

}  // namespace statewall::rules
