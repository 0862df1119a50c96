#pragma once

#include <net/if.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace statewall {

/// Names of this machine's interfaces by their index, asked for once and forgotten now and then,
/// since interfaces come, go and change their names.
class InterfaceNames {
 public:
  /// Empty for 0 and for one that is gone. Valid until `forget`.
  std::string_view of(std::uint32_t index) {
    if (index == 0) return {};
    const auto [place, is_new] = names_.try_emplace(index);
    char name[IF_NAMESIZE];
    if (is_new && if_indextoname(index, name)) place->second = name;
    return place->second;
  }

  void forget() { names_.clear(); }

 private:
  std::unordered_map<std::uint32_t, std::string> names_;
};

}  // namespace statewall
