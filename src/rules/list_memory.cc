#include "rules/list_memory.h"

#include "rules/connlimit_memory.h"
#include "rules/hashlimit_memory.h"
#include "rules/recent_memory.h"

namespace statewall::rules {

std::uint64_t ListMemory::add(const Match& match, std::size_t rules) {
  if (const auto* recent = std::get_if<RecentMatch>(&match)) {
    if (recent_.insert(recent->name).second) bytes_ += RecentList::bytes();
  } else if (const auto* hashlimit = std::get_if<HashlimitMatch>(&match)) {
    // The first of a name says how much room there is.
    if (hashlimit_.insert(hashlimit->name).second) bytes_ += HashlimitMemory::bytes(*hashlimit);
  } else if (std::get_if<ConnlimitMatch>(&match)) {
    bytes_ += ConnlimitMemory::bytes() * rules;
  }
  return bytes_;
}

}  // namespace statewall::rules
