#include "service/import.h"

namespace statewall {

std::string_view sentence(LeftOut reason) {
  constexpr std::array<std::string_view, kLeftOut> kSentences = {
      "with translated addresses or ports",
      "with a zone in one direction only",
      "of an ICMP type that asks no query",
      "of a protocol whose ports Statewall does not track by",
      "of TCP without a state",
      "expected only",
  };
  return kSentences[static_cast<std::size_t>(reason)];
}

const SavedConnection* Import::take(std::string_view line) {
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  ConntrackLine read = read_conntrack_line(line);
  switch (read.outcome) {
    case ConntrackLine::Outcome::blank: break;
    case ConntrackLine::Outcome::left_out:
      ++left_out_[static_cast<std::size_t>(read.reason)];
      break;
    case ConntrackLine::Outcome::wrong:
      ++wrong_;
      complaints_.add({line_, line, read.column, read.width}, read.message);
      break;
    case ConntrackLine::Outcome::connection:
      ++connections_;
      saved_ = read.saved;
      return &saved_;
  }
  return nullptr;
}

}  // namespace statewall
