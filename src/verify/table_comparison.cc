#include "verify/table_comparison.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "report/table_text.h"

namespace statewall {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = line.find(' ');
    if (end != 0) words.push_back(line.substr(0, end));
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
  return words;
}

/// What the time and the reader make of an entry.
bool is_left_out(std::string_view word) {
  constexpr std::array<std::string_view, 5> kLeftOut{
      "timeout=", "stream_timeout=", "delta-time=", "use=", "secctx="};
  return std::ranges::any_of(kLeftOut, [&](auto start) { return word.starts_with(start); });
}

bool is_number(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> without(const std::vector<std::string>& entries,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::ranges::set_difference(entries, others, std::back_inserter(rest));
  return rest;
}

}  // namespace

std::string comparable_entry(std::string_view line) {
  // "ipv4     2 tcp      6 431999 ESTABLISHED src=..."
  constexpr std::size_t kSeconds = 4;
  const std::vector<std::string_view> words = words_of(line);
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((i == kSeconds && is_number(words[i])) || is_left_out(words[i])) continue;
    if (!text.empty()) text += ' ';
    text += words[i];
  }
  return text;
}

TableDifference compare_tables(std::span<const Connection> ours,
                               std::span<const std::string> kernels) {
  std::vector<std::string> our_entries, kernel_entries;
  for (const Connection& connection : ours) {
    our_entries.push_back(comparable_entry(table_line(connection, 0, TableFormat::nf_conntrack)));
  }
  for (const std::string& line : kernels) kernel_entries.push_back(comparable_entry(line));
  std::ranges::sort(our_entries);
  std::ranges::sort(kernel_entries);
  return {without(our_entries, kernel_entries), without(kernel_entries, our_entries)};
}

}  // namespace statewall
