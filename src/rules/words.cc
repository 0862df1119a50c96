#include "rules/words.h"

#include <algorithm>

namespace statewall::rules {
namespace {

// What parts words. Other control characters belong to them, as they do in iptables-restore.
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kEnds = " \t\"";

}  // namespace

bool LineWords::fail(std::size_t at, std::string_view complaint) {
  bad_column_ = static_cast<std::uint32_t>(at) + 1;
  complaint_ = complaint;
  return false;
}

bool LineWords::split(std::string_view line, std::size_t skip) {
  words_.clear();
  store_.clear();
  store_.reserve(line.size());  // so that views into it last
  for (std::size_t at = skip; (at = line.find_first_not_of(kBlanks, at)) != line.npos;) {
    if (words_.size() == kMost) return fail(at, "more than 255 words");
    at = word_at(line, at);
    if (at == line.npos) return fail(bad_column_ - 1, "a quotation mark without its partner");
  }
  return true;
}

/// Takes the word that begins here and returns where it ends; npos if it does not.
std::size_t LineWords::word_at(std::string_view line, std::size_t at) {
  std::size_t end = std::min(line.find_first_of(kEnds, at), line.size());
  const auto column = static_cast<std::uint32_t>(at) + 1;
  if (end == line.size() || line[end] != '"') {
    words_.push_back(
        {line.substr(at, end - at), column, static_cast<std::uint32_t>(end - at), false});
    return end;
  }
  bad_column_ = static_cast<std::uint32_t>(end) + 1;
  const std::size_t begin = store_.size();
  store_.append(line, at, end - at);
  for (++end; end < line.size() && line[end] != '"'; ++end) {
    if (line[end] == '\\' && ++end == line.size()) break;
    store_.push_back(line[end]);
  }
  if (end >= line.size()) return line.npos;
  ++end;
  words_.push_back(
      {std::string_view(store_).substr(begin), column, static_cast<std::uint32_t>(end - at), true});
  return end;
}

}  // namespace statewall::rules
