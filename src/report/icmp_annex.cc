#include "report/icmp_annex.h"

#include <charconv>
#include <string>
#include <vector>

#include "report/json.h"
#include "report/json_members.h"
#include "rules/suggest.h"

namespace statewall {
namespace {

constexpr std::string_view kNoCode = "No Code";
constexpr std::string_view kLine = "{:>4} {:>4}  {:<18} {:<34} {}";

std::string role_text(std::uint8_t type) {
  const IcmpMeaning meaning = icmp_meaning(type);
  switch (meaning.role) {
    case IcmpRole::query: return fmt::format("query, reply is {}", reply_type(meaning.kind));
    case IcmpRole::reply: return fmt::format("reply to {}", query_type(meaning.kind));
    case IcmpRole::error: return "error";
    case IcmpRole::none: break;
  }
  return "untracked";
}

std::string code_text(const IcmpName& row) {
  if (row.code >= 0) return fmt::to_string(row.code);
  const IcmpName* only = icmp_name(row.type, 0);
  return only && folded_in_annex(*only) ? "0" : "";
}

std::string iptables_text(const IcmpName& row) {
  if (row.iptables.empty()) return "-";
  if (row.alias.empty()) return std::string(row.iptables);
  return fmt::format("{} ({})", row.iptables, row.alias);
}

template <typename... Columns>
void append_columns(Buffer& out, const Columns&... columns) {
  fmt::vformat_to(fmt::appender(out), kLine, fmt::make_format_args(columns...));
}

}  // namespace

bool folded_in_annex(const IcmpName& row) { return row.code == 0 && row.iana == kNoCode; }

void append_annex_heading(Buffer& out) {
  append_columns(out, "type", "code", "role", "iptables name (alias)", "IANA name");
}

void append_annex_line(Buffer& out, const IcmpName& row) {
  // A code repeats neither its type nor what the type is to the tracker.
  const bool whole = row.code < 0;
  append_columns(out, whole ? fmt::to_string(row.type) : "", code_text(row),
                 whole ? role_text(row.type) : "", iptables_text(row), row.iana);
}

void append_annex_json(Buffer& out, const IcmpName& row) {
  append(out, "{{\"v\":{},\"type\":\"icmp\",\"icmp_type\":{},\"code\":", kJsonVersion, row.type);
  append(out, row.code < 0 ? "null" : fmt::to_string(row.code));
  append(out, ",\"iana\":");
  append_json_string(out, row.iana);
  append(out, ",\"iptables\":[");
  const char* comma = "";
  for (const std::string_view name : {row.iptables, row.alias}) {
    if (name.empty()) continue;
    append(out, comma);
    append_json_string(out, name);
    comma = ",";
  }
  const IcmpMeaning meaning = icmp_meaning(row.type);
  append(out, "],\"role\":\"{}\"",
         meaning.role == IcmpRole::none ? "untracked" : name(meaning.role));
  if (meaning.role == IcmpRole::query) {
    append(out, ",\"answered_by\":{}", reply_type(meaning.kind));
  } else if (meaning.role == IcmpRole::reply) {
    append(out, ",\"answers\":{}", query_type(meaning.kind));
  }
  append(out, "}");
}

Result<std::uint8_t> parse_icmp_type(std::string_view text) {
  std::uint8_t type = 0;
  const char* end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, type);
  if (rest == end && code == std::errc{}) return type;
  if (rest == end) return Error{ErrorKind::usage, "", "an ICMP type is a number from 0 to 255"};
  if (const IcmpName* row = icmp_by_iptables_name(text)) return row->type;

  std::vector<std::string_view> known;
  for (const IcmpName& row : icmp_names()) {
    for (const std::string_view name : {row.iptables, row.alias}) {
      if (!name.empty()) known.push_back(name);
    }
  }
  return Error{ErrorKind::usage, "", unknown_name("ICMP type", text, known)};
}

IcmpName unassigned_icmp(std::uint8_t type) { return {.type = type, .iana = "Unassigned"}; }

}  // namespace statewall
